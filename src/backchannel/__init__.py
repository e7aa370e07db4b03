"""Backchannel: a hotline between operations rooms that do not trust each other.

This package must not import anything by itself: its parts are what people import.
"""
