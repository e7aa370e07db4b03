"""The terminal desk: the officer's screen over a serial line or SSH, 80 by 24, without colour.

What it shows it has from the station's own interface. This package must not know more than that, or
keep an officer's key longer than one release.
"""
