"""A witness: a small server of a neutral body that cosigns the checkpoints of logs it is told of.

It knows nothing of lines, parties or what is said. This package must not import what does, and no
other imports it but its commands.
"""
