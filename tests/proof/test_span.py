"""The layout of a span: what is packed is parsed; vectors/proof/spans.json has what is refused."""

from tests.cast import seed
from tests.proof.test_disclosure import COSIGNED, ENTRY, PIECES
from tests.wire.shapes import H32, reason_of

from backchannel.proof.disclosure import CheckpointPiece, InclusionPiece, parse_disclosure
from backchannel.proof.merkle import Range, root_of
from backchannel.proof.span import RangePiece, Span, SpanHead, pack_span, parse_span
from backchannel.wire.ids import LineId

HEAD = SpanHead(LineId(H32), 2, (16, 5, seed("earlier")), (17, 9, ENTRY), 1_795_355_000)
ALLOWED = tuple(each for each in PIECES if not isinstance(each, InclusionPiece))
RANGES = (RangePiece(16, 5, (seed("4"), seed("1"))), RangePiece(17, 1, (seed("1"),)))


def test_a_span_is_parsed_as_it_was_packed() -> None:
    """PROOF-100, PROOF-101: the pieces of a disclosure but for inclusion proofs, and trees."""
    whole = Span(HEAD, (*ALLOWED, *RANGES))
    assert parse_span(pack_span(whole)) == whole
    alone = Span(SpanHead(HEAD.line, 1, None, HEAD.upto, 0), ())
    assert parse_span(pack_span(alone)) == alone


def test_an_inclusion_proof_has_no_place_in_a_span() -> None:
    """PROOF-100: nor a tree in the disclosure of a statement, whose head is another."""
    other = Span(HEAD, PIECES)
    assert reason_of(lambda: parse_span(pack_span(other))) == "disclosure-piece"
    assert reason_of(lambda: parse_disclosure(pack_span(Span(HEAD, ())))) == "disclosure-head"


def test_pieces_ascend_and_stand_once() -> None:
    """PROOF-100."""

    def read(*pieces: object) -> str:
        return reason_of(lambda: parse_span(pack_span(Span(HEAD, pieces))))  # type: ignore[arg-type]

    checkpoint = CheckpointPiece(16, 8, seed("root"), COSIGNED)
    assert read(RANGES[0], checkpoint) == "disclosure-order"
    assert read(checkpoint, checkpoint) == "disclosure-twice"
    assert read(RANGES[0], RangePiece(16, 1, (seed("1"),))) == "disclosure-twice"


def test_the_subtrees_of_a_tree_give_its_root() -> None:
    """PROOF-102: as many as bits are set in the size, and folded from the right."""
    tree = Range()
    leaves = [seed(str(n)) for n in range(11)]
    for leaf in leaves:
        tree.append(leaf)
    assert len(tree.peaks()) == 3 and tree.peaks()[0] == root_of(leaves[:8])
    assert tree.root() == root_of(leaves)
