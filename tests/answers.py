"""What the signer and the store of a station would answer, without a thread and without a disk."""

from collections.abc import Callable

from tests.cast import sign_prekey

from backchannel.line.beacon import vector_sizes
from backchannel.line.events import (
    AskedAgain,
    Beaten,
    EpochSealed,
    Event,
    KeySealed,
    Moment,
    OtherRoot,
    RootsRead,
    SlotRead,
)
from backchannel.line.state import LineState
from backchannel.line.wanted import (
    Cosign,
    MatchRoots,
    ReadRoots,
    ReadSlot,
    Request,
    SealEpoch,
    SealKey,
    SignPrekey,
)
from backchannel.proof.merkle import root_of
from backchannel.station.signer import Question, cosign_all
from backchannel.wire.envelope import Frame, Seal, pack_frame
from backchannel.wire.ids import entry_id
from backchannel.wire.primitives import hpke_seal


def roots_of(
    sizes: tuple[tuple[int, int], ...], read: Callable[[int, int], Frame]
) -> tuple[tuple[int, int, bytes], ...]:
    """The roots that a station's own record gives at these sizes."""
    return tuple(
        (no, size, root_of([entry_id(read(no, seq).header) for seq in range(size)]))
        for no, size in sizes
    )


def no_store(no: int, seq: int) -> Frame:
    """The store of a cast that keeps nothing."""
    raise AssertionError(f"nothing is kept of journal {no}, slot {seq}")


def no_minutes(request: MatchRoots) -> tuple[OtherRoot, ...]:
    """The store of a cast in which everybody cosigns the same."""
    return ()


def answer_request(
    state: LineState,
    request: Request,
    at: Moment,
    read: Callable[[int, int], Frame] = no_store,
    match: Callable[[MatchRoots], tuple[OtherRoot, ...]] = no_minutes,
) -> Event:
    """What the signer and the store answer to a request. `read` and `match` are the store: a slot
    to a frame, and a minute's checkpoints to those with other roots."""
    if isinstance(request, MatchRoots):
        return RootsRead(at=at, minute=request.minute, others=match(request))
    if isinstance(request, SignPrekey):
        return sign_prekey(state, request, at)
    if isinstance(request, Cosign):
        return cosign_all(request, Question(at, state, b"", roots=roots_of(request.sizes, read)))
    if isinstance(request, ReadRoots):
        return Beaten(at=at, n=request.n, rows=roots_of(vector_sizes(state), read))
    if isinstance(request, SealEpoch | SealKey):
        seals = tuple(
            Seal(no, n, hpke_seal(public, at.entropy, info))
            for no, n, public, info in request.recipients
        )
    if isinstance(request, SealEpoch):
        mode, epoch = request.mode, request.epoch
        return EpochSealed(at=at, mode=mode, epoch=epoch, seed=at.entropy, seals=seals)
    no, seq = request.no, request.seq
    frame = read(no, seq)
    if isinstance(request, SealKey):
        packed = pack_frame(frame)
        return KeySealed(at=at, no=no, seq=seq, frame=packed, key=at.entropy, seals=seals)
    if isinstance(request, ReadSlot):
        assert isinstance(frame.signature, bytes)
        return SlotRead(
            at=at,
            no=no,
            seq=seq,
            header=frame.header,
            signature=frame.signature,
            frame=request.frame,
        )
    return AskedAgain(at=at, no=no, seq=seq, frame=pack_frame(frame))
