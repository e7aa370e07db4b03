"""The page on paper: the report and nothing else, and both languages beside each other."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.verifier.browser import Page, opened
from tests.verifier.judging import ROOTS
from tests.verifier.making import rendered, usual
from tests.verifier.test_page import drop


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Page]:
    with opened(tmp_path) as page:
        yield page


def test_on_paper_stands_the_report_and_nothing_else(page: Page) -> None:
    """PROOF-56: with the mode, the verdicts, what was brought, and that paper proves nothing."""
    tab = drop(page, usual())
    tab.emulate_media(media="print")
    for hidden in ("#ask", "#status", "#print", "footer"):
        assert not tab.is_visible(hidden)
    for shown in (".paper", ".mode", ".sheet", ".claims", ".record"):
        assert tab.is_visible(shown)
    record = tab.inner_text(".record")
    assert "only what somebody printed" in record and "SHA-256" in record
    assert all(each in record for each in re.findall(r"\d{5}(?: \d{5}){11}", ROOTS))
    assert tab.pdf(prefer_css_page_size=True).startswith(b"%PDF")


def test_on_paper_both_languages_stand_side_by_side(page: Page) -> None:
    """PROOF-55, PROOF-56: the original and its rendering, with the officers under each."""
    bundle, roots = rendered()
    tab = drop(page, bundle, roots)
    tab.emulate_media(media="print")
    left, right = (each.bounding_box() for each in tab.locator(".texts.beside figure").all())
    assert left is not None and right is not None
    assert left["x"] + left["width"] <= right["x"] and left["y"] == right["y"]
    assert [each.get_attribute("lang") for each in tab.locator(".texts .words").all()] == [
        "fa",
        "en",
    ]
