"""The one door to Babel: what CLDR knows of plurals, dates, decimal marks and names of languages.

Digits are always those of ASCII, and nothing is grouped (NOTICE-44). This module must not ask which
language this machine is set to, nor what time it is.
"""

from datetime import date
from functools import cache

from babel import Locale
from babel.dates import format_date

from backchannel.notice.words import LANGUAGE
from backchannel.wire.moments import DAY_S, date_of

OTHER = "other"


@cache
def locale(cldr: str) -> Locale:
    """Return what CLDR holds under a name such as zh_Hans."""
    return Locale.parse(cldr)


def plural_categories(cldr: str) -> frozenset[str]:
    """Return the categories in which a language counts (NOTICE-45)."""
    return frozenset((*locale(cldr).plural_form.tags, OTHER))


def plural_category(cldr: str, number: int) -> str:
    """Return the category of a whole number."""
    return str(locale(cldr).plural_form(number))


def decimal_mark(cldr: str) -> str:
    """Return what stands between the whole and the rest of a number in digits of ASCII."""
    return str(locale(cldr).number_symbols["latn"]["decimal"])


def date_in_words(cldr: str, moment: int) -> str:
    """Return the day of a moment in seconds UTC, with its weekday."""
    return format_date(date(*date_of(moment // DAY_S)), "full", locale(cldr))


def is_right_to_left(cldr: str) -> bool:
    """Say whether a language is written from right to left."""
    return bool(locale(cldr).text_direction == "rtl")


def language_in(cldr: str, tag: str) -> str:
    """Return the name of a language, as near as CLDR names it, or its tag where it has none.

    A tag is taken as it stands: Babel's own reading would call a language that is not known (`und`)
    American.
    """
    names = locale(cldr).languages
    parts = tag.split("-") if LANGUAGE.fullmatch(tag) else []
    while parts:
        if named := names.get("_".join(parts)):
            return str(named)
        parts.pop()
    return tag
