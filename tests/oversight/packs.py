"""A pack of a line that talked, and pages made of it, for the tests of what people read."""

from pathlib import Path

import msgspec
from tests.station.spanned import Span, wanted
from tests.station.test_packing import packed

from backchannel.oversight.pack import Evidence, Folder, folder_of
from backchannel.oversight.sheet import sheet
from backchannel.station.packs import Pack
from backchannel.station.reports import Judgement

EVIDENCE = b"the bytes of a span"
ARABIC = "\u0646\u062d\u0646 \u0628\u0627\u0642\u0648\u0646 \u062c\u0646\u0648\u0628\u0627."
HOSTILE = "</p><script>alert(1)</script><img src=http://[::1]/x> \u202eevil\u2066 & \\u202e\x00"


def pack_in(folder: Path, span: Span) -> Pack:
    """What Alder's station says of all that was said."""
    return packed(span.record(folder), wanted(0, span.exchange.clock.now))


def folder(pack: Pack) -> Folder:
    """The same with what follows from it."""
    return folder_of(pack, Evidence("span.bcd", len(EVIDENCE), "ab" * 32))


def page_of(pack: Pack, evidence: bytes = EVIDENCE) -> str:
    """The page of a pack."""
    return sheet(folder(pack), evidence).decode()


def altered(pack: Pack, *, text: str | None = None, verdict: Judgement | None = None) -> Pack:
    """A pack whose first statement has another text or another verdict."""
    first = pack.statements[0]
    line = first.report.line
    words = line.words if text is None else msgspec.structs.replace(line.words, text=text)
    line = msgspec.structs.replace(line, words=words, verdict=verdict or line.verdict)
    report = msgspec.structs.replace(first.report, line=line)
    changed = msgspec.structs.replace(first, report=report)
    return msgspec.structs.replace(pack, statements=(changed, *pack.statements[1:]))
