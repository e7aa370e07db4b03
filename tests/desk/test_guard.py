"""Who is let in: a stranger on the same machine, another page, a session that ended; and what a
page shows that has lost the station, or that somebody means harm with."""

import asyncio
import http.client
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import pytest
from tests.cli.desks import PASSPHRASE, desks, quick_seals  # noqa: F401
from tests.desk.windows import Served, chromium, served, web_desks
from tests.station.house import agreed, run

from backchannel.desk.limits import DESK_FORM_BYTES_MAX, DESK_SESSION_SECONDS
from backchannel.station.client import Client

pytestmark = pytest.mark.usefixtures("quick_seals")

SECRET_WORDS = "Our boats leave at dawn."
Answer = tuple[int, dict[str, str], str]


def ask(
    desk: Served, method: str, path: str, body: str = "", headers: dict[str, str] | None = None
) -> Answer:
    """One plain request."""
    connection = http.client.HTTPConnection("127.0.0.1", desk.room.port, timeout=20)
    sent = {"content-type": "application/x-www-form-urlencoded", **(headers or {})}
    connection.request(method, path, body or None, sent)
    answer = connection.getresponse()
    found = {name.lower(): value for name, value in answer.getheaders()}
    text = answer.read().decode()
    connection.close()
    return answer.status, found, text


def door(desk: Served) -> dict[str, str]:
    """The headers of who has come through the door, from a page of the desk."""
    port = desk.room.port
    return {
        "cookie": f"door{port}={desk.room.access.door}",
        "origin": f"http://127.0.0.1:{port}",
        "sec-fetch-site": "same-origin",
    }


def signed_in(desk: Served) -> dict[str, str]:
    """The headers of an officer who is signed in."""
    headers = door(desk)
    form = urlencode({"officer": "first", "mode": "REAL", "passphrase": PASSPHRASE})
    code, found, _ = ask(desk, "POST", "/sign-in", form, headers)
    assert code == 303
    assert "HttpOnly" in found["set-cookie"] and "SameSite=strict" in found["set-cookie"]
    return {**headers, "cookie": f"{headers['cookie']}; {found['set-cookie'].split(';')[0]}"}


def asked_of_one_desk(folder: Path, questions: Callable[[Served], None]) -> None:
    """Serve Alder's desk with a message on its record, and ask it in a thread."""

    async def story() -> None:
        async with desks(folder) as (alder, _):
            await alder.acts("say", SECRET_WORDS)
            async with served(alder, None) as desk:  # type: ignore[arg-type]
                await asyncio.to_thread(questions, desk)

    run(story())


def test_a_stranger_on_the_same_machine_gets_nothing(tmp_path: Path) -> None:
    def questions(desk: Served) -> None:
        for path in (
            "/",
            "/real",
            "/events",
            "/static/desk.css",
            "/real/m/ALDER%200001",
            "/?door=",
        ):
            code, headers, text = ask(desk, "GET", path)
            assert code == 403 and SECRET_WORDS not in text and "Alder" not in text
            assert "set-cookie" not in headers
        for secret in ("0" * 64, "é"):
            assert (
                ask(desk, "GET", "/real", headers={"cookie": f"door{desk.room.port}=x{secret!a}"})[
                    0
                ]
                == 403
            )
        code, _, text = ask(desk, "GET", "/real", headers=door(desk))
        assert code == 200 and "Sign in" in text
        assert SECRET_WORDS not in text and "ALDER" not in text, "the door alone shows no word"
        assert (desk.typed.folder / "desk.door").stat().st_mode & 0o077 == 0

    asked_of_one_desk(tmp_path, questions)


def test_an_act_comes_only_from_a_page_of_this_desk(tmp_path: Path) -> None:
    def questions(desk: Served) -> None:
        mine = signed_in(desk)
        assert SECRET_WORDS in ask(desk, "GET", "/real", headers=mine)[2]
        form = urlencode({"text": "Forged.", "precedence": "ROUTINE", "passphrase": PASSPHRASE})
        for bad in (
            {"origin": "http://evil.example"},
            {"origin": f"http://127.0.0.1:{desk.room.port + 1}"},
            {"origin": "null"},
            {"origin": ""},
            {"sec-fetch-site": "same-site"},
            {"sec-fetch-site": "cross-site"},
            {"host": "evil.example"},
        ):
            assert ask(desk, "POST", "/real/write", form, {**mine, **bad})[0] == 403
        for guard in ("", "0" * 64):
            sent = f"{form}&guard={guard}"
            code, _, text = ask(desk, "POST", "/real/write", sent, mine)
            assert code == 400 and "foreign-form" in text
        code, _, text = ask(desk, "GET", "/real", headers=mine)
        assert "Forged." not in text

    asked_of_one_desk(tmp_path, questions)


def test_every_answer_forbids_frames_scripts_of_others_and_caches(tmp_path: Path) -> None:
    def questions(desk: Served) -> None:
        mine = signed_in(desk)
        for path in ("/", "/real", "/real/write", "/nowhere", "/real/nothing", "/static/desk.js"):
            _, headers, _ = ask(desk, "GET", path, headers=mine)
            policy = headers["content-security-policy"]
            assert policy.startswith("default-src 'none'; script-src 'self';")
            assert "frame-ancestors 'none'" in policy and "unsafe" not in policy
            assert headers["x-frame-options"] == "DENY" and headers["cache-control"] == "no-store"
        to = ask(desk, "POST", "/look", "language=en&theme=night&back=//evil.example", mine)[1]
        assert to["location"] == "/"
        assert ask(desk, "GET", "/static/..%2fapp.py", headers=mine)[0] == 404

    asked_of_one_desk(tmp_path, questions)


