"""Print docs/reference/phrases-to-review.md: the renderings that their writers were not sure of.

They are marked in the phrasebooks themselves, each with its reason. With --write the page is
renewed.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from backchannel.notice.phrasebook import TAGS, Phrasebook, every_phrase, phrasebook

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "phrases-to-review.md"
OPENING = """\
# Phrases to review

No phrase of these books has been confirmed by somebody who keeps watch in its language. These are
the ones that their writers were least sure of, with the reason; `make reference` prints them from
the marks in `src/backchannel/notice/phrases`. Whoever can settle one changes the phrase, or leaves
it, and takes the mark away ([NOTICE-52](../spec/notice.md#11-in-other-words)).
"""


def page() -> Iterator[str]:
    """Yield the lines of the page."""
    yield OPENING
    english = phrases(phrasebook("en"))
    for tag in TAGS:
        book = phrasebook(tag)
        ours = phrases(book)
        yield f"## {book.name} ({tag}): {len(book.review)} of {len(ours)}"
        yield ""
        yield "| phrase | English | here | why |"
        yield "|---|---|---|---|"
        for key, reason in sorted(book.review.items()):
            yield f"| `{key}` | {english[key]} | {ours[key]} | {reason} |"
        yield ""


def phrases(book: Phrasebook) -> dict[str, str]:
    """Return each phrase by where it stands; the forms of a plural as one."""
    found: dict[str, str] = {}
    for where, phrase, _ in every_phrase(book):
        key = where.partition("/")[0]
        plural = key.startswith("plurals.")
        found[key] = f"{found[key]} / {phrase}" if plural and key in found else phrase
    return found


def main() -> None:
    """Print the page, or write it."""
    text = "\n".join(page())
    if "--write" in sys.argv[1:]:
        PAGE.write_text(text)
    else:
        sys.stdout.write(text)


if __name__ == "__main__":
    main()
