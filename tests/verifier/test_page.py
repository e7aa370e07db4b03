"""The verifier's page as a person meets it: offline, by keyboard, in two colours, on paper, with
hostile text in the file. test_page_agrees.py is about its verdicts.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from playwright.sync_api import Page as Tab
from tests.verifier.browser import Page, chromium
from tests.verifier.making import (
    VALUES,
    Bundle,
    altered,
    rendered,
    usual,
    usual_scene,
)
from tools import page as packing
from tools.page import pack

from backchannel.verifier.claims import NAMES
from backchannel.verifier.crypto import tagged
from backchannel.verifier.report import LIMITS

ROOTS = usual_scene().roots()
# WCAG 2.2, 1.4.3: of each text that is shown, the contrast with what lies behind it.
CONTRASTS = """
() => {
  const parse = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((each) => {
    const part = each / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }).reduce((sum, each, at) => sum + each * [0.2126, 0.7152, 0.0722][at], 0);
  const behind = (element) => {
    for (let here = element; here; here = here.parentElement) {
      const found = parse(getComputedStyle(here).backgroundColor);
      if (found.length < 4 || found[3] > 0) return found;
    }
    return [255, 255, 255];
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const text = walker.currentNode.textContent.trim();
    if (!text || element.closest("script, noscript") || !element.checkVisibility()) continue;
    const pair = [light(parse(getComputedStyle(element).color)), light(behind(element))];
    pair.sort((a, b) => b - a);
    found.push([(pair[0] + 0.05) / (pair[1] + 0.05), text.slice(0, 40)]);
  }
  return found;
}
"""
PRESSED = """
() => document.getElementById("file").addEventListener("click", (event) => {
  event.preventDefault();
  event.target.dataset.pressed = "yes";
}, { once: true })
"""
LACKING = """
crypto.subtle.importKey = () => Promise.reject(new DOMException("no", "NotSupportedError"));
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return pack(tmp_path_factory.mktemp("page"))


@pytest.fixture
def page(browser: Browser, packed: Path) -> Iterator[Page]:
    """The page without a network; a request, a console line or an error fails the test."""
    page = Page(browser.new_context(offline=True), packed)
    yield page
    page.close()


def drop(page: Page, bundle: Bundle | bytes, roots: str = ROOTS) -> Tab:
    """Fill in the fingerprints, choose the file, and wait for the report."""
    raw = bundle.pack() if isinstance(bundle, Bundle) else bundle
    page.tab.fill("#roots", roots)
    file: Any = {"name": "it.disclosure", "mimeType": "", "buffer": raw}
    page.tab.set_input_files("#file", file)
    page.tab.wait_for_selector("article")
    return page.tab


def test_it_is_one_file_that_may_ask_for_nothing(packed: Path) -> None:
    """PROOF-56: the policy allows the script and the style in the page, by their hashes."""
    text = packed.read_text()
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', text)
    assert policy is not None
    rules = dict(each.split(" ", 1) for each in policy[1].split("; "))
    digest = r"'sha256-[A-Za-z0-9+/]{43}='"
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    assert re.fullmatch(digest, rules["script-src"]) and re.fullmatch(digest, rules["style-src"])
    assert "connect-src" not in rules and "unsafe" not in policy[1]
    markup = text.split("<script>")[0]
    assert not re.search(r"<(?:link|img|iframe|object|embed|base|form)\b", markup)
    assert len(re.findall("<script", text)) == 1 and len(re.findall("<style", text)) == 1


def test_it_comes_out_the_same_each_time(packed: Path, tmp_path: Path) -> None:
    """PROOF-56: two people can compare its hash."""
    assert pack(tmp_path).read_bytes() == packed.read_bytes()


def test_a_vendored_file_that_was_touched_is_not_packed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in packing.VENDOR.rglob("*"):
        if path.is_file():
            copy = tmp_path / path.relative_to(packing.VENDOR)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
    monkeypatch.setattr(packing, "VENDOR", tmp_path)
    packing.require_pinned()
    (tmp_path / "noble-hashes" / "sha2.js").open("a").write("\n")
    with pytest.raises(SystemExit, match=r"noble-hashes/sha2\.js"):
        packing.require_pinned()
    (tmp_path / "noble-hashes" / "sha2.js").unlink()
    with pytest.raises(SystemExit, match=r"noble-hashes/sha2\.js"):
        packing.require_pinned()


