"""Backchannel: a hotline between operations rooms that do not trust each other."""
