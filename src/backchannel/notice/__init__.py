"""Notice: what can be said in a structured form.

This package must not know who is speaking.
"""
