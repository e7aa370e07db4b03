"""What a witness answers, in the order of its checks, and what it keeps before it does."""

from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.cast import NOW, seed
from tests.witness.logs import WITNESS_KEY, Clock, EdwardsLog, Log, encoded, keeper_of

from backchannel.errors import CustodyError, JunkError, OfficerError
from backchannel.proof.note import NoteSignature, parse_line
from backchannel.proof.submission import pack_submission, parse_submission
from backchannel.proof.vkey import require_signed
from backchannel.store import sqlite
from backchannel.store.witness import (
    Latest,
    keep_latest,
    latest,
    open_memory,
    read_memory,
    watched,
)
from backchannel.witness import keeper as keeping
from backchannel.witness.keeper import SIZE, TEXT, Reply

LOG = Log()


def status(reply: Reply) -> tuple[int, str]:
    """Status and body of a refusal; the body of any other is free."""
    return reply.status, reply.body if reply.media == SIZE else ""


def test_a_checkpoint_that_goes_on_is_cosigned_with_the_time(tmp_path: Path) -> None:
    """PROOF-70: the line verifies under the witness's key, for this checkpoint alone."""
    clock = Clock()
    with keeper_of(tmp_path, LOG, clock=clock) as keeper:
        for old, size in ((0, 3), (3, 3), (3, 4), (4, 19)):
            clock.time += 600
            reply = keeper.answer(LOG.submission(old, size))
            assert (reply.status, reply.media, reply.body[-1]) == (200, TEXT, "\n")
            line = parse_line(reply.body.removesuffix("\n"))
            note = LOG.note(size)
            assert require_signed(WITNESS_KEY, line, note.text, LOG.checkpoint(size)) == clock.time
            with pytest.raises(JunkError, match="bad-signature"):
                require_signed(WITNESS_KEY, line, note.text, LOG.checkpoint(size - 1))


def test_an_old_size_that_is_not_ours_is_told_ours(tmp_path: Path) -> None:
    """PROOF-72: 409 with the size, a line feed, and the media type of tlog-witness."""
    with keeper_of(tmp_path, LOG) as keeper:
        assert keeper.answer(LOG.submission(3, 7)) == Reply(409, "0\n", "text/x.tlog.size")
        keeper.answer(LOG.submission(0, 7))
        for old, size in ((0, 8), (0, 7), (5, 9), (8, 9), (6, 6), (0, 3)):
            assert keeper.answer(LOG.submission(old, size)) == Reply(409, "7\n", SIZE)
        assert keeper.answer(LOG.submission(7, 8)).status == 200


def test_what_an_unknown_log_or_key_signs_is_refused(tmp_path: Path) -> None:
    """PROOF-70: 404 for an origin that nobody told of, 403 for a signature that lacks or lies."""
    stranger = Log("log.example/cedar")
    with keeper_of(tmp_path, LOG) as keeper:
        assert status(keeper.answer(stranger.submission(0, 3))) == (404, "")
        note = LOG.note(3)
        others = replace(note, signatures=stranger.note(3).signatures)
        assert status(keeper.answer(pack_submission(0, (), others))) == (403, "")
        (line,) = note.signatures
        bent = replace(line, signature=line.signature[:-1] + bytes((line.signature[-1] ^ 1,)))
        for signatures in ((bent,), (line, bent), (replace(line, signature=b"x"),)):
            spoilt = replace(note, signatures=signatures)
            assert status(keeper.answer(pack_submission(0, (), spoilt))) == (403, "")
        later = replace(line, signature=(1 << 63).to_bytes(8, "big") + line.signature[8:])
        spoilt = replace(note, signatures=(later,))
        assert status(keeper.answer(pack_submission(0, (), spoilt))) == (403, "")
        unknown = NoteSignature("x", b"1234", b"y")
        beside = replace(note, signatures=(*others.signatures, line, unknown))
        assert keeper.answer(pack_submission(0, (), beside)).status == 200


