"""What the line asks for and may not do itself: sealing and signing that draw chance, reading.

Each answer comes back as an event; one that is no longer wanted is thrown away by the step. This
module must not answer before it is asked, or keep a key after its answer.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple

from backchannel.line.beacon import vector_sizes
from backchannel.line.events import (
    AskedAgain,
    Beaten,
    Cosigned,
    EpochSealed,
    Event,
    KeySealed,
    Moment,
    PrekeySigned,
    RootsRead,
    SlotRead,
)
from backchannel.line.minutes import checkpoint_of
from backchannel.line.state import LineState
from backchannel.line.wanted import (
    Cosign,
    MatchRoots,
    ReadFrame,
    ReadRoots,
    ReadSlot,
    Request,
    SealDay,
    SealEpoch,
    SealKey,
    SignPrekey,
)
from backchannel.proof.cosignature import cosign, cosigner_of
from backchannel.station.archiving import Material, material_of, seal_day
from backchannel.station.beaconlog import quotes
from backchannel.station.trees import Trees
from backchannel.store.minutes import other_roots
from backchannel.store.queries import cosigned_roots, slot
from backchannel.wire.envelope import Seal, pack_frame
from backchannel.wire.keys import prekey_from_seed
from backchannel.wire.minute import Size
from backchannel.wire.payload import Prekey, prekey_signed_bytes
from backchannel.wire.primitives import hpke_seal, xwing_public
from backchannel.wire.signing import Alg, Context, Mode, Purpose, sign_pq

if TYPE_CHECKING:
    from backchannel.station.runner import Runner


Computed = SealEpoch | SealKey | SignPrekey | Cosign | SealDay


class Question(NamedTuple):
    """What answering takes beside the request: the time, the state, 32 bytes of chance that
    become the seed or key, the frame that a direct seal is for, the roots (journal no, size, root)
    that are to be cosigned, and what an archive seal is made of."""

    at: Moment
    state: LineState
    secret: bytes
    frame: bytes = b""
    roots: tuple[tuple[int, int, bytes], ...] = ()
    material: Material | None = None


def seal_all(
    recipients: Sequence[tuple[int, int, bytes, bytes]], secret: bytes
) -> tuple[Seal, ...]:
    """Return one HPKE seal of 32 bytes for each (journal no, prekey no, public, info)."""
    return tuple(Seal(no, n, hpke_seal(public, secret, info)) for no, n, public, info in recipients)


def sign_prekey(request: SignPrekey, question: Question) -> PrekeySigned:
    """Return a new prekey with the station's ML-DSA-44 signature over it (KEYS-3)."""
    state = question.state
    private = prekey_from_seed(question.secret)
    bare = Prekey(request.n, xwing_public(private), request.since, request.until, b"")
    signature = sign_pq(
        Alg.ML_DSA_44,
        state.secrets.hands[request.mode].pq_seed,
        Context(Purpose.PREKEY, state.line, Mode(request.mode)),
        prekey_signed_bytes(request.journal_id, bare),
    )
    return PrekeySigned(
        at=question.at,
        mode=request.mode,
        n=request.n,
        private=private,
        since=request.since,
        until=request.until,
        signature=signature,
    )


def cosign_all(request: Cosign, question: Question) -> Cosigned:
    """Return the station's ML-DSA-44 signature over each root (PROOF-11, PROOF-22)."""
    state = question.state
    hand = state.secrets.hands[request.mode]
    cosigner = cosigner_of(state.line, hand.credential)
    rows = []
    for no, size, root in question.roots:
        checkpoint = checkpoint_of(state.line, state.core.journals, no, size=size, root=root)
        assert checkpoint is not None, "what is held so far is known"
        rows.append((no, size, root, cosign(hand.pq_seed, cosigner, checkpoint)))
    return Cosigned(at=question.at, mode=request.mode, minute=request.minute, rows=tuple(rows))