def test_a_page_of_which_a_byte_was_changed_does_not_run(
    browser: Browser, packed: Path, tmp_path: Path
) -> None:
    """PROOF-56: the policy names the script by its hash."""
    path = tmp_path / packed.name
    path.write_text(packed.read_text().replace("claims PROVEN`", "claims  PROVEN`"))
    assert path.read_text() != packed.read_text()
    page = Page(browser.new_context(offline=True), path)
    assert "Content Security Policy" in "".join(page.wrong)
    assert "has not begun" in page.tab.inner_text("#status")


def test_these_tests_would_see_a_request(browser: Browser, packed: Path) -> None:
    """The guard itself: what a page asks for, or its policy stops, is collected."""
    page = Page(browser.new_context(offline=True), packed)
    asked = "fetch('http://127.0.0.1:9/').catch(() => 0).then(() => console.log('after'))"
    page.tab.evaluate(asked)
    assert any("Content Security Policy" in each for each in page.wrong)
    with pytest.raises(AssertionError):
        page.close()


def test_it_tells_what_is_proven_and_never_that_all_is_well(page: Page) -> None:
    """PROOF-40 to PROOF-54: each claim with its verdict, and the four sentences at the end."""
    assert page.tab.inner_text("#status") == ""
    tab = drop(page, usual())
    assert tab.locator("[data-verdict='PROVEN']").count() == len(NAMES)
    text = tab.inner_text("#report")
    assert text.startswith("REAL") and "13 of 13 claims PROVEN" in text
    assert VALUES[20] in text and not re.search(r"(?<!4 )\bvalid\b", text, re.IGNORECASE)
    assert all(each in text for each in LIMITS)
    tab.fill("#roots", "")
    expect(tab.locator("[data-verdict='NOT PROVEN']")).to_have_count(len(NAMES) - 1)
    assert "You have brought no fingerprints" in tab.inner_text("#report")


def test_altered_words_are_not_shown_like_others(page: Page) -> None:
    """PROOF-47: that a check failed is told apart from evidence that is not there."""
    bundle = usual()
    tab = drop(page, bundle.pack().replace(b"Two boats", b"Ten boats"))
    assert "was altered, or made up" in tab.inner_text("article > .alarm")
    assert tab.locator(".words.doubted").count() == 1
    assert "NOT PROVEN" in tab.inner_text("figcaption")
    tab = drop(page, bundle.having(5))
    expect(tab.locator("[data-verdict='PROVEN']")).to_have_count(len(NAMES) - 2)
    assert tab.locator("article > .alarm").count() == 0
    assert tab.locator(".words.doubted").count() == 0


def test_fingerprints_that_cannot_be_read_leave_no_report(page: Page) -> None:
    """PROOF-41: no verdict stands on the screen that rests on other digits."""
    tab = drop(page, usual())
    tab.fill("#roots", ROOTS[:-8])
    expect(tab.locator("article")).to_have_count(0)
    assert "a fingerprint has 60" in tab.inner_text("#roots-fault")
    assert tab.get_attribute("#roots", "aria-invalid") == "true"
    tab.fill("#roots", ROOTS)
    expect(tab.locator("[data-verdict='PROVEN']")).to_have_count(len(NAMES))
    assert tab.get_attribute("#roots", "aria-invalid") == "false"


def test_what_is_no_disclosure_is_refused_as_a_whole(page: Page) -> None:
    """PROOF-30, PROOF-40."""
    assert page.shows(b"%PDF-1.7", ROOTS) == {"refused": "file-kind"}
    assert "no claim was looked at" in page.tab.inner_text("#report")
    assert page.shows(b"", ROOTS) == {"refused": "file-kind"}
    assert page.shows(usual().pack(), ROOTS)["mode"] == "REAL"
    long = "new File([new Uint8Array(67108865)], 'long')"
    page.tab.evaluate(
        "() => { const dataTransfer = new DataTransfer();"
        f" dataTransfer.items.add({long});"
        " document.dispatchEvent(new DragEvent('drop', { dataTransfer, cancelable: true })); }"
    )
    page.tab.wait_for_selector("[data-refused='file-too-long']")


