"""The page of a pack: closed, readable in every direction, and the same bytes for the verifier."""

import base64
import hashlib
import html.parser
import re
from pathlib import Path

import pytest
from tests.oversight.packs import ARABIC, EVIDENCE, HOSTILE, altered, pack_in, page_of
from tests.station.spanned import PROMISE, RENDERING, Span, promised, roots, wanted
from tests.station.test_packing import packed
from tests.station.watched import WatchedSpan
from tests.witness.logs import WITNESS

from backchannel.oversight.markup import joined, safe, tag
from backchannel.station.spanning import span_of
from backchannel.verifier.__main__ import main, verify
from backchannel.verifier.bundle import read_file
from backchannel.verifier.cbor import Refusal
from backchannel.verifier.sheet import BEGIN, disclosure_in
from backchannel.wire.moments import print_moment
from backchannel.wire.signing import Mode


class Reading(html.parser.HTMLParser):
    """A page as a browser takes it apart: elements with their attributes, and all text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def of(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for each, attributes in self.elements if each == name]


def test_nothing_on_the_page_loads_runs_or_leads_elsewhere(tmp_path: Path) -> None:
    """PROOF-122: whatever its texts say; links stay on the page, the policy names one style."""
    span, _ = promised()
    page = page_of(altered(pack_in(tmp_path, span), text=HOSTILE))
    found = Reading(page)
    assert found.of("img") == [] and found.of("link") == [] and found.of("iframe") == []
    assert [each["type"] for each in found.of("script")] == ["application/x-backchannel-disclosure"]
    assert all(str(each["href"]).startswith("#entry-") for each in found.of("a"))
    for _, attributes in found.elements:
        assert not {name for name in attributes if name.startswith("on") or name == "src"}
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policies = [each["content"] for each in found.of("meta") if "http-equiv" in each]
    assert policies == [
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    ]


def test_a_text_is_text_and_every_character_is_seen() -> None:
    """PROOF-122: what turns the direction is drawn as its number, and cannot be forged."""
    shown = safe(HOSTILE)
    assert "<script" not in shown and "<img" not in shown
    assert '<span class="unseen">U+202E</span>evil<span class="unseen">U+2066</span>' in shown
    assert "\\u202e" in shown and '<span class="unseen">U+0000</span>' in shown
    assert safe("two\nlines") == "two\nlines" and safe("\u0645\u200c\u0645") == "\u0645\u200c\u0645"
    assert tag("p", HOSTILE, title='"><script>').startswith('<p title="&quot;&gt;&lt;script&gt;">')
    assert joined("a<", tag("b", "c<")) == "a&lt;<b>c&lt;</b>"


def test_words_have_their_own_direction_and_language(tmp_path: Path) -> None:
    """PROOF-122: original and rendering, each marked, the second linked to its own entry."""
    span = Span()
    entry = span.talk.say(0, PROMISE)
    rendering = span.talk.translate(entry, ARABIC)
    span.minute()
    page = page_of(pack_in(tmp_path, span))
    assert f'<blockquote dir="auto" lang="en">{PROMISE}</blockquote>' in page
    assert f'<blockquote dir="auto" lang="en">{ARABIC}</blockquote>' in page
    assert f'<a href="#entry-{rendering.hex()}">' in page
    assert f'<article id="entry-{rendering.hex()}">' in page
    assert "<bdi>Alder</bdi>" in page and "sight rendering of <bdi>ALDER 0001</bdi>" in page


def test_the_page_says_all_that_was_asked(tmp_path: Path) -> None:
    """PROOF-120 to PROOF-123: each section, with what belongs into it; and no verdict."""
    span, _ = promised()
    found = Reading(page_of(pack_in(tmp_path, span)))
    assert len(found.of("section")) == 11
    for text in (
        *("1  What this is", "2  Who took part", "3  Under what authority", "4  What was said"),
        *("5  Who was informed, and when", "6  What was promised", "7  What was disclosed"),
        *("8  What is complete", "10  What could not be known", "11  What this cannot show"),
        *(PROMISE, RENDERING, "ALDER 0001", "BIRCH 0001", "acknowledged", "read back"),
        *("power to commit", "This page gives no verdict", "north"),
        *("What was said by voice: calls are not carried", "No fork, no gap, no repeat."),
    ):
        assert text in found.text, text
    assert "PROVEN" not in found.text


@pytest.mark.parametrize("mode", [Mode.EXERCISE, Mode.TEST])
def test_a_drill_is_one_at_the_top_and_on_every_sheet_of_paper(tmp_path: Path, mode: Mode) -> None:
    """PROOF-122."""
    span = Span()
    span.talk.say(0, "As a drill.", mode=mode)
    span.minute(mode=mode)
    page = page_of(packed(span.record(tmp_path), wanted(mode=mode)))
    found = Reading(page)
    assert found.text.split("</style>")[-1].find(mode.name) >= 0
    assert f'<p class="mode">{mode.name}</p>' in page and f"<title>{mode.name}: " in page
    assert f'@top-center {{ content: "{mode.name}";' in page
    assert found.of("body") == [{"class": mode.name.lower()}]


def test_the_page_can_be_verified_itself(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """PROOF-122: it carries the bytes of the span, and nothing else of it counts."""
    span, _ = promised()
    record = span.record(tmp_path)
    raw = span_of(record, wanted()).raw
    page = page_of(packed(record, wanted()), raw)
    assert disclosure_in(page.encode()) == raw and disclosure_in(raw) == raw
    assert verify(page.encode(), roots())[1] == verify(raw, roots())[1]
    forged = page.replace(PROMISE, "We cross it.").encode()
    assert verify(forged, roots())[1] == verify(raw, roots())[1]
    path, known = tmp_path / "pack.html", tmp_path / "roots.txt"
    path.write_text(page)
    known.write_text(roots())
    assert main([str(path), "--roots", str(known)]) == 0
    assert PROMISE in capsys.readouterr().out


def test_a_page_without_its_evidence_is_refused(tmp_path: Path) -> None:
    """PROOF-122: and so is one with two, or with half of it."""
    span, _ = promised()
    page = page_of(pack_in(tmp_path, span)).encode()
    assert disclosure_in(page) == EVIDENCE

    def refused(raw: bytes) -> str:
        with pytest.raises(Refusal) as caught:
            disclosure_in(raw)
        return caught.value.reason

    assert refused(page.replace(BEGIN, b"<script>")) == "sheet"
    assert refused(page.replace(BEGIN, BEGIN + b"</script>" + BEGIN)) == "sheet"
    packed_bytes = base64.b64encode(EVIDENCE)
    assert refused(page.replace(packed_bytes, b"!" + packed_bytes)) == "sheet"
    assert refused(page[: page.index(BEGIN) + len(BEGIN)]) == "sheet"
    with pytest.raises(Refusal, match="file-kind"):
        read_file("disclosure", EVIDENCE)


def test_the_page_says_what_witnesses_hold_fast(tmp_path: Path) -> None:
    """PROOF-182: from which leaf to which, by whom and by when; and that none do where none do."""
    span = WatchedSpan()
    span.talk.say(0, PROMISE)
    span.periods(2)
    span.minute()
    pack = pack_in(tmp_path, span)
    text = Reading(page_of(pack)).text
    assert pack.watched is not None and pack.watched.upto is not None
    by = print_moment(pack.watched.upto.stood_by)
    assert "The charter names w0, w1; a quorum is both: 2 of w0, w1." in text
    assert "From the beginning of the line to the leaf of period" in text
    assert f"cosigned by {by}: w0 and w1), what the station of Alder held is held fast" in text
    assert "no witness holds it fast" not in text
    promised_only, _ = promised()
    bare = Reading(page_of(pack_in(tmp_path, promised_only))).text
    assert "Nobody but the parties holds it fast: the charter names no witnesses" in bare
    assert "Whether all parties together changed the record since" in bare


def test_the_page_says_that_no_quorum_was_reached(tmp_path: Path) -> None:
    """PROOF-182."""
    span = WatchedSpan()
    span.cosigned.clear()
    span.periods(2, by=(WITNESS,))
    span.minute()
    text = Reading(page_of(pack_in(tmp_path, span))).text
    assert "No quorum of them has cosigned two leaves of the beacon of Alder" in text
