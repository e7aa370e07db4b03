"""Who must have signed a statement before it binds: mandates, persons, emergencies, addressees."""

from functools import cache, partial

import pytest
from msgspec.structs import replace
from tests.charter.people import (
    ALDER,
    BIRCH,
    CEDAR,
    NOW,
    YEAR,
    Office,
    officer,
    officer_credential,
    post,
    reason_of,
    seed,
    station,
    station_credential,
)

from backchannel.charter.credentials import Credential
from backchannel.charter.events import RevocationReason, Revoke, pack_own_rules, pack_revoke
from backchannel.charter.powers import POWER_OF_KIND, Power
from backchannel.charter.release import (
    Release,
    class_named,
    power_of,
    require_addressed,
    require_released,
    require_signers,
)
from backchannel.charter.roster import Issued
from backchannel.charter.rules import DEFAULT_RULES
from backchannel.errors import BreachError, OfficerError
from backchannel.wire.ids import CredentialId
from backchannel.wire.signing import Mode
from backchannel.wire.statement import Kind, Precedence, Statement

CLASS = {rule.name: n for n, rule in enumerate(DEFAULT_RULES)}
WIDE = int(
    Power.INFORM | Power.ACKNOWLEDGE | Power.DECIDE | Power.COMMIT | Power.RECALL | Power.INTERPRET
)
ALL_CLASSES = tuple(CLASS.values())


class Watch:
    """Alder's people: two officers with every power of the desk, one of whom has two posts."""

    def __init__(self) -> None:
        self.office = Office()
        self.first = self.enrol("first")
        self.second = self.enrol("second")
        keys = officer("first")
        other = self.credential("first, as chief", keys)
        self.first_again = self.office.issue(other, keys)

    def credential(self, name: str, keys: object, **changes: object) -> Credential:
        usual = {"powers": WIDE, "classes": ALL_CLASSES, "modes": (1, 2, 3)}
        return officer_credential(keys, name, **{**usual, **changes})  # type: ignore[arg-type]

    def enrol(self, name: str, **changes: object) -> CredentialId:
        keys = officer(name)
        made = self.office.issue(self.credential(name, keys, **changes), keys)
        assert self.office.reason() is None
        return made

    def signers(
        self,
        statement: Statement,
        *,
        mode: int = Mode.REAL,
        moment: int = NOW,
        seq: int | None = None,
    ) -> tuple[Issued, ...]:
        authority = self.office.authority
        at = authority.seq if seq is None else seq
        return require_signers(authority, at, statement=statement, mode=mode, moment=moment)

    def release(self, statement: Statement) -> Release:
        authority = self.office.authority
        signers = self.signers(statement)
        return require_released(authority, authority.seq, statement=statement, signers=signers)


@cache
def shared_watch() -> Watch:
    """One watch for the tests that change nothing."""
    return Watch()


def message(*signers: CredentialId, **changes: object) -> Statement:
    usual = Statement(
        kind=Kind.MESSAGE,
        form=None,
        to=1 << BIRCH,
        precedence=Precedence.ROUTINE,
        category=CLASS["inform"],
        drafted=NOW,
        signers=signers,
        basis=(),
        refs=(),
        croot=bytes(32),
    )
    return replace(usual, **changes)


def breach(call: object) -> str:
    return reason_of(call, BreachError)  # type: ignore[arg-type]


# --- Signers ---


def test_signers_are_known_officers_in_the_order_of_the_statement() -> None:
    """CHARTER-60."""
    watch = shared_watch()
    found = watch.signers(message(watch.second, watch.first))
    assert [each.credential.name for each in found] == ["second", "first"]


def test_a_stranger_signs_nothing() -> None:
    """CHARTER-60."""
    watch = shared_watch()
    statement = message(watch.first, CredentialId(seed("Cedar")))
    assert breach(lambda: watch.signers(statement)) == "unknown-credential"


def test_an_officer_signs_nothing_before_he_was_issued() -> None:
    """CHARTER-60, NT45: as of the head that the entry names."""
    watch = shared_watch()
    assert breach(lambda: watch.signers(message(watch.second), seq=0)) == "unknown-credential"
    assert watch.signers(message(watch.second), seq=1)


def test_an_officer_signs_nothing_after_the_head_that_revokes_him() -> None:
    """CHARTER-60, NT12."""
    watch = Watch()
    before = watch.office.authority.seq
    watch.office.enter(pack_revoke(Revoke(watch.first, RevocationReason.LOST, None)))
    assert breach(lambda: watch.signers(message(watch.first))) == "revoked"
    assert watch.signers(message(watch.first), seq=before)


