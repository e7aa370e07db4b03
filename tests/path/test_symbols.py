"""Objects, units and pipes against the vectors, and what does not hold."""

import json
from pathlib import Path
from typing import Any

import pytest

from backchannel.errors import JunkError
from backchannel.path.bursts import (
    COMPLETE,
    Burst,
    Mark,
    Report,
    burst_bytes,
    pack_burst,
    pack_mark,
    pack_report,
    read_unit,
)
from backchannel.path.erasure import encode
from backchannel.path.pipe import Deframer, pack_unit, stuff, unstuff
from backchannel.path.symbols import (
    Lead,
    cut,
    first_index,
    link_keys,
    open_object,
    open_part,
    pack_object,
)

VECTORS = Path(__file__).parents[2] / "vectors" / "path" / "symbols.json"
CASES: dict[str, Any] = json.loads(VECTORS.read_text())  # JSON as it stands
KEYS = link_keys(bytes.fromhex(CASES["keys"]["courier"]), 1, 0)
OTHERS = link_keys(bytes(32), 1, 1)
COUNTER = CASES["object"]["counter"]
HELD = bytes.fromhex(CASES["object"]["held"])
SOURCES = pack_object(KEYS, COUNTER, Lead.ENVELOPE, HELD)
BURST = Burst(COUNTER, 1, len(SOURCES), 2, tuple(encode(SOURCES, i) for i in (2, 3)), end=True)


def reason(raw: bytes, theirs: tuple[int, ...] = (COUNTER,)) -> str:
    """Why a unit is refused."""
    with pytest.raises(JunkError) as caught:
        read_unit(KEYS, raw, theirs=theirs, reported=theirs)
    return caught.value.reason


def test_the_vectors() -> None:
    """PATH-70, PATH-73, PATH-76, PATH-77, PATH-78, PATH-84."""
    made = {
        "tag": KEYS.tag.hex(),
        "mask": KEYS.mask.hex(),
        "veil": KEYS.veil.hex(),
    }
    assert made == {name: CASES["keys"][name] for name in made}
    assert [each.hex() for each in SOURCES] == CASES["object"]["sources"]
    assert pack_burst(KEYS, BURST).hex() == CASES["burst"]
    assert pack_report(KEYS, Report(COUNTER, COMPLETE, 26)).hex() == CASES["report"]
    assert pack_mark(KEYS, Mark(COUNTER + 1)).hex() == CASES["mark"]
    assert pack_unit(bytes.fromhex(CASES["burst"])).hex() == CASES["pipe"]
    for raw, stuffed in CASES["stuffed"]:
        assert stuff(bytes.fromhex(raw)).hex() == stuffed
        assert unstuff(bytes.fromhex(stuffed)) == bytes.fromhex(raw)


def test_the_sizes_of_units() -> None:
    """PATH-76: what fits the usual modems."""
    assert [burst_bytes(n) for n in (1, 2, 5, 9, 10, 11, 13, 21)] == [
        *(29, 53, 125, 221, 245, 269, 317, 509)
    ]
    assert len(pack_report(KEYS, Report(1, 0))) == 14
    assert len(pack_mark(KEYS, Mark(1))) == 17


def test_units_come_back_as_they_were() -> None:
    """PATH-76, PATH-77, PATH-78."""
    for unit, raw in (
        (BURST, pack_burst(KEYS, BURST)),
        (Report(COUNTER, 3, 26), pack_report(KEYS, Report(COUNTER, 3, 26))),
        (Mark(1 << 40), pack_mark(KEYS, Mark(1 << 40))),
    ):
        assert read_unit(KEYS, raw, theirs=(5, COUNTER), reported=(7, COUNTER)) == unit


@pytest.mark.parametrize("kind", ["burst", "report", "mark"])
def test_no_bit_of_a_unit_may_change(kind: str) -> None:
    """PATH-76, PATH-77, PATH-78: tag, K, index and symbols are under the tag."""
    raw = bytes.fromhex(CASES[kind])
    for place in range(len(raw)):
        changed = raw[:place] + bytes((raw[place] ^ 1,)) + raw[place + 1 :]
        assert reason(changed) in ("unit-tag", "unit-head", "report-mac", "mark-mac")


