"""Store: what survives the plug: the record of a line and its secrets in one database.

This package must not decide anything, or put a secret into a backup.
"""
