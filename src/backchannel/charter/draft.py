"""Reads the draft of a charter, a TOML text that people write, compare and quarrel over.

This module must not sign or found anything: a draft is only a wish until every party's roots have
signed the bytes that it makes. Fields: CHARTER-70 to CHARTER-74.
"""

from collections.abc import Callable, Sequence

from backchannel.charter.charter import SUITE, UNANIMOUS, Charter, read_charter
from backchannel.charter.parties import Party, read_party
from backchannel.charter.paths import Latency, PathKind, Profile
from backchannel.charter.policy import Clocks, Policy, policy_fields
from backchannel.charter.powers import Power
from backchannel.charter.practice import Practice
from backchannel.charter.tables import (
    Table,
    as_table,
    code,
    duration,
    duration_or_none,
    from_base64,
    from_hex,
    line_of,
    load,
    moment,
    plain,
    require_all_taken,
    take,
    take_list,
    text_or_none,
    under,
    written,
    written_list,
    wrong_type,
    yes_no,
)
from backchannel.errors import JunkError, OfficerError
from backchannel.limits import OBJECT_BYTES_MAX
from backchannel.wire.codec import Value, encode
from backchannel.wire.moments import print_duration
from backchannel.wire.signing import Mode
from backchannel.wire.statement import Kind, Precedence

Reader = Callable[[object, str], Value]

DEFAULTS = policy_fields(Policy())
HOT_CAP_DEFAULT_S = 30 * 86_400
CONTAINER_BYTES = 3
KEY_BYTES = 1


def word_of(name: str) -> str:
    """Return the word of a draft for the name of a choice: lower case, hyphens."""
    return name.lower().replace("_", "-")


PRECEDENCES = {each.name: int(each) for each in Precedence}
MODES = {each.name: int(each) for each in (Mode.EXERCISE, Mode.TEST)}
PATH_KINDS = {word_of(each.name): int(each) for each in PathKind}
PROFILES = {word_of(each.name): int(each) for each in Profile}
LATENCIES = {word_of(each.name): int(each) for each in Latency}
KINDS = {word_of(each.name): int(each) for each in Kind}
POWERS = {word_of(str(each.name)): int(each) for each in Power}
# A row [party, root, Ed25519, ML-DSA-65] of the list of signatures, with all its heads.
ROOT_SIGNATURE_BYTES = 3_400
CLOCK_NAMES = tuple(name.removesuffix("_s") for name in Clocks.__struct_fields__)


def parse_draft(text: str) -> Charter:
    """Return the charter that a whole draft makes. Raises OfficerError with line and field."""
    return charter_of(load(text), text)


def parse_section(text: str) -> Party:
    """Return the party of a section: one [[party]] and nothing else. Raises OfficerError."""
    table = Table("", load(text))
    try:
        parties = take_list(table, "party")
        require_all_taken(table)
        if len(parties) != 1:
            raise JunkError("party-count", f"party: got {len(parties)} sections, wanted one")
        row, languages = party_value(parties[0])
        return read_party(row, languages, "party[1]")
    except JunkError as fault:
        raise located(fault, text) from None


def merge_draft(common: str, sections: Sequence[str]) -> Charter:
    """Return the charter of a common part and one section of each party, in their order.

    Raises OfficerError. The common part has no party: nobody writes another's roots.
    """
    table = load(common)
    if "party" in table:
        raise OfficerError(
            "party-in-common-part",
            f"line {line_of(common, 'party[1]')}, party: wanted in a section that its party writes",
        )
    parties: list[object] = []
    for section in sections:
        parse_section(section)
        written_parties = load(section)["party"]
        parties.extend(written_parties if isinstance(written_parties, list) else [])
    return charter_of({**table, "party": parties}, common)


def charter_of(table: dict[str, object], text: str) -> Charter:
    """Return the charter of a draft's tables. Raises OfficerError with line and field."""
    try:
        value = draft_value(Table("", dict(table)))
        charter = read_charter(value)
    except JunkError as fault:
        raise located(fault, text) from None
    # A founding file has the charter and the signatures under it in one object (RECORD-110).
    signers = sum(party.root_set.threshold for party in charter.parties)
    signed_bytes = size_bytes(value) + signers * ROOT_SIGNATURE_BYTES
    if signed_bytes > OBJECT_BYTES_MAX:
        raise OfficerError(
            "charter-too-large",
            f"got about {signed_bytes} bytes once it is signed, wanted {OBJECT_BYTES_MAX}; each "
            "root takes 2,000, each that must sign 3,400, each trustee or custodian 1,300",
        )
    return charter


def located(fault: JunkError, text: str) -> OfficerError:
    """Return a refusal with the line of the draft that it speaks of, if the line can be found."""
    path = fault.text.partition(":")[0]
    while path:
        line = line_of(text, path)
        if line is not None:
            return OfficerError(fault.reason, f"line {line}, {fault.text}")
        path = path.rpartition(".")[0]
    return OfficerError(fault.reason, fault.text)


