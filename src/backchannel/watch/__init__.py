"""Watch: a room among its own people.

This package must not speak to the other party by itself.
"""
