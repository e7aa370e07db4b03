"""Relay: the store-and-forward server between stations.

This package must not read what it stores, or be needed.
"""
