"""Copies: notices in the formats that a room's own systems read, and such files read back in.

This package must not believe a file that comes in, and must not send anything.
"""
