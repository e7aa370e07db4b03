"""What a proof costs: its bytes, checking it as a stranger does, and a checkpoint of the record.

Beside each check stands its floor: the same signatures and the hash of the same bytes, with nothing
around them. This module must not judge what it measures.
"""

import asyncio
import hashlib
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from backchannel.line.events import MinuteOrdered
from backchannel.proof.checkpoint import Checkpoint
from backchannel.proof.cosignature import cosign, require_cosignature
from backchannel.proof.merkle import Range, inclusion_proof
from backchannel.station.disclosing import Wanted, disclosure_of
from backchannel.station.judging import Record
from backchannel.store.queries import cosignatures
from backchannel.verifier import credentials, crypto, evidence, signing, trees
from backchannel.verifier.__main__ import verify
from backchannel.wire.keys import fingerprint
from backchannel.wire.primitives import mldsa_public
from backchannel.wire.signing import Mode
from backchannel.wire.statement import Precedence
from pair import PAUSE_S, Pair

ROOT = Path(__file__).parents[1]
LABELS = tuple(range(2, 22))
TEXT = "x" * 140
LEAVES = 1_000
ROUNDS, QUICK_ROUNDS = 9, 2

Check = tuple[Callable[..., None], tuple[object, ...]]


async def measure(pair: Pair, folder: Path, quick: bool) -> None:
    """Measure and print what proofs cost."""
    rounds = QUICK_ROUNDS if quick else ROUNDS
    raw, roots = await disclosed(pair)
    print(f"disclosure of a message of {len(TEXT)} bytes, 20 fields opened: {len(raw)} bytes")
    checks = checks_in(raw, roots)
    warm = middle_ms(lambda: verify(raw, roots), rounds)
    least = middle_ms(lambda: redo(checks, raw), rounds)
    print(
        f"verify a disclosure, in process: {warm:.1f} ms; its {len(checks)} signature checks and "
        f"the hash of its bytes {least:.1f} ms, ratio {warm / least:.1f}"
    )
    cold, empty = cold_ms(raw, roots, folder, rounds)
    print(
        f"verify a disclosure, packed verifier from a cold start: {cold:.0f} ms; an interpreter "
        f"that imports the library and does nothing {empty:.0f} ms"
    )
    measure_trees(rounds)


async def disclosed(pair: Pair) -> tuple[bytes, str]:
    """Return a disclosure of one message that both stations have sealed, and the roots for it."""
    entry = await pair.say(TEXT, Precedence.ROUTINE)
    await pair.until_held(entry)
    runner, size = pair.runner, pair.slot() + 1
    await runner.submit(MinuteOrdered(at=runner.moment(), mode=Mode.TEST))
    custody = runner.custody
    while True:
        rows = cosignatures(custody.database, custody.line, pair.own(), from_size=size)
        if len({row.credential for row in rows}) == 2:
            break
        await asyncio.sleep(PAUSE_S)
    record = Record(custody, runner.state, runner.clock.now())
    wanted = Wanted(Mode.TEST, b"", entry, LABELS, "a measurement")
    return disclosure_of(record, wanted), fingerprints(pair)


def fingerprints(pair: Pair) -> str:
    """Return the file of roots that a reader of this line brings."""
    parties = pair.runner.state.charter.parties
    pairs = ([(root.ed25519, root.mldsa65) for root in each.root_set.roots] for each in parties)
    return "\n".join(fingerprint(None, each) for each in pairs) + "\n"


@contextmanager
def noted(checks: list[Check]) -> Iterator[None]:
    """Keep every check of a signature that the verifier makes."""
    places = [
        (module, name)
        for module in (credentials, crypto, evidence, signing, trees)
        for name in ("require_ed25519", "require_ml_dsa")
        if hasattr(module, name)
    ]
    usual = {name: getattr(crypto, name) for _, name in places}

    def noting(name: str) -> Callable[..., None]:
        def check(*values: object) -> None:
            checks.append((usual[name], values))
            usual[name](*values)

        return check

    try:
        for module, name in places:
            setattr(module, name, noting(name))
        yield
    finally:
        for module, name in places:
            setattr(module, name, usual[name])


def checks_in(raw: bytes, roots: str) -> list[Check]:
    """Return the checks of signatures that verifying a disclosure takes."""
    checks: list[Check] = []
    with noted(checks):
        verify(raw, roots)
    return checks


def redo(checks: list[Check], raw: bytes) -> None:
    """Do the checks again, and hash the file: what no verifier can do without."""
    for check, values in checks:
        check(*values)
    hashlib.sha256(raw).digest()


def middle_ms(act: Callable[[], object], rounds: int) -> float:
    """Return the median of how long an act takes, in ms."""
    spent = []
    for _ in range(rounds):
        began = time.perf_counter()
        act()
        spent.append((time.perf_counter() - began) * 1e3)
    return statistics.median(spent)


def cold_ms(raw: bytes, roots: str, folder: Path, rounds: int) -> tuple[float, float]:
    """Return the ms of the packed verifier as a process of its own, and of an idle interpreter."""
    subprocess.run([sys.executable, ROOT / "tools" / "verifier.py", folder], check=True,
                   stdout=subprocess.DEVNULL)  # fmt: skip
    file, trusted = folder / "it.disclosure", folder / "roots.txt"
    file.write_bytes(raw)
    trusted.write_text(roots)
    archive = folder / "backchannel-verifier.pyz"
    packed: list[str | Path] = [sys.executable, "-I", archive, file, "--roots", trusted]
    # Nobody has acknowledged the message: one claim is not proven, and the exit code says so.
    told = subprocess.run(packed, capture_output=True, text=True, check=False)
    assert told.returncode == 1 and told.stdout.count(" PROVEN ") >= 10, told.stdout + told.stderr
    library = "from cryptography.hazmat.primitives.asymmetric import ed25519, mldsa"
    idle: list[str | Path] = [sys.executable, "-I", "-c", library]

    def run(command: Sequence[str | Path]) -> Callable[[], object]:
        return lambda: subprocess.run(command, stdout=subprocess.DEVNULL, check=False)

    return middle_ms(run(packed), rounds), middle_ms(run(idle), rounds)


def measure_trees(rounds: int) -> None:
    """Measure and print a checkpoint over 1,000 entries, a proof in it, and its cosignature."""
    leaves = [hashlib.sha256(bytes([n % 256, n // 256])).digest() for n in range(LEAVES)]

    def grow() -> bytes:
        tree = Range()
        for leaf in leaves:
            tree.append(leaf)
        return tree.root()

    root = grow()
    hashes = middle_ms(lambda: [hashlib.sha256(root + root) for _ in range(2 * LEAVES)], rounds)
    grown = middle_ms(grow, rounds)
    proved = middle_ms(lambda: inclusion_proof(leaves, LEAVES // 2), rounds)
    seed = bytes(32)
    said = Checkpoint("bench", LEAVES, root)
    signature = cosign(seed, "bench", said)
    public = mldsa_public(44, seed)
    signed = middle_ms(lambda: cosign(seed, "bench", said), rounds)
    held = middle_ms(lambda: require_cosignature(public, signature, "bench", said), rounds)
    print(
        f"checkpoint of {LEAVES} entries: {grown:.2f} ms, its hashes alone {hashes:.2f} ms, ratio "
        f"{grown / hashes:.1f}; a proof in it {proved:.2f} ms and "
        f"{32 * len(inclusion_proof(leaves, LEAVES // 2))} bytes; to cosign {signed:.2f} ms, to "
        f"check a cosignature {held:.2f} ms, {len(signature)} bytes"
    )
