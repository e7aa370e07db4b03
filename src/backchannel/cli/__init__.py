"""Cli: the commands.

This package must not contain a rule.
"""
