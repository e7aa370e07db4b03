"""Verifier: the independent verifier of disclosures.

This package must not trust or import the product.
"""
