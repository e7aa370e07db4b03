"""Charts: places of a notice drawn as SVG, with the land around them, and no network.

A chart helps an eye; what is signed is the list of coordinates. This package must not show a
border, which takes sides.
"""