def test_units_of_strangers_prove_nothing() -> None:
    """PATH-76, PATH-77, PATH-78."""
    assert reason(pack_burst(OTHERS, BURST)) in ("unit-tag", "unit-head")
    assert reason(pack_report(OTHERS, Report(COUNTER, 1))) == "report-mac"
    assert reason(pack_mark(OTHERS, Mark(9))) == "mark-mac"
    assert reason(pack_burst(KEYS, BURST), theirs=(COUNTER + 1,)) == "unit-tag"
    for size in (0, 1, 5, 28, 30, 54, 13, 18):
        assert reason(bytes(size)) == "unit-size"


def test_what_an_object_must_be() -> None:
    """PATH-73."""
    assert open_object(KEYS, COUNTER, SOURCES) == (Lead.ENVELOPE, HELD)
    reasons = set()
    for kind in (0x20, 0x60, 0x1F, 0x18):
        sources = pack_object(KEYS, COUNTER, Lead(0), HELD)
        lead = bytes((sources[0][0] ^ kind,)) + sources[0][1:]
        with pytest.raises(JunkError) as caught:
            open_object(KEYS, COUNTER, (lead, *sources[1:]))
        reasons.add(caught.value.reason)
    assert reasons == {"object-lead", "object-padding"}


def test_what_is_long_is_cut() -> None:
    """PATH-74."""
    held = bytes(range(256)) * 24
    parts = cut(KEYS, 300, held)
    assert [len(part) for part in parts] == [3_047, 3_047, len(held) - 2 * 3_040 + 7]
    opened = [open_part(KEYS, part) for part in parts]
    assert [(p.number, p.place, p.parts) for p in opened] == [(44, n, 3) for n in range(3)]
    assert b"".join(part.piece for part in opened) == held
    for wrong in (parts[0][:-1], b"", bytes(7)):
        with pytest.raises(JunkError) as caught:
            open_part(KEYS, wrong)
        assert caught.value.reason == "part-check"


def test_paths_begin_at_different_symbols() -> None:
    """PATH-75."""
    assert [first_index(place) for place in (0, 1, 2, 7)] == [0, 37, 74, 3]


@pytest.mark.parametrize("size", [1, 2, 253, 254, 255, 508, 509, 800])
def test_every_byte_passes_a_pipe(size: int) -> None:
    """PATH-84."""
    deframer = Deframer()
    for value in (0x00, 0x01, 0x7E, 0xFF):
        unit = bytes((value,)) * size
        packed = pack_unit(unit)
        assert packed.index(0) == len(packed) - 1
        assert list(deframer.units(packed)) == [unit]
    assert deframer.failed == 0


def test_a_pipe_finds_the_next_unit_after_any_damage() -> None:
    """PATH-84."""
    packed = pack_unit(bytes.fromhex(CASES["burst"]))
    for place in range(len(packed)):
        for damaged in (
            packed[:place] + packed[place + 1 :],
            packed[:place] + b"\x00" + packed[place:],
            packed[:place] + bytes((packed[place] ^ 0x81,)) + packed[place + 1 :],
        ):
            deframer = Deframer()
            found = list(deframer.units(damaged + b"\x00" + packed + packed))
            assert found[-1] == bytes.fromhex(CASES["burst"])
            assert set(found) == {found[-1]}


def test_a_unit_without_end_is_dropped_and_fills_no_memory() -> None:
    """PATH-84."""
    deframer = Deframer()
    for _ in range(100):
        assert list(deframer.units(b"\x41" * 1_000)) == []
    assert len(deframer._kept) <= 1_024
    assert list(deframer.units(b"\x00" + pack_unit(b"next"))) == [b"next"]
    assert deframer.failed == 1
