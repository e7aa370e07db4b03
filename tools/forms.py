"""Print docs/reference/forms.md: every form of the catalogue, field by field.

With --write the page is renewed.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from backchannel.notice.catalogue import Field, Form, catalogue

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "forms.md"
OPENING = """\
# Forms

The structured notices, as `backchannel form show` prints them. `make reference` prints this page
from the files of the catalogue. R is required, C required in some cases, o optional; what is
critical is read back; *theirs* is filled in by the other party. Types are those of the
[specification](../spec/notice.md).
"""
REQUIRED = {"yes": "R", "if": "C", "no": "o"}


def page() -> Iterator[str]:
    """Yield the lines of the page."""
    yield OPENING
    for form in catalogue().values():
        yield from section(form)


def section(form: Form) -> Iterator[str]:
    """Yield the lines of one form."""
    people = "one person" if form.signatures == 1 else f"{form.signatures} people"
    alone = ", in an emergency one" if form.emergency else ""
    yield f"## {form.code} {form.title}"
    yield ""
    yield f"Usually {form.precedence}, released by {people}{alone}. {', '.join(form.relations)}."
    if form.clocks:
        yield ""
        yield f"Clocks: {'; '.join(f'{asks} {when}' for asks, when in form.clocks.items())}."
    yield ""
    yield "| # | field | type | | |"
    yield "|---|---|---|---|---|"
    yield from (row(field) for field in form.fields)
    yield ""


def row(field: Field) -> str:
    """Return the row of one field."""
    marks = [REQUIRED[field.required]]
    marks += ["critical"] if field.critical else []
    marks += ["known"] if field.known else []
    marks += ["*theirs*"] if field.answer else []
    type_ = field.type
    if field.columns:
        type_ += f" ({'; '.join(field.columns)})"
    notes = ", ".join(f"`{code}`" for code in field.codes)
    notes = "; ".join(each for each in (notes, field.note) if each)
    return f"| {field.no} | {field.name} | {type_} | {', '.join(marks)} | {notes} |"


def main() -> None:
    """Print the page, or write it."""
    text = "\n".join(page())
    if "--write" in sys.argv[1:]:
        PAGE.write_text(text)
    else:
        sys.stdout.write(text)


if __name__ == "__main__":
    main()
