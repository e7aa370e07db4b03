"""Station: where the parts meet: load, step, commit, and only then let anything leave.

This package must not decide what a rule decides, or speak before the commit.
"""
