"""Runs the program: python -m backchannel.

This module must not do anything else.
"""

from backchannel.cli.main import run

if __name__ == "__main__":
    run()
