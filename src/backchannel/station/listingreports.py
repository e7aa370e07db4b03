"""The directory of posts, as faces are told.

This module must hold no rule.
"""

from typing import Annotated

import msgspec

from backchannel.station.shapes import Mode


class DirectoryQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The entries of one mode; with a subject, only who is to be reached for it."""

    mode: Mode
    subject: Annotated[str, msgspec.Meta(max_length=200)] = ""


class PostReport(msgspec.Struct, frozen=True):
    """A post of a party: how it stands, its deputies, how it says that it is reached, the subjects
    that it answers for, until when its entry holds, and when a test was answered from it last."""

    party: str
    post: str
    state: str
    deputies: tuple[str, ...]
    reach: str
    subjects: tuple[str, ...]
    required: bool
    until: int | None
    proved: int | None


class ReachReport(msgspec.Struct, frozen=True):
    """Whom to reach at a party for a subject: the post, its deputies, and the first of them that
    was proved, "" if none was."""

    post: PostReport
    deputies: tuple[PostReport, ...]
    first: str


class DirectoryReport(msgspec.Struct, frozen=True):
    """All posts that are listed or required, by party and name; whom to reach for the subject that
    was asked for; and the subjects of the charter."""

    posts: tuple[PostReport, ...]
    reached: tuple[ReachReport, ...]
    subjects: tuple[str, ...]
