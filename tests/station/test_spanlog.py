"""Spans of a line that has witnesses: what of the beacon goes in, and that a stranger proves it."""

from pathlib import Path

import pytest
from tests.cast import ALDER, BIRCH
from tests.station.spanned import Span, not_proven, report_of, wanted
from tests.station.test_witnessing import OTHER
from tests.station.watched import BOTH, PERIOD_S, WatchedSpan
from tests.witness.logs import WITNESS

from backchannel import limits
from backchannel.errors import OfficerError
from backchannel.proof.span import LogPiece, WordsPiece, parse_span
from backchannel.proof.span import Span as Pieces
from backchannel.proof.witnessed import NotePiece
from backchannel.station import spanlog
from backchannel.station.ourlog import OurLog
from backchannel.station.packs import Watched
from backchannel.station.spanning import Gathered, require_span, span_of
from backchannel.wire.signing import Mode


def hours(count: int = 3) -> WatchedSpan:
    """A minute each hour, six leaves an hour, and something is said in each."""
    span = WatchedSpan()
    for hour in range(count):
        span.periods(2)
        span.talk.ack(span.talk.say(0, f"hour {hour}: all quiet"))
        span.periods(2)
        span.talk.say(1, f"hour {hour}: here too")
        span.periods(2)
        span.minute(hour % 2)
    return span


def of_kind(found: Gathered, kind: type) -> list[object]:
    parsed: Pieces = parse_span(found.raw)
    return [each for each in parsed.pieces if isinstance(each, kind)]


def told(found: Gathered) -> Watched:
    assert found.watched is not None
    return found.watched


def test_a_stranger_proves_what_lies_between_two_leaves(tmp_path: Path) -> None:
    """PROOF-176 to PROOF-180: from the beginning of the line and between two minutes, on a real
    record; what the station says of it is what the verifier finds."""
    span = hours()
    record = span.record(tmp_path)
    for order in (wanted(), wanted(span.times[0] + 1_000, span.times[1] - 1_000)):
        found = span_of(record, order)
        assert not_proven(found) == {}
        shown, said = report_of(found)["witnesses"], told(found)
        for end, point in (("since", said.since), ("upto", said.upto)):
            assert (shown[end] is None) == (point is None)
            if point is not None:
                assert shown[end]["entry"] == point.entry
                assert shown[end]["cosigners"] == list(point.cosigners) == ["w0", "w1"]
        assert (shown["quorum"], len(shown["checkpoints"])) == (said.quorum, said.checkpoints)


def test_minutes_are_chosen_so_that_the_leaves_reach_around_the_period(tmp_path: Path) -> None:
    """PROOF-176: the last leaf that witnesses saw before it, the first that was made after it."""
    span = hours()
    record = span.record(tmp_path)
    # Just behind a minute: no leaf lies between that and the beginning that is asked for.
    since, until = span.times[1] + 10, span.times[1] + 2_000
    found = told(span_of(record, wanted(since, until)))
    assert found.since is not None and found.since.stood_by <= since
    assert found.upto is not None and found.upto.made_after is not None
    assert found.upto.made_after >= until
    require_span(record, wanted(since, until))


def test_what_no_minute_covers_yet_is_proven_as_far_as_one_does(tmp_path: Path) -> None:
    """PROOF-176: the newest leaf under the later minute, whatever was asked for."""
    span = hours(2)
    span.periods(3)
    found = span_of(span.record(tmp_path), wanted(span.times[0] + 1_000))
    assert not_proven(found) == {}
    upto = told(found).upto
    assert upto is not None and upto.stood_by <= span.times[1]


def test_a_span_without_a_leaf_between_its_minutes_says_so(tmp_path: Path) -> None:
    """PROOF-182: two minutes in one period, and nothing before the first."""
    span = WatchedSpan()
    span.talk.say(0, "One.")
    span.minute()
    span.talk.say(0, "Two.")
    span.minute()
    found = span_of(span.record(tmp_path), wanted(span.times[0], span.times[0] + 1))
    assert told(found).upto is None and not of_kind(found, LogPiece)
    assert not_proven(found) == {"witnessed": "no-beacon", "clockwork": "no-beacon"}


