"""Change each single bit of one disclosure in turn: the verifier must notice, every time.

    python tools/bits.py [--every N] [--offset K]

All bits of the first vector of vectors/proof/disclosures.json are some 400,000 and take about half
an hour; the tests take each N-th, from an offset that moves with every change of the verifier. One
place of the file is covered by no claim, and the reader is told so: when it was made.
"""

import argparse
import functools
import hashlib
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from backchannel.verifier import crypto, evidence, signing, trees
from backchannel.verifier.__main__ import verify
from backchannel.verifier.cbor import Refusal

ROOT = Path(__file__).parents[1]
VECTORS = ROOT / "vectors" / "proof" / "disclosures.json"
VERIFIER = ROOT / "src" / "backchannel" / "verifier"
LENGTH_BYTES = 4
# A head ends with its time: one byte that says how long, and four.
MADE_BYTES = 5
SHOWN_EVERY = 10_000

Verdicts = tuple[tuple[str, bool], ...]


def whole() -> tuple[bytes, str, range]:
    """Return a disclosure, the roots that prove it, and the bytes that say when it was made."""
    document = json.loads(VECTORS.read_text())
    case = document["cases"][0]
    raw = b"backchannel/1/disclosure\0"
    objects = [bytes.fromhex(document["objects"][place]) for place in case["objects"]]
    head_end = len(raw) + LENGTH_BYTES + len(objects[0])
    for each in objects:
        raw += len(each).to_bytes(LENGTH_BYTES, "big") + each
    roots = "\n".join(document["roots"][name] for name in case["roots"])
    return raw, roots, range(head_end - MADE_BYTES + 1, head_end)


def verdicts(raw: bytes, roots: str) -> Verdicts:
    """Return which claims are proven; of what is refused there is none."""
    try:
        _, report, _ = verify(raw, roots)
    except Refusal:
        return ()
    claims = report["claims"]
    assert isinstance(claims, list)
    return tuple((each["claim"], each["verdict"] == "PROVEN") for each in claims)


@contextmanager
def remembered() -> Iterator[None]:
    """Check each signature once: one bit leaves nearly all of them as they were."""
    holders = (crypto, evidence, signing, trees)
    names = ("require_ed25519", "require_ml_dsa")
    usual = [(m, name, getattr(m, name)) for m in holders for name in names if hasattr(m, name)]
    known = {name: functools.cache(getattr(crypto, name)) for name in names}
    try:
        for module, name, _ in usual:
            setattr(module, name, known[name])
        yield
    finally:
        for module, name, check in usual:
            setattr(module, name, check)


def offset_of_today(every: int) -> int:
    """Return where to begin: elsewhere after each change of the verifier."""
    sources = b"".join(path.read_bytes() for path in sorted(VERIFIER.glob("*.py")))
    return int.from_bytes(hashlib.sha256(sources).digest()[:8], "big") % every


def unnoticed(every: int, offset: int, *, aloud: bool = False) -> list[int]:
    """Return the bits, each N-th from an offset, whose change leaves all verdicts as they are."""
    raw, roots, made = whole()
    found = []
    with remembered():
        before = verdicts(raw, roots)
        assert before and all(proven for _, proven in before)
        for count, bit in enumerate(range(offset, 8 * len(raw), every), 1):
            at = bit // 8
            if at in made:
                continue
            changed = raw[:at] + bytes([raw[at] ^ 1 << bit % 8]) + raw[at + 1 :]
            if verdicts(changed, roots) == before:
                found.append(bit)
            if aloud and count % SHOWN_EVERY == 0:
                print(f"{count} bits changed, {len(found)} unnoticed")
    return found


def main() -> int:
    """Change the bits, and say which were not noticed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--every", type=int, default=1, help="each N-th bit only")
    parser.add_argument("--offset", type=int, help="the first bit; moves with the verifier if not")
    given = parser.parse_args()
    offset = offset_of_today(given.every) if given.offset is None else given.offset
    found = unnoticed(given.every, offset, aloud=True)
    for bit in found:
        print(f"bit {bit % 8} of byte {bit // 8} can be changed and no verdict with it")
    print(f"{len(found)} bits unnoticed, each {given.every}. from {offset}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
