"""Files of evidence as they are packed: the shapes of the specification, and the bound."""

import pytest
from tests.cast import ALDER, found_cast, seed
from tests.test_cddl import fits

from backchannel.errors import JunkError, OfficerError
from backchannel.proof.disclosure import SignOffPiece, pack_piece, parse_piece
from backchannel.proof.evidence import KIND, Accusation, Lie, RivalPiece, pack_evidence
from backchannel.wire.codec import decode, encode
from backchannel.wire.files import parse_file
from backchannel.wire.ids import EntryId

PAIR = (seed("one"), seed("two"))
MADE = 1_795_355_000


@pytest.mark.parametrize(
    "said",
    [
        *(Accusation(lie, seed("station"), PAIR) for lie in Lie if lie not in (4, 7)),
        Accusation(Lie.OTHER_ROOT, seed("station"), (*PAIR, 16, 8)),
        Accusation(Lie.TWO_DECREES, 1, PAIR),
    ],
)
def test_heads_and_the_piece_of_its_own_fit_the_specification(said: Accusation) -> None:
    """PROOF-80, PROOF-81: and a place too many or too few does not."""
    cast = found_cast()
    rival = RivalPiece(cast.offices[ALDER].frames[0])
    head, piece = parse_file(KIND, pack_evidence(cast.line, said, MADE, (rival,)))
    for rule, raw in (("evidence-head", head), ("piece-rival", piece)):
        value = decode(raw)
        assert isinstance(value, tuple) and fits(rule, raw)
        assert not fits(rule, encode((*value, None))) and not fits(rule, encode(value[:-1]))
    assert decode(head) == (1, cast.line, int(said.lie), said.accused, said.matter, MADE)


def test_a_file_takes_so_many_objects(monkeypatch: pytest.MonkeyPatch) -> None:
    """RECORD-111: what no reader would take is not made."""
    monkeypatch.setattr("backchannel.proof.evidence.FILE_OBJECTS_MAX", 3)
    cast = found_cast()
    said = Accusation(Lie.TWO_DECREES, 1, PAIR)
    rivals = [RivalPiece(frame) for frame in cast.offices[ALDER].frames]
    assert pack_evidence(cast.line, said, MADE, rivals[:2])
    with pytest.raises(OfficerError, match="evidence-too-large"):
        pack_evidence(cast.line, said, MADE, rivals[:3])


def test_the_piece_of_a_sign_off_fits_and_comes_back() -> None:
    """PROOF-99: it is the same after it was parsed, and a place too many or too few is refused."""
    piece = SignOffPiece(EntryId(PAIR[0]), 3, PAIR)
    raw = pack_piece(piece)
    assert fits("piece-sign-off", raw) and parse_piece(raw) == piece
    for bad in ((8, PAIR[0], 3), (8, PAIR[0], -1, ()), (8, b"x", 3, ()), (8, PAIR[0], 3, (b"",))):
        with pytest.raises(JunkError, match="disclosure-piece"):
            parse_piece(encode(bad))