def test_who_is_missing_is_seen(tmp_path: Path) -> None:
    """PROOF-176, PROOF-181: one of two has cosigned; the newest that he did goes in."""
    span = WatchedSpan()
    span.cosigned.clear()
    span.periods(3, by=(WITNESS,))
    span.minute()
    found = span_of(span.record(tmp_path), wanted())
    assert len(of_kind(found, NotePiece)) == 1 and told(found).upto is None
    assert not_proven(found) == {"witnessed": "no-quorum", "clockwork": "no-quorum"}
    assert "cosigned by w0," in report_of(found)["claims"][-1]["text"]


def test_a_leaf_that_waits_for_witnesses_is_not_the_end(tmp_path: Path) -> None:
    """PROOF-176: nobody was reached for two periods, and then all at once."""
    span = WatchedSpan()
    span.periods(2)
    span.talk.say(0, "Said while no witness is reached.")
    span.periods(2, by=None)
    span.minute()
    waiting = span_of(span.record(tmp_path), wanted())
    assert not_proven(waiting) == {}
    assert told(waiting).upto is not None and report_of(waiting)["statements"][-1]["stood_by"] is (
        None
    )
    span.periods(1)
    span.minute()
    later = span_of(span.record(tmp_path), wanted())
    assert not_proven(later) == {}
    assert report_of(later)["statements"][-1]["stood_by"] is not None


def test_the_other_party_shows_its_own_log(tmp_path: Path) -> None:
    """PROOF-176: whose witnesses saw nothing: the claim is not proven, and all else is."""
    span = hours(1)
    found = span_of(span.record(tmp_path, BIRCH), wanted())
    assert not_proven(found) == {"witnessed": "no-beacon", "clockwork": "no-beacon"}
    assert told(found).party == "Birch"


def test_without_witnesses_and_in_other_modes_nothing_of_a_beacon_goes_in(tmp_path: Path) -> None:
    """PROOF-176, PROOF-182."""
    plain = Span()
    plain.minute()
    assert span_of(plain.record(tmp_path), wanted()).watched is None
    span = WatchedSpan()
    span.minute(ALDER, Mode.EXERCISE)
    found = span_of(span.record(tmp_path), wanted(mode=Mode.EXERCISE))
    assert found.watched is None and not of_kind(found, WordsPiece)
    assert not_proven(found) == {}


def test_of_a_long_log_evenly_fewer_checkpoints_go_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PROOF-176: the newest one stays, and the times are only wider."""
    monkeypatch.setattr(spanlog, "SPAN_NOTES_MAX", 4)
    assert limits.SPAN_NOTES_MAX == 288
    span = hours(2)
    found = span_of(span.record(tmp_path), wanted())
    notes = [each.checkpoint().size for each in of_kind(found, NotePiece)]  # type: ignore[attr-defined]
    assert len(notes) <= 4 and notes[-1] == max(each.size for each in span.cosigned)
    assert not_proven(found) == {}
    assert told(found).checkpoints == len(notes)


def test_words_that_are_gone_make_no_leaf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """PROOF-176: what the station does not hold any more is not shown, and nothing fails."""
    span = hours(1)
    record = span.record(tmp_path)
    gone = OfficerError("no-content", "not held")

    def words(self: OurLog, opening: object) -> object:
        raise gone

    monkeypatch.setattr(OurLog, "words", words)
    found = span_of(record, wanted())
    assert told(found).upto is None and not of_kind(found, WordsPiece)
    assert not_proven(found) == {"witnessed": "no-beacon", "clockwork": "no-beacon"}


def test_cosigners_are_named(tmp_path: Path) -> None:
    """PROOF-182: whose word the ends are."""
    assert (WITNESS, OTHER) == BOTH and PERIOD_S == 600
    found = told(span_of(hours(1).record(tmp_path), wanted()))
    assert (found.quorum, found.witnesses) == ("both: 2 of w0, w1", ("w0", "w1"))
    assert found.since is None and found.leaves == 7