@pytest.mark.parametrize(
    ("moment", "reason"), [(NOW - YEAR - 1, "not-yet-valid"), (NOW + YEAR, "expired")]
)
def test_an_officer_signs_nothing_outside_his_validity(moment: int, reason: str) -> None:
    """CHARTER-60, NT11: the caller asks for both ends of the bracket."""
    watch = shared_watch()
    assert breach(lambda: watch.signers(message(watch.first), moment=moment)) == reason


def test_a_post_or_a_station_signs_no_statement() -> None:
    """CHARTER-60, NT32: no machine acknowledges."""
    office = Watch().office
    keys = station("room")
    room = office.issue(station_credential(keys), keys)
    duty = office.issue(post())
    for signer in (room, duty):
        call = partial(
            require_signers,
            office.authority,
            9,
            statement=message(signer),
            mode=Mode.REAL,
            moment=NOW,
        )
        assert breach(call) == "not-an-officer"


@pytest.mark.parametrize(
    ("mandate", "changes", "mode", "reason"),
    [
        ({"modes": (1,)}, {}, Mode.EXERCISE, "mode-outside-mandate"),
        ({"modes": (2, 3)}, {}, Mode.REAL, "mode-outside-mandate"),
        ({"classes": (1, 2)}, {}, Mode.REAL, "class-outside-mandate"),
        ({"powers": int(Power.DECIDE)}, {}, Mode.REAL, "power-outside-mandate"),
        (
            {"powers": int(Power.INFORM)},
            {"category": CLASS["commit"]},
            Mode.REAL,
            "power-outside-mandate",
        ),
        (
            {"powers": int(Power.COMMIT)},
            {"category": CLASS["commit"]},
            Mode.REAL,
            "power-outside-mandate",
        ),
    ],
)
def test_an_officer_signs_nothing_outside_his_mandate(
    mandate: dict[str, object], changes: dict[str, object], mode: int, reason: str
) -> None:
    """CHARTER-61: may inform, may not commit."""
    watch = Watch()
    third = watch.enrol("third", **mandate)
    statement = message(watch.first, third, **changes)
    assert breach(lambda: watch.signers(statement, mode=mode)) == reason


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_takes_its_power(kind: Kind) -> None:
    """CHARTER-52."""
    wanted = {
        Kind.MESSAGE: Power.INFORM,
        Kind.NOTICE: Power.INFORM,
        Kind.CORRECT: Power.INFORM,
        Kind.DECIDE: Power.DECIDE,
        Kind.CLOSE: Power.DECIDE,
        Kind.RECALL: Power.RECALL,
        Kind.TRANSLATE: Power.INTERPRET,
        Kind.SIGN_OFF: Power(0),
        Kind.WARRANT: Power.OVERSEE,
    }
    assert power_of(kind) == wanted.get(kind, Power.ACKNOWLEDGE)
    assert set(POWER_OF_KIND) == set(Kind)


def test_a_kind_that_nobody_knows_takes_a_power_that_nobody_has() -> None:
    """CHARTER-52."""
    assert breach(lambda: power_of(17)) == "unknown-kind"


# --- Classes ---


@pytest.mark.parametrize(
    ("kind", "form", "name"),
    [
        (Kind.NOTICE, "T05/1", "inform"),
        (Kind.MESSAGE, None, "single"),
        (Kind.NOTICE, "T06/1", "single"),
        (Kind.NOTICE, None, "single"),
        (Kind.NOTICE, "T01/1", "alarm"),
        (Kind.NOTICE, "T05/1", "manage-line"),
        (Kind.DECIDE, "T17/1", "single"),
        (Kind.WARRANT, None, "commit"),
        (Kind.ACK, None, "notice"),
    ],
)
def test_a_drafter_cannot_choose_a_class_that_asks_less(
    kind: Kind, form: str | None, name: str
) -> None:
    """CHARTER-62."""
    watch = shared_watch()
    statement = message(watch.first, kind=kind, form=form, category=CLASS[name])
    assert breach(lambda: watch.signers(statement)) == "class-of-others"


