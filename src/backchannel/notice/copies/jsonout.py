"""Values as JSON in which every character of every text can be seen.

This module must not change a number or a name of ours. Clause: NOTICE-106.
"""

import json
from typing import Any  # whatever JSON can hold

from backchannel.wire.visible import visible_lines


def json_bytes(value: object) -> bytes:
    """Return a value as one line of JSON in UTF-8."""
    return json.dumps(seen(value), ensure_ascii=False).encode() + b"\n"


def seen(value: Any) -> Any:  # whatever JSON can hold
    """Return a value with what cannot be seen in its texts spelled out."""
    if isinstance(value, str):
        return visible_lines(value)
    if isinstance(value, dict):
        return {name: seen(each) for name, each in value.items()}
    return [seen(each) for each in value] if isinstance(value, list | tuple) else value
