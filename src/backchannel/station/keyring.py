"""Private keys at rest: each in a file of its own, sealed under a passphrase.

This module must not ask a person for anything or keep a key after its call. What a file holds is
said outside, in the clear, so that nobody opens an officer's key in the place of a root (WIRE-26).

    root     entropy 32
    officer  [1, name, COSE number of the ML-DSA, entropy 32]
    station  [1, entropy 32, wrap key 32, certificate DER, private key DER]
    courier  [1, line id, generation, package 32]
    witness  [1, name, ML-DSA-44 seed 32]
    holder   [1, name, entropy 32]
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path

import msgspec

from backchannel.clock import Clock
from backchannel.errors import JunkError, OfficerError
from backchannel.station.files import read_file, read_text, write_new
from backchannel.wire.codec import decode, encode
from backchannel.wire.ids import LineId
from backchannel.wire.keys import (
    HolderKeys,
    OfficerKeys,
    RootKeys,
    StationKeys,
    holder_from_seed,
    mailbox_private,
    officer_from_seed,
    open_private,
    root_from_seed,
    seal_private,
    station_from_seed,
)
from backchannel.wire.primitives import NONCE_BYTES, SALT_BYTES, SEED_BYTES, make_certificate
from backchannel.wire.signing import Alg, Mode

VERSION = 1
PASSPHRASE_VARIABLE = "BACKCHANNEL_PASSPHRASE"
MODES = (Mode.REAL, Mode.EXERCISE, Mode.TEST)
OFFICER_ALGS = (Alg.ML_DSA_44, Alg.ML_DSA_65)
# A generation travels as u16, and 0 means that there is no package (KEYS-11).
GENERATION_LAST = 65_535

Ask = Callable[[str], str]
"""Asks for the passphrase of something that a person knows by this name."""


class Sealed(StrEnum):
    """What a sealed file holds, as its label says."""

    ROOT = "root"
    OFFICER = "officer"
    STATION = "station"
    COURIER = "courier"
    WITNESS = "witness"
    HOLDER = "holder"


class OfficerSecret(msgspec.Struct, frozen=True):
    """What an officer's file holds: the name in his request, and his keys."""

    name: str
    keys: OfficerKeys


class HolderSecret(msgspec.Struct, frozen=True):
    """What the file of a trustee or custodian holds: the name in the charter, and the keys."""

    name: str
    keys: HolderKeys


class StationSecret(msgspec.Struct, frozen=True):
    """What a station's file holds: its keys by mode, the wrap key of its database, its TLS pair,
    and its private mailbox key."""

    keys: dict[int, StationKeys]
    wrap_key: bytes
    certificate: bytes
    private_key: bytes
    mailbox: bytes

    def __repr__(self) -> str:
        return f"StationSecret(certificate={self.certificate.hex()})"


class Package(msgspec.Struct, frozen=True):
    """A courier package: 32 bytes that both rooms brought home by hand, and its generation."""

    line: LineId
    generation: int
    secret: bytes

    def __repr__(self) -> str:
        return f"Package(generation={self.generation})"


class WitnessSecret(msgspec.Struct, frozen=True):
    """What a witness's file holds: the name under which it cosigns, and its seed."""

    name: str
    seed: bytes

    def __repr__(self) -> str:
        return f"WitnessSecret(name={self.name!a})"


def given_passphrase(file: Path | None, environ: Mapping[str, str]) -> str | None:
    """Return the passphrase of a file or of the environment, or None: somebody must be asked.

    One line end at the end of the file is none of it. Raises OfficerError, JunkError.
    """
    if file is not None:
        return read_text(file).removesuffix("\n").removesuffix("\r")
    return environ.get(PASSPHRASE_VARIABLE)


def save_sealed(
    path: Path, passphrase: str, plaintext: bytes, *, label: Sealed, clock: Clock
) -> None:
    """Keep a secret in a new file. Raises OfficerError: "file-exists", "empty-passphrase"."""
    chance = clock.entropy()
    salt, nonce = chance[:SALT_BYTES], clock.entropy()[:NONCE_BYTES]
    write_new(path, seal_private(passphrase, plaintext, salt=salt, nonce=nonce, label=label.value))


def open_sealed(path: Path, passphrase: str, *, label: Sealed) -> bytes:
    """Return the secret in a file. Raises OfficerError: "wrong-passphrase", "other-label";
    JunkError for what is no sealed file. Takes about 0.2 s on purpose.
    """
    return open_private(passphrase, read_file(path), label=label.value)


def save_root(path: Path, passphrase: str, entropy: bytes, clock: Clock) -> None:
    """Keep the 32 bytes that a root is made of. Raises OfficerError."""
    save_sealed(path, passphrase, entropy, label=Sealed.ROOT, clock=clock)


def open_root(path: Path, passphrase: str) -> RootKeys:
    """Return a root's keys. Raises OfficerError, JunkError."""
    entropy = open_sealed(path, passphrase, label=Sealed.ROOT)
    if len(entropy) != SEED_BYTES:
        raise damaged(path)
    return root_from_seed(entropy)


