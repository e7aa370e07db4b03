"""Sim: a world that goes wrong, from one seed.

This package must not be imported by the product.
"""
