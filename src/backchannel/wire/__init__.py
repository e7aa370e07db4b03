"""Wire: bytes, keys and signatures; every object that is signed or sealed, strictly encoded.

This package must not know who may say what, read a clock, draw chance or touch a disk.
"""
