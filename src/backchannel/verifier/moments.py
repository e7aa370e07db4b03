"""Times as a person reads them.

This module must not know what time it is.
"""

from backchannel.verifier.shapes import MOMENT_END

DAY = 86_400


def moment(seconds: int) -> str:
    """Return seconds UTC since 1970 as 2026-12-01T00:00:00Z; beyond the year 9999 the number."""
    if not 0 <= seconds <= MOMENT_END:
        return f"{seconds} s after 1970"
    days, rest = divmod(seconds, DAY)
    # Days since 0000-03-01, so that the day which only leap years have is the last of a year.
    era, of_era = divmod(days + 719_468, 146_097)
    year = (of_era - of_era // 1_460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    month = (5 * of_year + 2) // 153
    day = of_year - (153 * month + 2) // 5 + 1
    month = month + 3 if month < 10 else month - 9
    year += 400 * era + (1 if month <= 2 else 0)
    clock = f"{rest // 3_600:02}:{rest // 60 % 60:02}:{rest % 60:02}"
    return f"{year:04}-{month:02}-{day:02}T{clock}Z"
