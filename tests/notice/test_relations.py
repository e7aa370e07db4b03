"""Relations: what each kind of statement does to the one that it names, and who may."""

import pytest

from backchannel.errors import BreachError
from backchannel.notice.kinds import Relation
from backchannel.notice.relations import (
    About,
    Change,
    Saying,
    change_of,
    relation_of,
    require_relation,
    stands_by,
)
from backchannel.wire.codec import Value
from backchannel.wire.signing import Mode
from backchannel.wire.statement import Content, Kind, Label, Precedence, Statement

ALDER, BIRCH, CEDAR = 0, 1, 2
TO_BIRCH = 1 << BIRCH


def saying(
    kind: int,
    *body: Value,
    party: int = ALDER,
    form: str | None = None,
    relation: Value = None,
    mode: int = Mode.REAL,
) -> Saying:
    """A statement of a kind with its words."""
    common: list[Value] = [0, "en", *(None,) * 18]
    common[Label.RELATION - 1] = relation
    statement = Statement(
        *(kind, form, TO_BIRCH, Precedence.ROUTINE, 0, 0, (), (), (), bytes(32))  # type: ignore[arg-type]
    )
    return Saying(statement, Content(b"s" * 16, (*common, *body)), party, mode)


def changing(kind: int, change: str, **more: object) -> Saying:
    return saying(kind, None, change, **more)  # type: ignore[arg-type]


def deciding(action: str, **more: object) -> Saying:
    return saying(Kind.DECIDE, *(None,) * 6, (action, None), form="T10/1", **more)  # type: ignore[arg-type]


def notice(form: str = "T06/1", party: int = ALDER) -> About:
    """A notice of Alder's to Birch."""
    return About(Kind.NOTICE, form, party, TO_BIRCH)


@pytest.mark.parametrize(
    ("said", "relation"),
    [
        (saying(Kind.MESSAGE), "original"),
        (saying(Kind.NOTICE, form="T06/1"), "original"),
        (saying(Kind.NOTICE, relation="update"), "update"),
        (saying(Kind.MESSAGE, relation="cancel"), None),
        (saying(Kind.MESSAGE, relation=(1, 2)), None),
        (saying(Kind.ACK), "acknowledge"),
        (saying(Kind.READBACK), "acknowledge"),
        (saying(Kind.PASSED), "acknowledge"),
        (saying(Kind.CONFIRM), "confirm"),
        (changing(Kind.CORRECT, "correct-field"), "correct"),
        (changing(Kind.CORRECT, "postpone"), "correct"),
        (changing(Kind.CORRECT, "replace"), "update"),
        (changing(Kind.CORRECT, "cancel"), "cancel"),
        (changing(Kind.CORRECT, "end-early"), "discontinue"),
        (changing(Kind.CORRECT, "false-alarm"), None),
        (changing(Kind.RECALL, "false-alarm"), "recall"),
        (changing(Kind.RECALL, "recall-sent-in-error"), "recall"),
        (changing(Kind.RECALL, "cancel"), None),
        (deciding("will-comply"), "comply"),
        (deciding("cannot"), "reject"),
        (deciding("refused"), "reject"),
        (deciding("decision-by"), None),
        (saying(Kind.DECIDE, form="T17/1"), "reply"),
        (saying(Kind.DECIDE, form="T03/1"), "reply"),
        (saying(Kind.DECIDE), None),
        (saying(Kind.CLOSE), None),
        (saying(77), None),
    ],
)
def test_each_kind_has_its_relation(said: Saying, relation: str | None) -> None:
    """NOTICE-60: stated by messages and notices, and by the words of the other kinds."""
    assert relation_of(said.statement, said.content) == relation


def test_a_change_is_one_of_its_kind() -> None:
    """NOTICE-60: a recall is no correct."""
    for kind, change in ((Kind.CORRECT, Change.CANCEL), (Kind.RECALL, Change.FALSE_ALARM)):
        said = changing(kind, change)
        assert change_of(said.statement, said.content) == change
    said = changing(Kind.CORRECT, Change.FALSE_ALARM)
    assert change_of(said.statement, said.content) is None


