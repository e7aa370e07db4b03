"""Relay: the store-and-forward server between stations.

This package must not read what it stores, or be needed: it can lose all that it holds, and every
station sends it again.
"""