def test_a_log_may_sign_with_ed25519(tmp_path: Path) -> None:
    """PROOF-65: as most logs do today."""
    log = EdwardsLog()
    with keeper_of(tmp_path, log) as keeper:
        assert keeper.answer(log.submission(0, 5)).status == 200
        assert keeper.answer(log.submission(5, 6)).status == 200
        note = log.note(7)
        bent = replace(note, text=note.text.replace("\n7\n", "\n8\n"))
        assert keeper.answer(pack_submission(6, (), bent)).status == 403


def test_a_proof_that_does_not_join_is_refused(tmp_path: Path) -> None:
    """PROOF-70, NT42: foreign proofs of the right length, too many or too few hashes."""
    other = Log(taste="other")
    with keeper_of(tmp_path, LOG) as keeper:
        keeper.answer(LOG.submission(0, 6))
        proof = LOG.levels.consistency(6, 11)
        foreign = other.levels.consistency(6, 11)
        assert len(foreign) == len(proof)
        for bad in (foreign, proof[:-1], (*proof, seed("more")), (), proof[::-1]):
            assert status(keeper.answer(pack_submission(6, bad, LOG.note(11)))) == (422, "")
        assert status(keeper.answer(pack_submission(6, proof[:1], LOG.note(6)))) == (422, "")
        assert keeper.answer(pack_submission(6, proof, LOG.note(11))).status == 200


def test_from_nothing_nothing_is_proved(tmp_path: Path) -> None:
    """PROOF-70: no hashes from size 0, and an empty log has the empty root."""
    with keeper_of(tmp_path, LOG) as keeper:
        assert status(keeper.answer(pack_submission(0, (seed("x"),), LOG.note(4)))) == (422, "")
        assert status(keeper.answer(pack_submission(0, (), LOG.note(0, seed("root"))))) == (422, "")
        assert keeper.answer(pack_submission(0, (), LOG.note(0))).status == 200
        assert keeper.answer(LOG.submission(0, 4)).status == 200


def test_an_old_size_above_the_size_is_no_request(tmp_path: Path) -> None:
    """PROOF-70: before anybody looks whether it is ours."""
    with keeper_of(tmp_path, LOG) as keeper:
        keeper.answer(LOG.submission(0, 9))
        assert status(keeper.answer(LOG.submission(9, 5))) == (400, "")
        assert status(keeper.answer(LOG.submission(12, 5))) == (400, "")


def test_two_roots_of_one_size_are_kept_as_a_proof(tmp_path: Path) -> None:
    """PROOF-72: the log is not cosigned, and what it signed convicts it."""
    with keeper_of(tmp_path, LOG) as keeper:
        keeper.answer(LOG.submission(0, 9))
        for n in range(20):
            forged = pack_submission(9, (), LOG.note(9, seed(f"root {n}")))
            assert keeper.answer(forged) == Reply(409, "9\n", SIZE)
        # Whatever old size comes with it.
        assert keeper.answer(pack_submission(0, (), LOG.note(9, seed("root 0")))).status == 409
    with read_memory(tmp_path / "witness.db") as memory:
        (found,) = watched(memory)
        assert (found.origin, found.size, found.contradictions) == (LOG.origin, 9, 16)
        text = "SELECT note, cosigned FROM contradiction WHERE root = ?"
        ((note, cosigned),) = memory.rows(text, (seed("root 0"),))
        assert parse_submission(b"old 0\n\n" + note).checkpoint.root == seed("root 0")
        assert parse_submission(b"old 0\n\n" + cosigned).checkpoint == LOG.checkpoint(9)


