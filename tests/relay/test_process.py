"""A relay as people run it: its commands, a power cut, its pages, and what strangers get."""

import signal
import socket
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.relay.boxes import WORD, capsule, put, take
from tests.relay.running import command, make_folder, running
from tests.relay.servers import postgres_server

from backchannel.errors import OfficerError
from backchannel.relay.folder import load_settings, open_database, passes_of
from backchannel.wire.mailbox import capsule_hash, parse_taken


def test_what_was_answered_outlives_a_kill(tmp_path: Path) -> None:
    """RELAY-10, RELAY-20: and requests of before the kill are for another start (RELAY-11)."""
    folder = make_folder(tmp_path / "r")
    with running(folder) as relay:
        key = relay.key()
        for number in (1, 2):
            assert relay.ask("POST", "/v1/put", put(number, key)) == (201, b"")
        assert relay.ask("POST", "/v1/put", put(2, key)) == (200, b"")
        done = (capsule_hash(capsule(1)),)
        assert relay.ask("POST", "/v1/take", take(key, done=done))[0] == 200
        relay.process.send_signal(signal.SIGKILL)
        relay.process.wait()
    with running(folder) as relay:
        assert relay.ask("POST", "/v1/take", take(key)) == (409, b"relay-key")
        status, body = relay.ask("POST", "/v1/take", take(relay.key()))
        assert (status, parse_taken(body)) == (200, (capsule(2),))
        relay.process.send_signal(signal.SIGTERM)
        assert relay.process.wait(20) == 0


def test_who_waits_is_answered_when_it_ends(tmp_path: Path) -> None:
    """RELAY-14: with nothing, at once, and without a word of alarm in the log."""
    with running(make_folder(tmp_path / "r")) as relay, ThreadPoolExecutor(1) as beside:
        key = relay.key()
        waiting = beside.submit(relay.ask, "POST", "/v1/take", take(key, wait_s=50))
        while "backchannel_relay_waiting 1" not in relay.page("metrics"):
            assert not waiting.done()
        relay.process.send_signal(signal.SIGTERM)
        status, body = waiting.result()
        assert (status, parse_taken(body)) == (200, ())
        assert relay.process.wait(20) == 0
        assert relay.process.stderr is not None
        assert relay.process.stderr.read() == ""


def test_on_postgres_what_was_answered_outlives_both(tmp_path: Path) -> None:
    """RELAY-20: while the server is gone nothing is answered for, and the page says so."""
    with postgres_server() as server:
        folder = make_folder(tmp_path / "r", database=f'"{server.new_database()}"')
        with running(folder) as relay:
            key = relay.key()
            assert relay.ask("POST", "/v1/put", put(1, key)) == (201, b"")
            server.kill()
            assert relay.ask("POST", "/v1/put", put(2, key)) == (503, b"relay-store")
            assert "NEEDS ATTENTION" in relay.page("health")
            assert "backchannel_relay_storage_works 0" in relay.page("metrics")
            server.start()
            assert parse_taken(relay.ask("POST", "/v1/take", take(key))[1]) == (capsule(1),)
            assert "in order" in relay.page("health")


def test_the_pages_say_how_it_stands_and_nothing_of_anybody(tmp_path: Path) -> None:
    """RELAY-23, RELAY-24: they stand at an address of their own."""
    with running(make_folder(tmp_path / "r", box_capsules=2)) as relay:
        key = relay.key()
        answers = [relay.ask("POST", "/v1/put", put(n, key)) for n in range(3)]
        assert answers == [(201, b""), (201, b""), (507, b"box-full")]
        assert relay.ask("POST", "/v1/put", put(0, key, word=bytes(32)))[0] == 403
        health, metrics = relay.page("health"), relay.page("metrics")
        assert "<td>8192 of 4294967296 (0%)</td>" in health
        assert 'backchannel_relay_events_total{event="box-full"} 1' in metrics
        assert 'backchannel_relay_events_total{event="stored, new"} 2' in metrics
        assert relay.ask("GET", "/metrics")[0] == relay.ask("GET", "/health")[0] == 404
        assert relay.ask("POST", "/v1/put", put(0, key)[:72], port=relay.watch)[0] == 404
        assert put(0, key)[8:40].hex() not in health + metrics


def test_strangers_get_a_bounded_answer(tmp_path: Path) -> None:
    """RELAY-12, RELAY-16: too long, cut off, no request, another method."""
    with running(make_folder(tmp_path / "r")) as relay:
        assert relay.ask("POST", "/v1/put", b"")[0] == 400
        assert relay.ask("POST", "/v1/take", bytes(70_000)) == (409, b"relay-key")
        assert relay.ask("POST", "/v1/take", bytes(70_001)) == (413, b"too-large")
        assert relay.ask("GET", "/v1/put")[0] == 405
        for junk in (b"\x00" * 100_000, b"POST /v1/put HTTP/1.1\r\ncontent-length: 9\r\n\r\nx"):
            with socket.create_connection(("127.0.0.1", relay.port), timeout=20) as stranger:
                stranger.sendall(junk)
        assert relay.ask("POST", "/v1/put", put(1, relay.key()))[0] == 201


def test_two_relays_in_one_folder_and_bad_settings_are_refused(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "r")
    again = subprocess.run(
        command("init", "--folder", folder), capture_output=True, text=True, timeout=60
    )
    assert (again.returncode, "file-exists" in again.stderr) == (2, True)
    with running(folder):
        second = subprocess.run(
            command("run", "--folder", folder, "--listen", "127.0.0.1:0"),
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert (second.returncode, "relay-running" in second.stderr) == (2, True)
    assert passes_of(load_settings(folder)) == (WORD,)
    assert (folder / "relay.toml").stat().st_mode & 0o077 == 0
    for line in ("keep_days = 0", "keep_days = 'x'", "color = 1", "passes = ["):
        text = "" if line.startswith("passes") else f'listen = "x"\npasses = ["{WORD.hex()}"]\n'
        (folder / "relay.toml").write_text(text + line)
        with pytest.raises(OfficerError, match="relay-settings"):
            load_settings(folder)
    with pytest.raises(OfficerError, match="relay-settings"):
        load_settings(tmp_path / "nowhere")


@pytest.mark.parametrize("passes", [[], ["ab"], ["x" * 64], [WORD.hex(), ""]])
def test_a_pass_is_32_bytes(tmp_path: Path, passes: list[str]) -> None:
    """RELAY-12."""
    folder = make_folder(tmp_path / "r", passes=str(passes).replace("'", '"'))
    settings = load_settings(folder)
    with pytest.raises(OfficerError, match="relay-settings"):
        passes_of(settings)


def test_a_database_that_is_none_is_refused(tmp_path: Path) -> None:
    settings = load_settings(make_folder(tmp_path / "r", database='"mysql://x"'))
    with pytest.raises(OfficerError, match="relay-settings"):
        open_database(tmp_path, settings)
