"""Who may say what: the charter of a line, credentials, and what each party's office has granted.

This package must not ask what time it is; the moment is an argument.
"""
