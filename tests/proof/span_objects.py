"""Objects of a span, each with the rule of the CDDL that it must fit."""

from tests.cast import found_cast, seed

from backchannel.proof import span
from backchannel.wire.signing import Mode


def of_span() -> list[tuple[str, bytes]]:
    """What a span has of its own: trees, words, a head from a minute on and one from none."""
    line, upto = found_cast().line, (16, 9, seed("later"))
    tree = span.pack_span_piece(span.RangePiece(16, 5, (seed("4"), seed("1"))))
    heads = {"span-head": (16, 5, seed("earlier")), "span-head-from-none": None}
    words = span.pack_span_piece(span.WordsPiece(seed("o"), (seed("b"),), ((0, 1, seed("r")),)))
    log = span.pack_span_piece(span.LogPiece(16, 0, ()))
    made = {rule: span.SpanHead(line, Mode.TEST, since, upto, 7) for rule, since in heads.items()}
    pieces = [("piece-range", tree), ("piece-words", words), ("piece-log", log)]
    return [*pieces, *((rule, span.pack_head(head)) for rule, head in made.items())]
