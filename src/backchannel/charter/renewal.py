"""What changes in an authority journal beside credentials: own rules, roots, the charter.

This module must not check who signed the entry: these events are the roots' alone.
Rules: CHARTER-42, CHARTER-43, CHARTER-45.
"""

from collections.abc import Mapping

from msgspec.structs import replace

from backchannel.charter.events import Amendment, OwnRules, RotateRoots, rotation_body
from backchannel.charter.parties import RootSet, require_distinct
from backchannel.charter.possession import possession_context
from backchannel.charter.roster import Authority, Standing
from backchannel.charter.rules import ReleaseRule
from backchannel.charter.signatures import Amended, Hybrid, require_amendment, require_hybrid
from backchannel.errors import BreachError, JunkError
from backchannel.wire.ids import charter_id


def stand(authority: Authority, standing: Standing) -> Authority:
    """Return the journal with something new in force from its newest entry on."""
    return replace(authority, standings=(*authority.standings, standing))


def enter_own_rules(authority: Authority, event: OwnRules) -> Authority:
    """Return the journal with a stricter release table. Raises BreachError (CHARTER-42)."""
    now = authority.standings[-1]
    agreed = now.charter.policy.rules
    if len(event.rules) != len(agreed):
        raise BreachError("looser-rules", f"got {len(event.rules)} rules, wanted {len(agreed)}")
    for own, wanted in zip(event.rules, agreed, strict=True):
        require_as_strict(own, wanted)
    return stand(authority, replace(now, seq=authority.seq, rules=event.rules))


def require_as_strict(own: ReleaseRule, agreed: ReleaseRule) -> None:
    """Raise BreachError("looser-rules") if a party asks less of itself than was agreed."""
    if (own.name, own.covers) != (agreed.name, agreed.covers):
        raise BreachError("looser-rules", f"{own.name}: wanted the charter's name and kinds")
    if agreed.powers & ~own.powers:
        raise BreachError("looser-rules", f"{own.name}: wanted powers {agreed.powers:#x} at least")
    if any(got < wanted for got, wanted in zip(own.signatures, agreed.signatures, strict=True)):
        raise BreachError("looser-rules", f"{own.name}: wanted {list(agreed.signatures)} at least")
    if not set(agreed.emergency).issuperset(own.emergency):
        raise BreachError("looser-rules", f"{own.name}: wanted no more emergency releases")


def enter_rotation(authority: Authority, event: RotateRoots) -> Authority:
    """Return the journal with new roots, k of which agreed. Raises JunkError (CHARTER-43)."""
    now = authority.standings[-1]
    others = (each.root_set for n, each in enumerate(now.charter.parties) if n != authority.party)
    require_distinct((event.root_set, *others))
    context = possession_context(authority.line_id)
    agreed_to = rotation_body(authority.party, event.root_set)
    for each in event.signatures:
        if each.root >= len(event.root_set.roots):
            raise JunkError("unknown-root", f"signature: there is no new root {each.root}")
        root = event.root_set.roots[each.root]
        require_hybrid(root, Hybrid(each.ed25519, each.mldsa65), context, agreed_to)
    if len(event.signatures) < event.root_set.threshold:
        raise JunkError(
            "below-threshold",
            f"got {len(event.signatures)} new roots, wanted {event.root_set.threshold}",
        )
    return stand(authority, replace(now, seq=authority.seq, root_set=event.root_set))


def enter_amendment(
    authority: Authority, event: Amendment, roots_of_others: Mapping[int, RootSet]
) -> Authority:
    """Return the journal with a new charter in force. Raises JunkError (CHARTER-45).

    The party's own release table ends with the charter that it was made for.
    """
    now = authority.standings[-1]
    standing = tuple(
        now.root_set if n == authority.party else roots_of_others.get(n, party.root_set)
        for n, party in enumerate(now.charter.parties)
    )
    before = Amended(now.charter_id, now.charter, standing)
    amended = require_amendment(authority.line_id, before, event.charter, event.signatures)
    return stand(
        authority,
        Standing(
            authority.seq,
            charter_id(event.charter),
            amended,
            amended.policy.rules,
            amended.parties[authority.party].root_set,
        ),
    )
