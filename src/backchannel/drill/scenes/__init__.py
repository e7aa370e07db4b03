"""Scenes: failures of real lines, each played on two rooms to show what the line does now.

This package must not touch mode REAL.
"""