def test_a_file_that_cannot_be_read_leaves_no_report(page: Page) -> None:
    """What was shown of the file before is gone, and the name is shown as text of a stranger."""
    tab = drop(page, usual())
    failing = "() => Promise.reject(new DOMException('', 'NotReadableError'))"
    tab.evaluate(f"() => {{ Blob.prototype.arrayBuffer = {failing}; }}")
    file: Any = {"name": "a\u202eb", "mimeType": "", "buffer": b"x"}
    tab.set_input_files("#file", file)
    expect(tab.locator("#status")).to_contain_text("a\\u202eb cannot be read")
    expect(tab.locator("article")).to_have_count(0)


def test_two_files_at_once_are_not_taken(page: Page) -> None:
    page.tab.evaluate(
        "() => { const dataTransfer = new DataTransfer();"
        " for (const each of 'ab') dataTransfer.items.add(new File([each], each));"
        " document.dispatchEvent(new DragEvent('drop', { dataTransfer, cancelable: true })); }"
    )
    assert page.tab.inner_text("#status") == "One file at a time, please."


def test_a_newer_check_overtakes_an_older_one(page: Page) -> None:
    """What stands at the end is about what was asked last."""
    tab = drop(page, usual())
    tab.evaluate(
        "(texts) => { const roots = document.getElementById('roots');"
        " for (const each of texts) { roots.value = each;"
        " roots.dispatchEvent(new Event('input')); } }",
        ["", ROOTS, "", ROOTS, ""],
    )
    expect(tab.locator("[data-verdict='NOT PROVEN']")).to_have_count(len(NAMES) - 1)
    expect(tab.locator("article")).to_have_count(1)


def test_hostile_text_stays_text(page: Page) -> None:
    """PROOF-56: no markup, no hidden character, each line with its own direction."""
    bundle, roots = rendered()
    tab = drop(page, bundle, roots)
    words = tab.locator(".words").first
    assert words.locator("img, script").count() == 0
    assert "<img src=x onerror=alert(1)>" in words.inner_text()
    assert words.locator(".unseen").all_inner_texts() == ["\\ufeff", "\\u202e", "\\u202c", "\\x07"]
    shown = tab.evaluate("() => document.getElementById('report').textContent")
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x08]", shown)
    direction = "all => all.map((each) => getComputedStyle(each).direction)"
    directions = words.locator("p").evaluate_all(direction)
    assert directions == ["rtl", "ltr", "ltr"]


def test_a_rendering_stands_beside_the_original(page: Page) -> None:
    """PROOF-55: who rendered it, with how much care, in its own language and direction."""
    bundle, roots = rendered()
    tab = drop(page, bundle, roots)
    figures = tab.locator(".texts.beside figure")
    assert figures.count() == 2
    left, right = figures.nth(0), figures.nth(1)
    assert left.locator(".words").get_attribute("lang") == "fa"
    assert right.locator(".words").get_attribute("lang") == "en"
    assert "Original" in left.inner_text() and "Do you hear?" in right.inner_text()
    assert "stage sight; signed by first" in right.inner_text()
    assert "NOT PROVEN" not in left.inner_text() + right.inner_text()
    assert left.bounding_box()["y"] == right.bounding_box()["y"]  # type: ignore[index]


def test_a_rendering_that_nobody_signed_says_so(page: Page) -> None:
    """PROOF-55: its words are shown with the reason for which they prove nothing."""
    bundle, roots = rendered()
    opened_of = [piece[1] for piece in bundle.of(4)]
    found = {tagged("entry", piece[1]): piece for piece in bundle.of(3)}
    rendering = found.pop(opened_of[1])
    forged = (*rendering[:2], altered(rendering[2]), rendering[3])
    tab = drop(page, bundle.having(3, *found.values(), forged), roots)
    original, beside = tab.locator("figcaption").all_inner_texts()
    assert "NOT PROVEN: bad-signature" in beside and "NOT PROVEN" not in original


def test_the_exercise_is_named_before_everything_else(page: Page) -> None:
    """PROOF-45."""
    bundle, roots = rendered()
    tab = drop(page, bundle, roots)
    assert tab.inner_text("#report").startswith("EXERCISE")
    assert "no reality" in tab.inner_text(".mode")


