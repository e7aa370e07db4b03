"""Desk: the officer's screen.

This package must not hold state, or show what is not in the store.
"""
