"""Drill: rehearsals by people, in the modes EXERCISE and TEST.

This package must not touch mode REAL.
"""
