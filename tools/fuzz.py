"""Hostile bytes for every parser, from one seed, for as long as asked.

    python tools/fuzz.py [--seconds 60] [--seed 0] [--target NAME]

Each target takes bytes and may raise one of our errors and nothing else; what it accepts must
print to the same bytes again, where it has a printer. Inputs are mutations of the published
vectors and of objects made here. A failing input is printed in hexadecimal with its seed. This
tool must not write to the tree.
"""

import argparse
import json
import random
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

from backchannel.charter.charter import pack_charter, parse_charter
from backchannel.charter.credentials import pack_body, parse_body
from backchannel.charter.signatures import parse_signatures
from backchannel.errors import BackchannelError
from backchannel.line.founding import parse_founding
from backchannel.line.succession import parse_answer, parse_query
from backchannel.notice.copies.reading import read_copy
from backchannel.path.messages import Splitter, parse
from backchannel.proof.archivefile import parse_archive, parse_shares
from backchannel.proof.note import parse_note
from backchannel.wire.archive import (
    pack_archive_opening,
    pack_seal,
    parse_archive_opening,
    parse_seal,
)
from backchannel.wire.codec import decode, encode
from backchannel.wire.entry import pack_header, parse_header
from backchannel.wire.envelope import pack_frame, parse_envelope, parse_frame
from backchannel.wire.files import parse_file
from backchannel.wire.minute import parse_minute
from backchannel.wire.payload import (
    pack_line_events,
    pack_offer,
    pack_prekey,
    parse_fork,
    parse_line_events,
    parse_offer,
    parse_prekey,
    parse_succession,
)
from backchannel.wire.statement import (
    pack_content,
    pack_statement,
    parse_content,
    parse_signed,
    parse_statement,
)

ROOT = Path(__file__).parents[1]
SPLICES_MAX = 4
INPUT_BYTES_MAX = 4_096

Target = Callable[[bytes], None]

# What other tools write, to be mutated for the readers of copies.
COPIES = (
    b'{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Polygon",'
    b'"coordinates":[[[10,0],[11,0],[11,1.5],[10,0]]]},"properties":{"name":"here"}}]}',
    b'<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>a</identifier><sender>b'
    b"</sender><sent>2026-12-01T10:00:00-00:00</sent><status>Actual</status><msgType>Alert"
    b"</msgType><scope>Public</scope><info><category>Met</category><event>Wind</event><urgency>"
    b"Future</urgency><severity>Minor</severity><certainty>Likely</certainty><area><areaDesc>x"
    b"</areaDesc><polygon>0,0 0,1 1,1 0,0</polygon><circle>1,2 3.5</circle><altitude>10</altitude>"
    b"<ceiling>900</ceiling></area></info></alert>",
)


def canonical(parse_one: Callable[[bytes], object], pack: Callable[..., bytes]) -> Target:
    """Return a target that prints what it accepts and compares."""

    def target(data: bytes) -> None:
        parsed = parse_one(data)
        if pack(parsed) != data:
            raise AssertionError("accepted, and printed as other bytes")

    return target


def only_parsed(parse_one: Callable[[bytes], object]) -> Target:
    """Return a target that has no printer of its own."""

    def target(data: bytes) -> None:
        parse_one(data)

    return target


def split(data: bytes) -> None:
    """Take a byte stream apart as the direct path does."""
    splitter = Splitter()
    for message in splitter.messages(data):
        parse(message)


TARGETS: dict[str, Target] = {
    "codec": canonical(decode, encode),
    "header": canonical(parse_header, pack_header),
    "statement": canonical(parse_statement, pack_statement),
    "content": canonical(parse_content, pack_content),
    "frame": canonical(parse_frame, pack_frame),
    "envelope": only_parsed(parse_envelope),
    "signed": only_parsed(parse_signed),
    "prekey": canonical(parse_prekey, pack_prekey),
    "offer": canonical(parse_offer, pack_offer),
    "succession": only_parsed(parse_succession),
    "fork": only_parsed(parse_fork),
    "minute": only_parsed(parse_minute),
    "archive-seal": canonical(parse_seal, pack_seal),
    "archive-opening": canonical(parse_archive_opening, pack_archive_opening),
    "archive": only_parsed(parse_archive),
    "shares": only_parsed(parse_shares),
    "note": only_parsed(parse_note),
    "line-events": canonical(parse_line_events, pack_line_events),
    "charter": canonical(parse_charter, pack_charter),
    "credential": canonical(parse_body, pack_body),
    "signatures": only_parsed(parse_signatures),
    "founding": only_parsed(parse_founding),
    "file": only_parsed(lambda data: parse_file("founding", data)),
    "query": only_parsed(parse_query),
    "answer": only_parsed(parse_answer),
    "message": only_parsed(parse),
    "stream": split,
    "copy": only_parsed(read_copy),
}


def hexadecimal(value: object) -> Iterator[bytes]:
    """Yield every byte string that stands in hexadecimal anywhere in a vector file."""
    if isinstance(value, dict):
        for each in value.values():
            yield from hexadecimal(each)
    elif isinstance(value, list):
        for each in value:
            yield from hexadecimal(each)
    elif isinstance(value, str) and len(value) % 2 == 0 and len(value) <= 2 * INPUT_BYTES_MAX:
        try:
            yield bytes.fromhex(value)
        except ValueError:
            return


def corpus() -> list[bytes]:
    """Return the byte strings of all published vectors, and the smallest objects."""
    found = {b"", b"\x80", b"\xa0", b"\x00", *COPIES}
    for file in sorted((ROOT / "vectors").rglob("*.json")):
        found.update(hexadecimal(json.loads(file.read_text())))
    return sorted(found)


def mutate(data: bytes, seeds: list[bytes], chance: random.Random) -> bytes:
    """Return an input near another one: bits turned, pieces cut, repeated or put in."""
    out = bytearray(data)
    for _ in range(chance.randint(1, SPLICES_MAX)):
        at = chance.randrange(len(out) + 1)
        match chance.randrange(5):
            case 0 if out:
                out[at % len(out)] ^= 1 << chance.randrange(8)
            case 1:
                del out[at : at + chance.randint(1, 8)]
            case 2:
                out[at:at] = out[at : at + chance.randint(1, 16)]
            case 3:
                other = chance.choice(seeds)
                start = chance.randrange(len(other) + 1)
                out[at:at] = other[start : start + chance.randint(1, 64)]
            case _:
                out[at:at] = chance.randbytes(chance.randint(1, 4))
    return bytes(out[:INPUT_BYTES_MAX])


def attempt(name: str, data: bytes) -> bool:
    """Give a target an input; say whether it behaved, and print the input if it did not."""
    try:
        TARGETS[name](data)
    except BackchannelError:
        return True
    except Exception:  # whatever else escapes is what this tool looks for
        print(f"FAILED  {name}  {data.hex()}")
        traceback.print_exc()
        return False
    return True


def main() -> int:
    """Fuzz until the time is up; return 1 if a target misbehaved."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--target", choices=sorted(TARGETS), action="append")
    asked = parser.parse_args()
    names, seeds = asked.target or sorted(TARGETS), corpus()
    chance, until, tries = random.Random(asked.seed), time.monotonic() + asked.seconds, 0
    while time.monotonic() < until:
        for name in names:
            tries += 1
            if not attempt(name, mutate(chance.choice(seeds), seeds, chance)):
                print(f"seed {asked.seed}, try {tries}")
                return 1
    print(f"{tries} inputs for {len(names)} targets from seed {asked.seed}: none misbehaved")
    return 0


if __name__ == "__main__":
    sys.exit(main())