class Signer:
    """Serves the requests of one line in a thread of its own, each once until it is answered."""

    def __init__(self, runner: "Runner") -> None:
        self._runner = runner
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="signer")
        self._under_way: set[Request] = set()
        self._trees = Trees(runner.custody.database, runner.custody.line)
        self._stopped = False

    def serve(self, wanted: Sequence[Request]) -> None:
        """Begin what is wanted and not under way."""
        for request in wanted:
            if request not in self._under_way:
                self._under_way.add(request)
                if isinstance(request, ReadSlot):
                    self._compare(request)
                elif isinstance(request, MatchRoots):
                    self._match(request)
                elif isinstance(request, ReadFrame):
                    self._read_back(request)
                elif isinstance(request, ReadRoots):
                    self._look_up_vector(request, vector_sizes(self._runner.state))
                elif isinstance(request, Cosign):
                    self._look_up_roots(request)
                else:
                    self._begin(request)

    def _question(self, request: Computed) -> Question:
        """Return what answering takes beside the request, as it is now."""
        made = Question(self._runner.moment(), self._runner.state, self._runner.clock.entropy())
        if isinstance(request, SealKey):
            return made._replace(frame=self._frame(request.no, request.seq))
        if isinstance(request, Cosign):
            return made._replace(roots=self._roots(request))
        if isinstance(request, SealDay):
            custody, state, chance = self._runner.custody, made.state, self._runner.clock.entropy
            material = material_of(custody, state, request, chance=(chance(), chance()))
            return made._replace(material=material)
        return made

    def _begin(self, request: Computed) -> None:
        """Compute in the thread; post the answer from the loop."""
        question = self._question(request)
        loop = asyncio.get_running_loop()
        future = loop.run_in_executor(self._pool, compute, request, question)
        future.add_done_callback(lambda done: self._answered(request, done))

    def _answered(self, request: Request, done: "asyncio.Future[Event]") -> None:
        self._under_way.discard(request)
        if not done.cancelled():
            self._runner.answer(done.result())

    def _look_up_roots(self, request: Cosign) -> None:
        """Have the trees grown that are to be cosigned, a part in each turn, and then begin."""
        if self._stopped:
            return
        if all(self._trees.grow(no, size) is not None for no, size in request.sizes):
            self._begin(request)
        else:
            self._in_turn(lambda: self._look_up_roots(request))

    def _look_up_vector(self, request: ReadRoots, sizes: tuple[Size, ...]) -> None:
        """Have the trees grown that our beacon covers, a part in each turn, and then answer."""
        if self._stopped:
            return
        trees = [(no, size, self._trees.grow(no, size)) for no, size in sizes]
        rows = tuple([(no, size, tree.root()) for no, size, tree in trees if tree is not None])
        if len(rows) < len(sizes):
            self._in_turn(lambda: self._look_up_vector(request, sizes))
            return
        self._under_way.discard(request)
        runner = self._runner
        quoted = quotes(runner.custody.database, runner.state)
        runner.answer(Beaten(at=runner.moment(), n=request.n, rows=rows, quotes=quoted))

    def _in_turn(self, action: Callable[[], None]) -> None:
        """Do something when the loop has done what waits."""
        asyncio.get_running_loop().call_soon(action)

    def _roots(self, request: Cosign) -> tuple[tuple[int, int, bytes], ...]:
        """Return the roots of our own record that we have not cosigned yet (PROOF-12, PROOF-22)."""
        custody = self._runner.custody
        ours = self._runner.state.secrets.hands[request.mode].credential
        found = []
        for no, size in request.sizes:
            signed = cosigned_roots(custody.database, custody.line, no, size)
            tree = self._trees.grow(no, size)
            assert tree is not None, "a tree that has grown is kept until it is cosigned"
            if ours not in {credential for credential, _ in signed}:
                found.append((no, size, tree.root()))
        return tuple(found)

    def _frame(self, no: int, seq: int) -> bytes:
        """Return an entry with its content, as it goes into an envelope."""
        custody = self._runner.custody
        found = slot(custody.database, custody.line, no, seq, wrap_key=custody.wrap_key)
        assert found is not None, "what waits to be sealed is in the store"
        return pack_frame(found.frame)

    def _read_back(self, request: ReadFrame) -> None:
        """Read an entry from the store: it has one user, and that is the loop's thread."""
        frame = self._frame(request.no, request.seq)
        self._under_way.discard(request)
        at = self._runner.moment()
        self._runner.answer(AskedAgain(at=at, no=request.no, seq=request.seq, frame=frame))

    def _compare(self, request: ReadSlot) -> None:
        """Read what stands in a slot that an arrived frame claims."""
        custody = self._runner.custody
        found = slot(custody.database, custody.line, request.no, request.seq)
        self._under_way.discard(request)
        assert found is not None, "a slot below a journal's head is in the store"
        signature = found.frame.signature
        assert isinstance(signature, bytes), "stations sign with one key"
        self._runner.answer(
            SlotRead(
                at=self._runner.moment(),
                no=request.no,
                seq=request.seq,
                header=found.frame.header,
                signature=signature,
                frame=request.frame,
            )
        )

    def _match(self, request: MatchRoots) -> None:
        """Read who has cosigned the checkpoints of a minute with other roots."""
        custody = self._runner.custody
        others = other_roots(custody.database, custody.line, request.rows)
        self._under_way.discard(request)
        at = self._runner.moment()
        self._runner.answer(RootsRead(at=at, minute=request.minute, others=others))

    def stop(self) -> None:
        """Forget what is under way."""
        self._stopped = True
        self._pool.shutdown(wait=False, cancel_futures=True)


def compute(request: Computed, question: Question) -> Event:
    """Return the answer to a request that needs no store. Pure but for the library's chance."""
    at, secret = question.at, question.secret
    if isinstance(request, SealEpoch):
        seals = seal_all(request.recipients, secret)
        return EpochSealed(at=at, mode=request.mode, epoch=request.epoch, seed=secret, seals=seals)
    if isinstance(request, SealKey):
        seals = seal_all(request.recipients, secret)
        return KeySealed(
            at=at, no=request.no, seq=request.seq, frame=question.frame, key=secret, seals=seals
        )
    if isinstance(request, Cosign):
        return cosign_all(request, question)
    if isinstance(request, SealDay):
        assert question.material is not None
        return seal_day(request, at, question.material, key=secret)
    return sign_prekey(request, question)