def size_bytes(value: Value) -> int:
    """Return how long the encoding of a value is at most, however long that is."""
    if isinstance(value, tuple):
        return CONTAINER_BYTES + sum(size_bytes(each) for each in value)
    if isinstance(value, dict):
        return CONTAINER_BYTES + sum(KEY_BYTES + size_bytes(v) for v in value.values())
    return len(encode(value))


def draft_value(table: Table) -> Value:
    """Return a draft as the map of CHARTER-1, its values not yet judged. Raises JunkError."""
    parties = tuple(party_value(each) for each in take_list(table, "party"))
    names = tuple(row[0] for row, _ in parties)
    policy = as_table(table.left.pop("policy", {}), "policy")
    value: Value = {
        1: 2 if "practice" in policy.left else 1,
        2: SUITE,
        3: plain(take(table, "name"), "name"),
        4: tuple(row for row, _ in parties),
        5: policy_value(policy),
        6: tuple(path_value(each, names) for each in take_list(table, "path")),
        7: written(table.left.pop("witness_policy", ""), "witness_policy"),
        8: duration(table.left.pop("beacon_period", "10 min"), "beacon_period"),
        9: tuple(oversight_value(each, names) for each in take_list(table, "oversight")),
        10: (moment(take(table, "since"), "since"), moment(take(table, "until"), "until")),
        11: predecessor_value(table.left.pop("predecessor", None)),
        12: tuple(languages for _, languages in parties),
        13: UNANIMOUS,
        14: from_hex(take(table, "random"), "random"),
    }
    require_all_taken(table)
    return value


def predecessor_value(value: object) -> Value:
    """Return the id of the charter that an amendment follows, or None. Raises JunkError."""
    return None if value is None else from_hex(value, "predecessor")


def party_value(table: Table) -> tuple[tuple[Value, ...], Value]:
    """Return a party's row and its languages. Raises JunkError."""
    roots = []
    for each in take_list(table, "root"):
        ed25519 = from_hex(take(each, "ed25519"), under(each.path, "ed25519"))
        mldsa65 = from_base64(take(each, "ml_dsa_65"), under(each.path, "ml_dsa_65"))
        require_all_taken(each)
        roots.append((ed25519, mldsa65))
    name = plain(take(table, "name"), under(table.path, "name"))
    threshold = plain(take(table, "threshold"), under(table.path, "threshold"))
    contact = plain(take(table, "contact"), under(table.path, "contact"))
    languages = plain(take(table, "languages"), under(table.path, "languages"))
    require_all_taken(table)
    return (name, tuple(roots), threshold, contact), languages


def path_value(table: Table, parties: tuple[Value, ...]) -> Value:
    """Return a path's row. Raises JunkError."""
    at = table.path
    senders = written_list(take(table, "senders"), under(at, "senders"))
    places = sorted(place_of(each, under(at, "senders"), parties) for each in senders)
    value = (
        plain(take(table, "id"), under(at, "id")),
        code(take(table, "kind"), under(at, "kind"), PATH_KINDS),
        tuple(places),
        plain(table.left.pop("cell_bytes", 0), under(at, "cell_bytes")),
        plain(table.left.pop("tick_ms", 0), under(at, "tick_ms")),
        code(table.left.pop("profile", "burst"), under(at, "profile"), PROFILES),
        code(table.left.pop("latency", "fast"), under(at, "latency"), LATENCIES),
        duration(table.left.pop("travel", "0 s"), under(at, "travel")),
    )
    require_all_taken(table)
    return value


def place_of(name: str, path: str, parties: tuple[Value, ...]) -> int:
    """Return the index of a party by its name. Raises JunkError("unknown-party")."""
    if name not in parties:
        raise JunkError("unknown-party", f"{path}: got {name!a}, wanted one of {list(parties)}")
    return parties.index(name)


def oversight_value(table: Table, parties: tuple[Value, ...]) -> Value:
    """Return one party's oversight. Raises JunkError."""
    at = table.path
    value = (
        place_of(written(take(table, "party"), under(at, "party")), under(at, "party"), parties),
        plain(table.left.pop("threshold", 0), under(at, "threshold")),
        tuple(reader_value(each) for each in take_list(table, "trustee")),
        plain(table.left.pop("custodian_threshold", 0), under(at, "custodian_threshold")),
        tuple(reader_value(each) for each in take_list(table, "custodian")),
    )
    require_all_taken(table)
    return value


def reader_value(table: Table) -> Value:
    """Return a trustee or custodian. Raises JunkError."""
    name = plain(take(table, "name"), under(table.path, "name"))
    key = from_base64(take(table, "key"), under(table.path, "key"))
    require_all_taken(table)
    return (name, key)


