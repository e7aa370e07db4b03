"""Voice: calls between rooms.

This package must not prove identity by a voice.
"""
