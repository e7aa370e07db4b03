"""The page that people read aloud and sign by hand."""

import re

import pytest
from msgspec.structs import replace
from tests.charter.people import CHARTER, LINE
from tests.charter.test_charter import FULL
from tests.charter.test_policy import FULL as FULL_POLICY

from backchannel.charter.paper import ON_THE_RECORD, WIDTH, print_charter
from backchannel.charter.parties import roots_rows
from backchannel.charter.policy import Policy
from backchannel.wire.keys import fingerprint


def words(page: str) -> str:
    """The page as one run of words."""
    return " ".join(page.split())


@pytest.mark.parametrize("line_id", [None, LINE], ids=["draft", "founded"])
def test_the_page_shows_the_fingerprint_of_every_party(line_id: bytes | None) -> None:
    """CHARTER-75: what is compared by voice or in person."""
    page = words(print_charter(CHARTER, line_id))  # type: ignore[arg-type]
    for party in CHARTER.parties:
        digits = fingerprint(line_id, roots_rows(party.root_set))
        assert f"{party.name}: 2 of 3 roots sign" in page
        assert digits in page
    assert ("this is a draft" in page) == (line_id is None)


def test_the_page_says_that_the_line_is_on_the_record() -> None:
    """CHARTER-75, D7."""
    assert ON_THE_RECORD in words(print_charter(CHARTER, LINE))


def test_the_page_names_whoever_may_come_to_read() -> None:
    """CHARTER-75: no reader who is not printed."""
    assert "WHO READS, BESIDE THE PARTIES nobody" in words(print_charter(CHARTER, LINE))
    page = words(print_charter(FULL, LINE))
    assert "Alder for oversight: any 2 of 2 together: court of audit, clerk" in page
    assert "to restore: any 1 of 1 together: vault" in page
    assert "Birch to restore: any 2 of 2 together: north, south" in page


def test_the_page_holds_rules_clocks_windows_paths_and_terms() -> None:
    """CHARTER-75."""
    page = words(print_charter(CHARTER, LINE))
    for wanted in (
        "0 inform: 2 2 2 1 1 one in an emergency, marked: FLASH for message",
        "takes the power to commit",
        "FLASH 10 s 3 min 30 min 1 min 90 s 3 min 5 min",
        "DEFERRED 1 d 1 d 1 d 1 d 1 d none none",
        "TEST from 1970-01-01T00:00:00Z always",
        "none named; addresses are exchanged by the stations",
        "content dropped after: no: content is kept",
        "names of officers: shown",
        "third party to ring the neighbour: none",
        "duress mark shown at: no post",
    ):
        assert wanted in page


def test_the_page_of_a_full_charter() -> None:
    """CHARTER-75."""
    charter = replace(FULL, policy=FULL_POLICY)
    page = words(print_charter(charter, LINE))
    for wanted in (
        f"Amends {LINE.hex()}",
        "EXERCISE from 1970-01-01T00:00:10Z until 1970-01-01T00:00:20Z",
        "1 direct: sent on by Alder, Birch",
        "2 radio: sent on by Birch",
        "content dropped after: 3 d, 30 d at most",
        "names of officers: withheld",
        "third party to ring the neighbour: Cedar liaison office",
        "duress mark shown at: chief of staff",
        "life-safety (1 s), service (0 s)",
    ):
        assert wanted in page
    closed = replace(CHARTER, policy=Policy(windows=()))
    assert "none: EXERCISE and TEST are closed" in words(print_charter(closed, LINE))


def test_the_page_has_a_box_for_every_hand() -> None:
    """CHARTER-75."""
    page = print_charter(CHARTER, LINE)
    assert len(re.findall(r"Signature _+", page)) == 2


def test_the_page_fits_on_paper() -> None:
    long = replace(CHARTER.parties[0], contact="ring " * 39 + "twice")
    charter = replace(FULL, policy=FULL_POLICY, parties=(long, CHARTER.parties[1]))
    for each in (charter, CHARTER):
        assert max(map(len, print_charter(each, LINE).splitlines())) <= WIDTH
