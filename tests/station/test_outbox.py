"""Envelopes that wait for a signed seen, as the store holds them."""

from backchannel.line.rows import OutgoingRow
from backchannel.station.outbox import Outbox


def test_envelopes_keep_the_order_of_their_commits():
    outbox = Outbox()
    for seq in (3, 4, 5):
        outbox.put(OutgoingRow(17, seq, 4, b"%d" % seq))
    assert [(item.seq, item.order) for item in outbox.items()] == [(3, 1), (4, 2), (5, 3)]
    assert outbox.envelope(17, 4) == b"4"


def test_an_envelope_sealed_anew_takes_the_place_of_the_old_one():
    outbox = Outbox()
    assert outbox.put(OutgoingRow(17, 3, 4, b"old")) is not None
    assert outbox.put(OutgoingRow(17, 3, 4, b"new")) is None
    assert outbox.envelope(17, 3) == b"new"
    assert len(list(outbox.items())) == 1


def test_only_what_all_hold_is_dropped_and_only_of_that_journal():
    outbox = Outbox()
    for no in (17, 33):
        for seq in (0, 1, 2):
            outbox.put(OutgoingRow(no, seq, 4, b"x"))
    outbox.settle(17, 1)
    assert outbox.envelope(17, 1) is None
    assert outbox.envelope(17, 2) == b"x"
    assert outbox.envelope(33, 0) == b"x"
    assert [(item.no, item.seq) for item in outbox.items()] == [(17, 2), (33, 0), (33, 1), (33, 2)]
