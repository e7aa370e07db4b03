"""Line: the protocol between the parties of one line, as one pure step.

This package must not drop an accepted entry, or fall silent because a check failed.
"""
