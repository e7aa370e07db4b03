"""Shapes that all reports share: ids and bytes as digits, a mode as its word.

This module must not compute anything.
"""

from typing import Annotated

import msgspec

Hex = Annotated[str, msgspec.Meta(pattern="^([0-9a-f]{2})*$")]
HexId = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
Mode = Annotated[str, msgspec.Meta(pattern="^(REAL|EXERCISE|TEST)$")]
