"""Read-outs in the record: who put which text forward, who signed it, who says something else.

Only an answer that is valid counts, and of a party its first (PROOF-162). This module must not
write, and must not leave a text out because of a verdict.
"""

from collections.abc import Iterator

from backchannel.errors import OfficerError
from backchannel.line.verdicts import Said, VectorAt, Verdict
from backchannel.notice.readout import (
    AGREED_LABEL,
    ANSWER_LABEL,
    OWN_LABEL,
    How,
    Offer,
    Reply,
    is_readout,
    is_reply,
    own_text,
    read_offer,
    read_reply,
)
from backchannel.station.judging import (
    Record,
    answers_to,
    judgement,
    name_of,
    opened,
    party_name,
    said_of,
    signer_names,
    spoken,
    verdict_of,
)
from backchannel.station.readoutreports import ReadoutReport, Standpoint
from backchannel.store.queries import Stated
from backchannel.wire.signing import Mode
from backchannel.wire.statement import Content

PROPOSED = "proposed"
AGREEING = (How.SIGNED, How.SIGNED_WITH_DISSENT)


def readout_report(record: Record, stated: Stated, vector_at: VectorAt) -> ReadoutReport:
    """Return a read-out with the answers to it. Raises OfficerError: "no-readout", "unopened"."""
    content = require_readout(record, stated)
    said = said_of(record, stated)
    offer = read_offer(content.field(AGREED_LABEL), content.field(OWN_LABEL))
    verdict = verdict_of(record, said, vector_at)
    replies = [
        standpoint_of(record, stated, offer, party, vector_at) for party in addressed(record, said)
    ]
    return ReadoutReport(
        entry=stated.said.entry.hex(),
        mode=Mode(said.mode).name,
        number=spoken(record, stated),
        about=tuple(name_of(record, each) for each in stated.said.refs),
        agreed=offer.agreed,
        signed_by_all=bool(offer.agreed)
        and verdict.word == "valid"
        and all(each.how in AGREEING for each in replies),
        parties=(proposer(record, stated, offer, verdict), *replies),
    )


def require_readout(record: Record, stated: Stated) -> Content:
    """Return the words of a read-out. Raises OfficerError."""
    if not is_readout(stated.said.kind, stated.said.form):
        raise OfficerError("no-readout", "this statement is no read-out: no notice of form T19")
    content = opened(record, stated)
    if content is None:
        raise OfficerError("unopened", "its words are not held here yet: nobody can answer them")
    return content


def addressed(record: Record, said: Said) -> Iterator[int]:
    """Yield the parties that a statement is to."""
    parties = range(len(record.state.charter.parties))
    return (party for party in parties if said.statement.to & 1 << party)


def proposer(record: Record, stated: Stated, offer: Offer, verdict: Verdict) -> Standpoint:
    """Return the standpoint of the party that put a read-out forward."""
    said = said_of(record, stated)
    name = party_name(record, said.party)
    return Standpoint(
        party=name,
        how=PROPOSED,
        by=signer_names(record, said),
        entry=stated.said.entry.hex(),
        time=stated.time,
        own=own_text(offer, name, None),
        verdict=judgement(verdict),
    )


def standpoint_of(
    record: Record, stated: Stated, offer: Offer, party: int, at: VectorAt
) -> Standpoint:
    """Return the standpoint of a party that a read-out is to: its first valid answer, or none."""
    name = party_name(record, party)
    for each in answers_to(record, stated):
        reply = reply_in(record, each, party)
        if reply is None:
            continue
        said = said_of(record, each)
        verdict = verdict_of(record, said, at)
        if verdict.word == "valid":
            return Standpoint(
                party=name,
                how=reply.how,
                by=signer_names(record, said),
                entry=each.said.entry.hex(),
                time=each.time,
                own=own_text(offer, name, reply),
                verdict=judgement(verdict),
                ascribed="" if reply.how == How.SIGNED else own_text(offer, name, None),
            )
    return Standpoint(name, "", (), None, None, "", None, own_text(offer, name, None))


def reply_in(record: Record, stated: Stated, party: int) -> Reply | None:
    """Return what a statement answers to a read-out in a party's name, or None if it does not."""
    if not is_reply(stated.said.kind, stated.said.form):
        return None
    if record.state.core.journals[stated.said.no].party != party:
        return None
    content = opened(record, stated)
    if content is None:
        return None
    return read_reply(content.field(ANSWER_LABEL), party_name(record, party))
