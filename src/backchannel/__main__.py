"""Runs the program: python -m backchannel."""

from backchannel.cli.main import run

if __name__ == "__main__":
    run()
