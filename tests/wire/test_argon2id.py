"""The one primitive that costs time on purpose: known answer, and two callers at once."""

from concurrent.futures import ThreadPoolExecutor

from backchannel.wire.primitives import argon2id


def test_argon2id_known_answer() -> None:
    """WIRE-23: the reference implementation's own test, 64 MiB, two passes, one lane."""
    key = argon2id(b"password", b"somesalt", memory_kib=65_536, passes=2, lanes=1)
    assert key.hex() == "09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7"


def test_two_threads_may_ask_for_argon2id_at_once() -> None:
    """OpenSSL's own pool of threads lets two callers wait for each other for ever."""

    def derive(salt: bytes) -> bytes:
        return argon2id(b"password", salt, memory_kib=65_536, passes=1, lanes=4)

    salts = (b"somesalt", b"othersalt", b"somesalt")
    with ThreadPoolExecutor(len(salts)) as pool:
        first, second, again = pool.map(derive, salts)
    assert first == again != second