@pytest.mark.parametrize(
    ("kind", "form", "name"),
    [
        (Kind.MESSAGE, None, "inform"),
        (Kind.MESSAGE, None, "commit"),
        (Kind.NOTICE, "T05/1", "alarm"),
        (Kind.NOTICE, "T05/1", "notice"),
        (Kind.NOTICE, "T06-S/1", "single"),
        (Kind.NOTICE, "T20/1", "manage-line"),
        (Kind.DECIDE, "T10/1", "single"),
        (Kind.DECIDE, "T17/2", "notice"),
        (Kind.ACK, None, "single"),
        (Kind.RECALL, None, "alarm"),
    ],
)
def test_a_class_is_for_its_kinds_and_forms(kind: Kind, form: str | None, name: str) -> None:
    """CHARTER-62: the version of a form does not matter."""
    watch = shared_watch()
    assert watch.signers(message(watch.first, kind=kind, form=form, category=CLASS[name]))


def test_a_class_that_the_charter_does_not_have_is_refused() -> None:
    """CHARTER-62."""
    watch = shared_watch()
    statement = message(watch.first, category=len(DEFAULT_RULES))
    assert breach(lambda: watch.signers(statement)) == "unknown-class"


def test_a_class_is_found_by_its_name() -> None:
    assert class_named(DEFAULT_RULES, "commit") == CLASS["commit"]
    assert reason_of(lambda: class_named(DEFAULT_RULES, "shout"), OfficerError) == "unknown-class"


# --- Release ---


@pytest.mark.parametrize(
    ("precedence", "alone"),
    [
        (Precedence.FLASH, Release.EMERGENCY),
        (Precedence.IMMEDIATE, None),
        (Precedence.PRIORITY, None),
        (Precedence.ROUTINE, Release.FULL),
        (Precedence.DEFERRED, Release.FULL),
    ],
)
def test_free_text_is_released_by_two_above_routine(
    precedence: Precedence, alone: Release | None
) -> None:
    """CHARTER-63, NT17."""
    watch = shared_watch()
    both = message(watch.first, watch.second, precedence=precedence)
    assert watch.release(both) == Release.FULL
    one = replace(both, signers=(watch.first,))
    if alone is None:
        assert breach(lambda: watch.release(one)) == "unreleased"
    else:
        assert watch.release(one) == alone


def test_two_posts_of_one_key_are_one_person() -> None:
    """CHARTER-63, NT18."""
    watch = shared_watch()
    same = message(watch.first, watch.first_again, precedence=Precedence.PRIORITY)
    assert breach(lambda: watch.release(same)) == "unreleased"
    assert watch.release(replace(same, precedence=Precedence.FLASH)) == Release.EMERGENCY


def test_nobody_commits_alone_whatever_the_hour() -> None:
    """CHARTER-63."""
    watch = shared_watch()
    for precedence in Precedence:
        one = message(watch.first, precedence=precedence, category=CLASS["commit"])
        assert breach(lambda one=one: watch.release(one)) == "unreleased"


def test_three_are_as_good_as_two() -> None:
    watch = Watch()
    third = watch.enrol("third")
    statement = message(watch.first, watch.second, third, precedence=Precedence.PRIORITY)
    assert watch.release(statement) == Release.FULL


def test_a_partys_own_table_counts_from_its_entry_on() -> None:
    """CHARTER-42, CHARTER-63."""
    watch = Watch()
    before = watch.office.authority.seq
    stricter = (replace(DEFAULT_RULES[0], signatures=(2, 2, 2, 2, 2)), *DEFAULT_RULES[1:])
    watch.office.enter(pack_own_rules(stricter))
    statement = message(watch.first)
    assert breach(lambda: watch.release(statement)) == "unreleased"
    signers = watch.signers(statement)
    authority = watch.office.authority
    found = require_released(authority, before, statement=statement, signers=signers)
    assert found == Release.FULL


# --- Addressees ---


@pytest.mark.parametrize(
    ("to", "reason"),
    [
        (1 << CEDAR, "unknown-addressee"),
        (1 << BIRCH | 1 << 15, "unknown-addressee"),
        (1 << ALDER, "addressed-to-self"),
        (1 << ALDER | 1 << BIRCH, "addressed-to-self"),
    ],
)
def test_a_statement_is_to_other_parties_of_the_line(to: int, reason: str) -> None:
    """CHARTER-64."""
    statement = message(CredentialId(seed("first")), to=to)
    call = partial(require_addressed, statement, party=ALDER, parties=2)
    assert breach(call) == reason


def test_a_statement_may_be_to_one_or_to_all_others() -> None:
    """CHARTER-64."""
    for to in (0b010, 0b100, 0b110):
        require_addressed(message(CredentialId(b""), to=to), party=ALDER, parties=3)
