"""The directory of posts, read from the record.

This module must not take an entry for a proof, or a proof for an entry. Clauses: NOTICE-160 to
NOTICE-163.
"""

from collections.abc import Iterator

from backchannel.charter.practice import Practice
from backchannel.limits import LISTINGS_MAX
from backchannel.notice.words import show_contact
from backchannel.station.judging import (
    RELEASED,
    Record,
    opened,
    party_name,
    said_of,
    vectors,
    verdict_of,
)
from backchannel.station.lamps import NOTE
from backchannel.station.listingreports import (
    DirectoryQuery,
    DirectoryReport,
    PostReport,
    ReachReport,
)
from backchannel.station.reports import Finding
from backchannel.station.trials import trials
from backchannel.store.forms import notices_of
from backchannel.store.queries import Stated
from backchannel.watch.directory import (
    FORM,
    Listing,
    Post,
    Reached,
    State,
    directory,
    reach,
)
from backchannel.wire.codec import Value
from backchannel.wire.moments import print_duration
from backchannel.wire.signing import Mode
from backchannel.wire.statement import Label

USUAL = Practice(b"")


def directory_report(record: Record, query: DirectoryQuery) -> DirectoryReport:
    """Return the directory of a mode, and whom to reach for a subject."""
    posts = directory_of(record, Mode[query.mode])
    found = reach(posts, query.subject) if query.subject else ()
    return DirectoryReport(
        tuple(post_report(record, each) for each in posts),
        tuple(reach_report(record, each) for each in found),
        tuple(required(record)),
    )


def directory_of(record: Record, mode: int) -> tuple[Post, ...]:
    """Return all posts that are listed or required, as they stand now."""
    return directory(
        listings(record, mode),
        [trial for _, trial in trials(record)],
        required(record),
        parties=len(record.state.charter.parties),
        proof_s=practice(record).proof_s,
        now=record.now,
    )


def practice(record: Record) -> Practice:
    """Return what the charter says is practised, else the usual."""
    return record.state.charter.policy.practice or USUAL


def required(record: Record) -> dict[str, str]:
    """Return the post that answers for each subject of the charter."""
    return {subject.name: subject.post for subject in practice(record).subjects}


def listings(record: Record, mode: int) -> Iterator[Listing]:
    """Yield what the newest entries of the directory say, those that were duly released."""
    custody = record.custody
    vector_at = vectors(record)
    for stated in notices_of(custody.database, custody.line, mode, FORM, limit=LISTINGS_MAX):
        if verdict_of(record, said_of(record, stated), vector_at).word in RELEASED:
            yield from listing(record, stated)


def listing(record: Record, stated: Stated) -> Iterator[Listing]:
    """Yield what one entry says, if its words are held and are those of the form."""
    content = opened(record, stated)
    match content.values[Label.BODY - 1 :] if content is not None else ():
        case (str(kind), (str(post), deputies, _, _, _, _) as contact, subjects, until, *_):
            party = record.state.core.journals[stated.said.no].party
            yield Listing(
                *(party, stated.said.no, stated.said.seq, stated.time, stated.said.entry),
                kind=kind,
                post=post,
                deputies=tuple(deputies.split(", ")) if isinstance(deputies, str) else (),
                reach=show_contact(contact).removeprefix(post).strip(" ()"),
                subjects=texts(subjects),
                until=until if type(until) is int else None,
            )


def texts(value: Value) -> tuple[str, ...]:
    """Return the texts in a list."""
    return tuple(each for each in value if isinstance(each, str)) if type(value) is tuple else ()


def post_report(record: Record, post: Post) -> PostReport:
    """Return a post as a face is told."""
    said = post.listing
    named = said.subjects if said is not None else ()
    return PostReport(
        party=party_name(record, post.party),
        post=post.post,
        state=post.state,
        deputies=said.deputies if said is not None else (),
        reach=said.reach if said is not None else "",
        subjects=tuple(dict.fromkeys((*post.required_for, *named))),
        required=bool(post.required_for),
        until=said.until if said is not None else None,
        proved=post.proved,
    )


def reach_report(record: Record, found: Reached) -> ReachReport:
    """Return whom to reach as a face is told."""
    return ReachReport(
        post_report(record, found.post),
        tuple(post_report(record, each) for each in found.deputies),
        found.first.post if found.first is not None else "",
    )


def directory_lamps(record: Record) -> Iterator[Finding]:
    """Yield the posts that the charter requires and that nobody could rely on (NOTICE-162)."""
    if not required(record):
        return
    for each in directory_of(record, Mode.REAL):
        if each.required_for and each.state != State.PROVED:
            yield Finding(
                NOTE,
                "post-not-proved",
                f"{party_name(record, each.party)}, {each.post}: {each.state}; it answers for "
                f"{', '.join(each.required_for)}.",
                "It is listed with backchannel directory enter, and proved by answering a test as "
                f"that post; a proof holds for {print_duration(practice(record).proof_s)}.",
            )