def test_the_whole_checkpoint_is_kept_before_it_is_answered(tmp_path: Path) -> None:
    """PROOF-71: another process that looks after the answer finds it as it came."""
    with keeper_of(tmp_path, LOG) as keeper:
        body = LOG.submission(0, 9)
        assert keeper.answer(body).status == 200
        with read_memory(tmp_path / "witness.db") as memory:
            found = latest(memory, LOG.origin)
        assert found is not None
        assert (found.size, found.root, found.time) == (9, LOG.levels.root(9), NOW)
        assert found.note == parse_submission(body).raw
    with keeper_of(tmp_path, LOG) as keeper:
        assert keeper.answer(LOG.submission(0, 4)) == Reply(409, "9\n", SIZE)


def test_what_cannot_be_kept_is_not_cosigned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PROOF-71: a full disk costs a cosignature, never a promise."""

    def full(*_: object) -> None:
        raise CustodyError("disk-full", "no room")

    with keeper_of(tmp_path, LOG) as keeper:
        with monkeypatch.context() as patched:
            patched.setattr(keeping, "keep_latest", full)
            assert keeper.answer(LOG.submission(0, 3)).status == 503
        assert keeper.answer(LOG.submission(0, 3)).status == 200


def test_a_memory_never_falls_back(tmp_path: Path) -> None:
    """PROOF-71: should a check above it ever be wrong, the table still refuses."""
    with open_memory(tmp_path / "witness.db") as memory:
        keep_latest(memory, "log", Latest(5, seed("root"), b"note", NOW))
        for size, root in ((4, seed("root")), (5, seed("other"))):
            with pytest.raises(AssertionError, match="fell back"):
                keep_latest(memory, "log", Latest(size, root, b"note", NOW))


def test_a_memory_is_no_database_of_a_station(tmp_path: Path) -> None:
    open_memory(tmp_path / "witness.db").close()
    with pytest.raises(OfficerError, match="not-our-database"):
        sqlite.open(tmp_path / "witness.db")
    sqlite.open(tmp_path / "station.db").close()
    with pytest.raises(OfficerError, match="not-our-database"):
        open_memory(tmp_path / "station.db")
    with pytest.raises(OfficerError, match="not-our-database"):
        read_memory(tmp_path / "station.db")


GOOD = LOG.submission(0, 3)
ROOT = encoded(seed("root"))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\n\n",
        b"old 0",
        GOOD.replace(b"old 0", b"old 00"),
        GOOD.replace(b"old 0", b"old -1"),
        GOOD.replace(b"old 0", b"old +0"),
        GOOD.replace(b"old 0", b"old  0"),
        GOOD.replace(b"old 0", b"old \xd9\xa3"),
        GOOD.replace(b"old 0", b"new 0"),
        GOOD.replace(b"old 0\n", b"old 0\r\n"),
        GOOD.replace(b"old 0", b"old " + b"9" * 5_000),
        GOOD.replace(b"old 0\n", b"old 0\n" + f"{ROOT}\n".encode() * 64),
        GOOD.replace(b"old 0\n", b"old 0\n" + ROOT[:-4].encode() + b"\n"),
        GOOD.replace(b"old 0\n", b"old 0\n" + ROOT.replace("=", "").encode() + b"\n"),
        GOOD.replace(b"\n3\n", b"\n03\n"),
        GOOD.replace(b"\n3\n", b"\n\n3\n"),
        GOOD.replace(b"\n3\n", b"\n3\n\n"),
        GOOD.replace("—".encode(), b"-"),
        GOOD[:-1],
        GOOD + b"\n",
        b"\xff" * 100,
        b"\x00" * 100,
        GOOD + b"x" * 200_000,
    ],
)
def test_what_is_no_request_is_refused_as_one(tmp_path: Path, body: bytes) -> None:
    """PROOF-70: 400, and the witness goes on."""
    with keeper_of(tmp_path, LOG) as keeper:
        assert keeper.answer(body).status == 400
        assert keeper.answer(GOOD).status == 200


def test_the_memory_has_a_lock(tmp_path: Path) -> None:
    """PROOF-71: two processes under one name could cosign two histories."""
    with keeper_of(tmp_path, LOG), pytest.raises(OfficerError, match="station-running"):
        open_memory(tmp_path / "witness.db")