def test_a_session_ends_by_itself_and_what_was_typed_is_not_sent(tmp_path: Path) -> None:
    def questions(desk: Served) -> None:
        mine = signed_in(desk)
        desk.typed.room.clock.skipped_s += DESK_SESSION_SECONDS + 1
        code, _, text = ask(desk, "GET", "/real", headers=mine)
        assert code == 200 and "Sign in" in text and SECRET_WORDS not in text

    asked_of_one_desk(tmp_path, questions)


def test_a_form_that_is_no_form_is_refused(tmp_path: Path) -> None:
    def questions(desk: Served) -> None:
        mine = signed_in(desk)
        assert ask(desk, "POST", "/real/write", "x" * (DESK_FORM_BYTES_MAX + 1), mine)[0] == 400
        assert ask(desk, "POST", "/real/write", "text=%ff", mine)[0] == 400
        assert ask(desk, "GET", "/real?before=none", headers=mine)[0] == 200
        assert ask(desk, "GET", "/real/m/nothing", headers=mine)[0] >= 400
        assert ask(desk, "GET", "/sideways", headers=mine)[0] == 404, "a mode that there is not"

    asked_of_one_desk(tmp_path, questions)


def test_a_wrong_passphrase_signs_nobody_in(tmp_path: Path) -> None:
    def questions(desk: Served) -> None:
        for officer, passphrase in (("first", "wrong"), ("first", ""), ("../birch/first", "x")):
            form = urlencode({"officer": officer, "mode": "REAL", "passphrase": passphrase})
            code, headers, text = ask(desk, "POST", "/sign-in", form, door(desk))
            assert code == 400 and "set-cookie" not in headers and "There is a problem" in text

    asked_of_one_desk(tmp_path, questions)


def test_a_page_that_has_lost_the_station_says_so_and_finds_back(tmp_path: Path) -> None:
    """The station is gone: within seconds a bar covers the strip; what came meanwhile is there
    once it is back."""

    async def story() -> None:
        async with web_desks(tmp_path) as (alder, birch):
            theirs = await birch.window(expected=("503", "409", "Failed to load"))
            await theirs.sign_in("marsh")
            await theirs.sees("Nothing has been said", "#flow")
            pulse = birch.room.pulse
            nobody = birch.typed.folder / "nobody"
            follow, pulse._make_client = pulse._make_client, lambda s: Client(nobody, patience_s=s)
            await theirs.page.locator("#stale:not([hidden])").wait_for()
            await alder.typed.acts("say", "While you were away.")
            await agreed(alder.typed.room, birch.typed.room)
            pulse._make_client = follow
            await theirs.page.locator("#stale[hidden]").wait_for(state="attached")
            await theirs.sees("While you were away.", "#flow")
            await theirs.close()

    run(story())


def test_what_was_missed_in_a_gap_is_there_after_it(tmp_path: Path) -> None:
    """The browser's network is cut; statements come meanwhile; after it all of them stand there."""

    async def story() -> None:
        async with web_desks(tmp_path) as (alder, birch):
            theirs = await birch.window(expected=("Failed to load", "ERR_"))
            await theirs.sign_in("marsh")
            await theirs.sees("Nothing has been said", "#flow")
            await theirs.page.context.set_offline(True)
            for n in range(3):
                await alder.typed.acts("say", f"Message {n} into the gap.")
            await agreed(alder.typed.room, birch.typed.room)
            await theirs.page.context.set_offline(False)
            for n in range(3):
                await theirs.sees(f"Message {n} into the gap.", "#flow")
            assert await theirs.page.locator("#flow article").count() == 3
            await theirs.close()

    run(story())


def test_hostile_text_is_text(tmp_path: Path) -> None:
    """Markup, characters that turn or hide, a word without end, thirty thousand characters."""
    markup = "<script>document.title='owned'</script><img src=x onerror=alert(1)> {{ 7*7 }}"
    turned = "\u202eevil\u2066 \u200b 34.12345N 017.12345E at 151200Z"

    async def story() -> None:
        async with web_desks(tmp_path) as (alder, birch):
            for text in (markup, turned, "W" * 3_000, "wide " * 6_000):
                await alder.typed.acts("say", "-", stdin=text)
            await agreed(alder.typed.room, birch.typed.room)
            theirs = await birch.window()
            await theirs.sign_in("marsh")
            await theirs.sees(markup, "#flow .text")
            assert (
                await theirs.value("document.querySelectorAll('#flow script, #flow img').length")
                == 0
            )
            assert await theirs.value(
                "[...document.querySelectorAll('.unseen')].map(e => e.textContent)"
            ) == [
                "U+202E",
                "U+2066",
                "U+200B",
            ]
            assert await theirs.value(
                "[...document.querySelectorAll('bdi.tok')].map(e => e.textContent)"
            ) == [
                "34.12345N 017.12345E",
                "151200Z",
            ]
            wide = "document.documentElement.scrollWidth <= innerWidth"
            assert await theirs.value(wide)
            assert await theirs.value(
                "[...document.querySelectorAll('#flow .msg')]"
                ".every(e => e.scrollWidth <= e.clientWidth + 1)"
            )
            await theirs.page.set_viewport_size({"width": 320, "height": 640})
            assert await theirs.value(wide), "it flows on a narrow screen"
            await theirs.close()

    run(story())


def test_a_page_works_without_a_script(tmp_path: Path) -> None:
    async def story() -> None:
        async with (
            chromium() as started,
            desks(tmp_path) as (alder, _),
            served(alder, started) as desk,
        ):
            window = await desk.window(java_script_enabled=False)
            await window.sign_in("first")
            await window.page.click("nav a:has-text('Write')")
            await window.page.fill("#text", "By hand.")
            await window.sign(".page button.go")
            await window.sees("By hand.", "#flow")
            await window.close()

    run(story())
