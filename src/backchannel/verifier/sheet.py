"""The disclosure that a sheet of HTML carries, so that a sheet can be verified (PROOF-122).

This module must not read anything else of a sheet: what is printed on it proves nothing.
"""

import base64
import binascii

from backchannel.verifier.bundle import FILE_BYTES
from backchannel.verifier.cbor import Refusal

HTML = b"<!doctype html>"
BEGIN = b'<script type="application/x-backchannel-disclosure">'
END = b"</script>"
# The disclosure in base64, and as much again for what people read.
SHEET_BYTES = 3 * FILE_BYTES


def disclosure_in(raw: bytes) -> bytes:
    """Return the disclosure in a sheet, or the bytes as they are if they are none.

    Raises Refusal("sheet") for a sheet without one, or with two.
    """
    if not raw.startswith(HTML):
        return raw
    if raw.count(BEGIN) != 1:
        raise Refusal("sheet", f"the sheet holds {raw.count(BEGIN)} disclosures, wanted one")
    packed, end, _ = raw.partition(BEGIN)[2].partition(END)
    try:
        if not end:
            raise ValueError
        return base64.b64decode(b"".join(packed.split()), validate=True)
    except (binascii.Error, ValueError):
        raise Refusal("sheet", "the disclosure in the sheet is cut off or altered") from None