def new_officer(path: Path, passphrase: str, *, name: str, alg: Alg, clock: Clock) -> OfficerSecret:
    """Make an officer's keys and keep them. Raises OfficerError."""
    entropy = clock.entropy()
    plaintext = encode((VERSION, name, int(alg), entropy))
    save_sealed(path, passphrase, plaintext, label=Sealed.OFFICER, clock=clock)
    return OfficerSecret(name, officer_from_seed(entropy, alg))


def open_officer(path: Path, passphrase: str) -> OfficerSecret:
    """Return an officer's name and keys. Raises OfficerError, JunkError."""
    match decode(open_sealed(path, passphrase, label=Sealed.OFFICER)):
        case (1, str(name), int(alg), bytes(entropy)) if alg in OFFICER_ALGS:
            return OfficerSecret(name, officer_from_seed(entropy, Alg(alg)))
        case _:
            raise damaged(path)


def new_station(path: Path, passphrase: str, clock: Clock) -> StationSecret:
    """Make all secrets of a station and keep them. Raises OfficerError."""
    entropy, wrap_key = clock.entropy(), clock.entropy()
    certificate, private_key = make_certificate(clock.entropy())
    plaintext = encode((VERSION, entropy, wrap_key, certificate, private_key))
    save_sealed(path, passphrase, plaintext, label=Sealed.STATION, clock=clock)
    return station_of(entropy, wrap_key, certificate, private_key)


def open_station(path: Path, passphrase: str) -> StationSecret:
    """Return a station's secrets. Raises OfficerError, JunkError."""
    match decode(open_sealed(path, passphrase, label=Sealed.STATION)):
        case (1, bytes(entropy), bytes(wrap_key), bytes(certificate), bytes(private_key)):
            return station_of(entropy, wrap_key, certificate, private_key)
        case _:
            raise damaged(path)


def station_of(
    entropy: bytes, wrap_key: bytes, certificate: bytes, private_key: bytes
) -> StationSecret:
    """Return a station's secrets from what is kept of them."""
    keys, mailbox = keys_by_mode(entropy), mailbox_private(entropy)
    return StationSecret(keys, wrap_key, certificate, private_key, mailbox)


def keys_by_mode(entropy: bytes) -> dict[int, StationKeys]:
    """Return a station's keys of all modes."""
    return {int(mode): station_from_seed(entropy, mode) for mode in MODES}


def new_package(
    path: Path, passphrase: str, *, line: LineId, generation: int, clock: Clock
) -> None:
    """Make a courier package and keep it (KEYS-38). Raises OfficerError."""
    if not 1 <= generation <= GENERATION_LAST:
        raise OfficerError("courier-generation", f"got {generation}, wanted 1 to {GENERATION_LAST}")
    plaintext = encode((VERSION, line, generation, clock.entropy()))
    save_sealed(path, passphrase, plaintext, label=Sealed.COURIER, clock=clock)


def open_package(path: Path, passphrase: str) -> Package:
    """Return a courier package. Raises OfficerError, JunkError."""
    match decode(open_sealed(path, passphrase, label=Sealed.COURIER)):
        case (1, bytes(line), int(generation), bytes(secret)) if (
            type(generation) is int
            and 1 <= generation <= GENERATION_LAST
            and len(secret) == SEED_BYTES
        ):
            return Package(LineId(line), generation, secret)
        case _:
            raise damaged(path)


def new_witness(path: Path, passphrase: str, *, name: str, clock: Clock) -> WitnessSecret:
    """Make the key of a witness and keep it. Raises OfficerError."""
    seed = clock.entropy()
    plaintext = encode((VERSION, name, seed))
    save_sealed(path, passphrase, plaintext, label=Sealed.WITNESS, clock=clock)
    return WitnessSecret(name, seed)


def open_witness(path: Path, passphrase: str) -> WitnessSecret:
    """Return the name and the key of a witness. Raises OfficerError, JunkError."""
    match decode(open_sealed(path, passphrase, label=Sealed.WITNESS)):
        case (1, str(name), bytes(seed)) if len(seed) == SEED_BYTES:
            return WitnessSecret(name, seed)
        case _:
            raise damaged(path)


def new_holder(path: Path, passphrase: str, *, name: str, clock: Clock) -> HolderSecret:
    """Make the keys of a trustee or custodian and keep them. Raises OfficerError."""
    entropy = clock.entropy()
    plaintext = encode((VERSION, name, entropy))
    save_sealed(path, passphrase, plaintext, label=Sealed.HOLDER, clock=clock)
    return HolderSecret(name, holder_from_seed(entropy))


def open_holder(path: Path, passphrase: str) -> HolderSecret:
    """Return the name and the keys of a trustee or custodian. Raises OfficerError, JunkError."""
    match decode(open_sealed(path, passphrase, label=Sealed.HOLDER)):
        case (1, str(name), bytes(entropy)) if len(entropy) == SEED_BYTES:
            return HolderSecret(name, holder_from_seed(entropy))
        case _:
            raise damaged(path)


def damaged(path: Path) -> JunkError:
    """Return the error for a secret that opened and is not what its label says."""
    return JunkError("sealed-content", f"{path} opened, but was written by another program")