@pytest.mark.parametrize(
    ("said", "about"),
    [
        (saying(Kind.MESSAGE), None),
        (saying(Kind.CLOSE, party=CEDAR), notice()),
        (saying(Kind.MESSAGE, party=CEDAR, relation="relate"), notice()),
        (saying(Kind.ACK, party=BIRCH), notice()),
        (changing(Kind.CORRECT, "cancel"), notice()),
        (saying(Kind.CONFIRM), notice()),
        (saying(Kind.NOTICE, party=BIRCH, form="T06/1", relation="confirm"), notice()),
        (deciding("refused", party=BIRCH), notice()),
        (saying(Kind.DECIDE, party=BIRCH, form="T17/1"), notice("T09/1")),
        (saying(Kind.DECIDE, party=BIRCH, form="T03/1"), notice("T03/1")),
        (saying(Kind.DECIDE, party=BIRCH, form="T17/1"), About(Kind.MESSAGE, None, ALDER, 2)),
        (changing(Kind.CORRECT, "cancel"), notice("T99/1")),
        (saying(Kind.NOTICE, party=BIRCH, form="T02-X/1", relation="discontinue"),
         notice("T02-X/1")),
    ],
)  # fmt: skip
def test_who_may_use_a_relation_may(said: Saying, about: About | None) -> None:
    """NOTICE-61, NOTICE-62: the originator, the addressee, or anybody; either stops a window."""
    require_relation(said, about)


@pytest.mark.parametrize(
    ("said", "about", "reason"),
    [
        (changing(Kind.CORRECT, "cancel", party=BIRCH), notice(), "relation-party"),
        (changing(Kind.CORRECT, "correct-field", party=CEDAR), notice(), "relation-party"),
        (changing(Kind.RECALL, "false-alarm", party=BIRCH), notice(), "relation-party"),
        (saying(Kind.NOTICE, party=BIRCH, relation="add"), notice(), "relation-party"),
        (saying(Kind.NOTICE, party=BIRCH, form="T02-X/1", relation="discontinue",
                mode=Mode.EXERCISE), notice("T02-X/1"), "relation-party"),
        (saying(Kind.NOTICE, party=BIRCH, form="T06/1", relation="discontinue"),
         notice(), "relation-party"),
        (saying(Kind.ACK), notice(), "relation-party"),
        (saying(Kind.ACK, party=CEDAR), notice(), "relation-party"),
        (saying(Kind.CONFIRM, party=BIRCH), notice(), "relation-party"),
        (saying(Kind.NOTICE, relation="confirm"), notice(), "relation-party"),
        (deciding("will-comply", party=CEDAR), notice(), "relation-party"),
        (saying(Kind.ACK, party=BIRCH), None, "relation-unknown"),
        (saying(Kind.DECIDE, party=BIRCH, form="T17/1"), None, "relation-unknown"),
        (saying(Kind.MESSAGE, relation="add"), None, "relation-unknown"),
        (changing(Kind.CORRECT, "cancel"), notice("T03/1"), "relation-form"),
        (deciding("will-comply", party=BIRCH), notice("T01/1"), "relation-form"),
        (saying(Kind.DECIDE, party=BIRCH, form="T03/1"), notice("T04/1"), "relation-form"),
        (saying(Kind.DECIDE, party=BIRCH, form="T03/1"), About(Kind.MESSAGE, None, ALDER, 2),
         "relation-form"),
        (saying(Kind.MESSAGE, relation="recall"), notice(), "relation-word"),
        (changing(Kind.CORRECT, "whim"), notice(), "relation-word"),
    ],
)  # fmt: skip
def test_who_may_not_is_refused(said: Saying, about: About | None, reason: str) -> None:
    """NOTICE-61, NOTICE-62: a cancel of others, a reply to what nobody holds, a form without it."""
    with pytest.raises(BreachError) as fault:
        require_relation(said, about)
    assert fault.value.reason == reason


def test_every_relation_is_somebodys() -> None:
    """NOTICE-60: each of the thirteen is the relation of some statement, or the form of one."""
    kinds = [saying(kind, form="T17/1") for kind in Kind]
    kinds += [saying(Kind.NOTICE, relation=str(each)) for each in Relation]
    kinds += [changing(kind, each) for kind in (Kind.CORRECT, Kind.RECALL) for each in Change]
    kinds += [deciding(word) for word in ("will-comply", "refused")]
    found = {relation_of(each.statement, each.content) for each in kinds}
    assert found - {None} == set(Relation)


@pytest.mark.parametrize(
    ("said", "waits"),
    [
        (deciding("decision-by"), True),
        (deciding("will-comply"), False),
        (saying(Kind.DECIDE), False),
        (saying(Kind.DECIDE, None, ("partial", "words"), form="T17/1"), True),
        (saying(Kind.DECIDE, None, ("answer", "words"), form="T17/1"), False),
        (saying(Kind.DECIDE, None, "partial", form="T17/1"), False),
        (saying(Kind.DECIDE, *(None,) * 6, ("decision-by", 1), form="T02-X/1"), False),
    ],
)
def test_only_a_part_or_a_promise_to_decide_stands_by(said: Saying, waits: bool) -> None:
    """NOTICE-71: a partial reply decides nothing yet."""
    assert stands_by(said.statement, said.content) == waits