def policy_value(table: Table) -> Value:
    """Return the policy's map; what the draft leaves out is the default (CHARTER-73).

    Raises JunkError.
    """

    def field(name: str, reader: Reader, default: Value) -> Value:
        return reader(table.left.pop(name), f"policy.{name}") if name in table.left else default

    usual = Policy()
    hot = field("hot_window", duration_or_none, usual.hot_window_s)
    cap = field("hot_window_cap", duration, HOT_CAP_DEFAULT_S)
    rules = tuple(rule_value(each) for each in take_list(table, "rule"))
    windows = field("window", windows_value, DEFAULTS[8])
    practice = {15: practice_value(table)} if "practice" in table.left else {}
    value: Value = {
        1: rules or DEFAULTS[1],
        2: clocks_value(as_table(table.left.pop("clocks", {}), "policy.clocks")),
        3: (
            field("epoch", duration, usual.epoch_s),
            field("epoch_envelopes", plain, usual.epoch_envelopes),
        ),
        4: field("prekey", duration, usual.prekey_s),
        5: None if hot is None else (hot, cap),
        6: field("max_skew", duration, usual.max_skew_s),
        7: (
            field("quota_entries", plain, usual.quota_entries),
            field("quota_bytes", plain, usual.quota_bytes),
        ),
        8: windows,
        9: (
            field("receipt_delay_ms", plain, usual.receipt_delay_ms),
            field("receipt_entries", plain, usual.receipt_entries),
        ),
        10: field("names_withheld", yes_no, DEFAULTS[10]),
        11: field("fresh", duration, usual.fresh_s),
        12: field("third_party", text_or_none, usual.third_party),
        13: field("duress_posts", plain, DEFAULTS[13]),
        14: field("lanes", lanes_value, DEFAULTS[14]),
        **practice,
    }
    require_all_taken(table)
    return value


def practice_value(policy: Table) -> Value:
    """Return what is practised; only the catalogue has to be written. Raises JunkError."""
    at = "policy.practice"
    table = as_table(policy.left.pop("practice"), at)
    usual = Practice(b"")
    named = as_table(table.left.pop("subjects", {}), under(at, "subjects"))
    value = (
        from_hex(take(table, "catalogue"), under(at, "catalogue")),
        duration(table.left.pop("test_every", print_duration(usual.test_s)), f"{at}.test_every"),
        plain(table.left.pop("calls_a_month", usual.calls), under(at, "calls_a_month")),
        duration(table.left.pop("proof", print_duration(usual.proof_s)), under(at, "proof")),
        tuple((name, written(post, under(at, name))) for name, post in named.left.items()),
    )
    require_all_taken(table)
    return value


def rule_value(table: Table) -> Value:
    """Return a release rule; a cover is written as a kind and its forms. Raises JunkError."""
    at = table.path
    covers = []
    for each in written_list(take(table, "covers"), under(at, "covers")):
        kind, _, forms = each.partition(" ")
        covers.append((code(kind, under(at, "covers"), KINDS), tuple(forms.split())))
    powers = written_list(table.left.pop("powers", []), under(at, "powers"))
    emergency = written_list(table.left.pop("emergency", []), under(at, "emergency"))
    value = (
        plain(take(table, "name"), under(at, "name")),
        tuple(covers),
        sum({code(each, under(at, "powers"), POWERS) for each in powers}),
        plain(take(table, "signatures"), under(at, "signatures")),
        tuple(sorted(code(each, under(at, "emergency"), PRECEDENCES) for each in emergency)),
    )
    require_all_taken(table)
    return value


def clocks_value(table: Table) -> Value:
    """Return the targets of each precedence, defaults where none is written. Raises JunkError."""
    rows = []
    for precedence, usual in zip(Precedence, Policy().clocks, strict=True):
        at = f"{table.path}.{precedence.name}"
        own = as_table(table.left.pop(precedence.name, {}), at)
        row: list[Value] = []
        for name in CLOCK_NAMES:
            written_value = own.left.pop(name, None)
            row.append(
                getattr(usual, f"{name}_s")
                if written_value is None
                else duration_or_none(written_value, under(at, name))
            )
        require_all_taken(own)
        rows.append(tuple(row))
    require_all_taken(table)
    return tuple(rows)


def windows_value(value: object, path: str) -> Value:
    """Return the windows of EXERCISE and TEST; one without until stands. Raises JunkError."""
    if not isinstance(value, list):
        raise wrong_type(path, value, "tables headed [[policy.window]]")
    return tuple(window_value(as_table(each, f"{path}[{n}]")) for n, each in enumerate(value, 1))


def window_value(table: Table) -> Value:
    """Return one window. Raises JunkError."""
    at = table.path
    mode = code(take(table, "mode"), under(at, "mode"), MODES)
    since = moment(take(table, "since"), under(at, "since"))
    until = None
    if "until" in table.left:
        until = moment(take(table, "until"), under(at, "until"))
    require_all_taken(table)
    return (mode, since, until)


def lanes_value(value: object, path: str) -> Value:
    """Return the lanes with the notice that a suspension takes. Raises JunkError."""
    table = as_table(value, path)
    return tuple((name, duration(each, under(path, name))) for name, each in table.left.items())
