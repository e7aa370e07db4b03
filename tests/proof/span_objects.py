"""Objects of a span, each with the rule of the CDDL that it must fit."""

from tests.cast import found_cast, seed

from backchannel.proof import span
from backchannel.wire.signing import Mode


def of_span() -> list[tuple[str, bytes]]:
    """What a span has of its own: a tree, a head from a minute on, one from the beginning."""
    line, upto = found_cast().line, (16, 9, seed("later"))
    tree = span.pack_span_piece(span.RangePiece(16, 5, (seed("4"), seed("1"))))
    heads = {"span-head": (16, 5, seed("earlier")), "span-head-from-none": None}
    made = {rule: span.SpanHead(line, Mode.TEST, since, upto, 7) for rule, since in heads.items()}
    return [("piece-range", tree), *((rule, span.pack_head(head)) for rule, head in made.items())]
