"""Oversight: lawful oversight of one party.

This package must not open anything without an entry that says so.
"""
