"""Proof: what can be proved of the record.

This package must not answer with a boolean.
"""