def test_by_keyboard_alone(page: Page) -> None:
    """From the top of the page: the file, the fingerprints, the button that prints."""
    tab = page.tab
    focused = "() => document.activeElement.id"
    tab.keyboard.press("Tab")
    assert tab.evaluate(focused) == "file"
    # The key must reach the control; the dialogue behind it is the system's.
    tab.evaluate(PRESSED)
    tab.keyboard.press("Enter")
    expect(tab.locator("#file[data-pressed]")).to_have_count(1)
    file: Any = {"name": "it.disclosure", "mimeType": "", "buffer": usual().pack()}
    tab.set_input_files("#file", file)
    tab.keyboard.press("Tab")
    assert tab.evaluate(focused) == "roots"
    tab.keyboard.insert_text(ROOTS)
    expect(tab.locator("[data-verdict='PROVEN']")).to_have_count(len(NAMES))
    tab.evaluate("() => { window.print = () => document.body.dataset.printed = 'yes'; }")
    tab.keyboard.press("Tab")
    assert tab.evaluate(focused) == "print"
    outline = tab.evaluate("() => getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    tab.keyboard.press("Enter")
    assert tab.evaluate("() => document.body.dataset.printed") == "yes"


def test_everything_that_can_be_used_has_a_name(page: Page) -> None:
    tab = drop(page, usual())
    expect(tab.get_by_label("The file", exact=False).and_(tab.locator("input"))).to_have_id("file")
    expect(tab.get_by_label("The parties’ fingerprints")).to_have_id("roots")
    expect(tab.get_by_role("button", name="Print this report")).to_have_id("print")
    expect(tab.get_by_role("status")).to_contain_text("13 of 13 claims PROVEN")
    assert tab.get_by_role("row").count() == len(NAMES) + 1
    levels = tab.locator("h1, h2, h3").evaluate_all("all => all.map(e => Number(e.tagName[1]))")
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("roots", [ROOTS, "", ROOTS[:-9]])
def test_every_text_can_be_read(browser: Browser, packed: Path, scheme: Any, roots: str) -> None:
    """WCAG 2.2, 1.4.3: a contrast of 4.5 or more, in both schemes and in each state."""
    page = Page(browser.new_context(offline=True, color_scheme=scheme), packed)
    file: Any = {"name": "it", "mimeType": "", "buffer": usual().pack()}
    page.tab.set_input_files("#file", file)
    page.tab.wait_for_selector("article")
    page.tab.fill("#roots", roots)
    page.tab.wait_for_function("() => !document.getElementById('status').textContent.includes('…')")
    found = page.tab.evaluate(CONTRASTS)
    assert len(found) > 10
    assert [(ratio, text) for ratio, text in found if ratio < 4.5] == []
    page.close()


@pytest.mark.parametrize("width", [320, 375])
def test_a_narrow_screen_needs_no_scrolling_sideways(
    browser: Browser, packed: Path, width: int
) -> None:
    """WCAG 2.2, 1.4.10."""
    page = Page(browser.new_context(offline=True, viewport={"width": width, "height": 700}), packed)
    bundle, roots = rendered()
    for given in (roots, ""):
        tab = drop(page, bundle, given)
        wide = tab.evaluate("() => document.scrollingElement.scrollWidth")
        assert wide <= width
    page.close()


def test_what_a_browser_cannot_check_is_not_proven(browser: Browser, packed: Path) -> None:
    """PROOF-56: without Ed25519 only what no signature has a part in gets a verdict."""
    context = browser.new_context(offline=True)
    context.add_init_script(LACKING)
    page = Page(context, packed)
    found = page.shows(usual().pack(), ROOTS)
    verdicts = {claim: verdict for claim, verdict, _ in found["claims"]}
    assert verdicts.pop("fields") == "PROVEN"
    assert set(verdicts.values()) == {"NOT CHECKED HERE"}
    text = page.tab.inner_text("#report")
    assert "12 NOT CHECKED HERE" in text and "does not have the signature algorithm" in text
    page.close()


def test_a_fault_of_the_page_itself_leaves_no_verdict(browser: Browser, packed: Path) -> None:
    """A half report would be read as a whole one."""
    page = Page(browser.new_context(offline=True), packed)
    tab = drop(page, usual())
    tab.evaluate("() => { Map.prototype.get = () => { throw new Error('broken'); }; }")
    tab.fill("#roots", ROOTS + " ")
    expect(tab.locator("#status")).to_contain_text("This page has failed")
    expect(tab.locator("article")).to_have_count(0)
    assert [each for each in page.wrong if "broken" in each]
