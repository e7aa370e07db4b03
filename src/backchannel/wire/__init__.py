"""Wire: bytes, keys and signatures: the strict encoding, the suite BC1 and every object that is signed or sealed.

This package must not know who may say what, read a clock, draw chance or touch a disk.
"""
