"""Tests of sim.proved, tampered and stranger: proof holds, no change passes, judges can fail."""

from collections.abc import Iterator

import pytest
from tests.sim import lines
from tests.sim.test_hostile import do_harm, world  # noqa: F401  (a fixture)

from backchannel.line.events import MinuteOrdered
from backchannel.line.verdicts import Verdict as Word
from backchannel.sim import stranger, tampered
from backchannel.sim.campaign import run_until
from backchannel.sim.faults import Chance
from backchannel.sim.plot import officer_acts
from backchannel.sim.proved import (
    VALID,
    Made,
    disagreements,
    judge_proof,
    misjudged,
    of_evidence,
    of_spans,
    of_statements,
    record_of,
    spanned,
)
from backchannel.sim.remains import Scene
from backchannel.sim.stranger import Verdict, ask, at_hand, roots_of
from backchannel.sim.tampered import (
    changes_of,
    i9_sets_cannot_be_changed,
    i20_bits_cannot_be_changed,
    lean,
)
from backchannel.sim.world import World
from backchannel.verifier import span as span_of_verifier
from backchannel.wire.signing import Mode

CHANCE = Chance(1, "test of proof")


@pytest.fixture(scope="module")
def scene() -> Iterator[Scene]:
    """A calm run with witnesses, in which officers speak and a minute is whole in each mode."""
    with lines.begun(lines.setting(lines.WATCHED)) as begun:
        for _ in range(8):
            for station in begun.stations:
                shell = lines.shell_of(station)
                officer_acts(shell, begun.offices[shell.machine.party], CHANCE)
            run_until(begun, begun.loop.now_ms + 4_000)
        for mode in (Mode.REAL, Mode.EXERCISE):
            shell = lines.shell_of(begun.stations[0])
            shell.post(MinuteOrdered(at=shell.moment(), mode=mode))
        lines.rest(begun)
        with at_hand():
            yield lines.scene(begun)


@pytest.fixture(scope="module")
def made(scene: Scene) -> list[Made]:
    """All files of both stations; building and judging them finds nothing."""
    files: list[Made] = []
    for station in scene.honest:
        for judge in (of_statements, of_evidence, of_spans):
            assert list(judge(station, CHANCE, files)) == []
    return files


def span(made: list[Made], mode: Mode) -> Made:
    return next(each for each in made if each.name == f"span of mode {mode}")


def test_an_honest_record_proves_statements_and_spans_of_both_modes(made: list[Made]) -> None:
    """I20, I21: what every party holds, and witnesses have seen, is proven to a stranger."""
    assert {each.station for each in made} == {"alder", "birch"}
    assert len([each for each in made if each.name.startswith("statement")]) >= 6
    for mode in (Mode.REAL, Mode.EXERCISE):
        each = span(made, mode)
        assert ask(each.raw, each.roots).fallen() == {}
    proven = [ask(each.raw, each.roots).good() for each in made if "statement" in each.name]
    assert all(set(VALID) < each for each in proven)
    assert any("witnessed" in each for each in proven)


def test_without_the_roots_nothing_is_proven(made: list[Made]) -> None:
    assert "charter" in ask(made[0].raw, "").fallen()
    assert ask(b"no file", "").refusal == "file-kind"


def test_every_single_change_of_a_set_is_noticed(made: list[Made]) -> None:
    """I9: each entry of a small span left out, altered, twice, or with another beside it."""
    each = span(made, Mode.EXERCISE)
    before = ask(each.raw, each.roots)
    changes = list(changes_of(each.raw, before, CHANCE))
    names = {change.what.partition(":")[0] for change in changes}
    assert len(changes) == 4 * len(names) >= 60
    passed = [c.what for c in changes if ask(c.raw, each.roots).good() >= before.good()]
    assert passed == []


def test_no_bit_of_a_sample_can_be_changed(made: list[Made]) -> None:
    """I20."""
    for each in made[::3]:
        assert list(i20_bits_cannot_be_changed(each.raw, each.roots, CHANCE)) == []


def test_a_line_more_than_a_quorum_is_left_out_first(made: list[Made]) -> None:
    """PROOF-77: a file without it proves the same."""
    whole = next(n for n in made if "witnessed" in ask(n.raw, n.roots).good())
    less = lean(whole.raw)
    assert len(less) < len(whole.raw) and lean(less) == less
    assert ask(less, whole.roots).good() == ask(whole.raw, whole.roots).good()


def test_liars_are_convicted_before_a_stranger(world: World) -> None:  # noqa: F811
    """I21: at every honest station."""
    for act in ("cosign_falsely", "cosign_falsely", "cosign_falsely", "equivocate"):
        do_harm(world, act, Mode.REAL)
    lines.rest(world)
    left = lines.scene(world)
    with at_hand():
        for station in left.honest:
            files: list[Made] = []
            assert list(of_evidence(station, CHANCE, files)) == []
            assert {"evidence two-roots", "evidence fork-e1"} <= {
                each.name.partition(" against")[0] for each in files
            }


# --- The judges can fail --------------------------------------------------------------------------


def test_a_verifier_that_believes_every_signature_is_found_out(
    made: list[Made],
) -> None:
    each = span(made, Mode.REAL)
    with stranger.replaced({stranger.stand_in: lambda alg, public, signature, message: None}):
        found = list(i20_bits_cannot_be_changed(each.raw, each.roots, CHANCE))
    assert any("unnoticed" in text for text in found)


def test_a_verifier_that_does_not_count_is_found_out(
    made: list[Made], monkeypatch: pytest.MonkeyPatch
) -> None:
    each = span(made, Mode.EXERCISE)
    monkeypatch.setattr(span_of_verifier, "claim_complete", lambda *_: "all of it")
    monkeypatch.setattr(tampered, "CHANGES", 200)
    found = list(i9_sets_cannot_be_changed(each.raw, each.roots, CHANCE))
    assert any("left out" in text for text in found)


def test_what_one_change_more_proves_is_found(
    made: list[Made], monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter([Verdict("", {"entry": "fork"}, {})] + [Verdict("", {"entry": ""}, {})] * 99)
    monkeypatch.setattr(tampered, "ask", lambda raw, roots: next(answers))
    found = list(i20_bits_cannot_be_changed(made[0].raw, "", CHANCE))
    assert all("it proves ['entry']" in text for text in found) and found


def verdict(**fallen: str) -> Verdict:
    """A verdict in which these claims are not proven."""
    names = (*VALID, "delivery", "revocation")
    return Verdict("", {name: fallen.get(name, "") for name in names}, {})


@pytest.mark.parametrize(
    ("found", "word", "delivered", "expected"),
    [
        (verdict(), Word("valid"), True, []),
        (verdict(release="unreleased"), Word("valid"), True, ["valid here"]),
        (verdict(release="emergency-release"), Word("valid", "emergency-release"), True, []),
        (verdict(), Word("invalid", "unreleased"), True, ["invalid here"]),
        (verdict(release="unreleased"), Word("invalid", "unreleased"), True, []),
        (verdict(), Word("contested"), True, ["contested here"]),
        (verdict(revocation="revoked"), Word("contested"), True, []),
        (verdict(delivery="not-held"), Word("valid"), True, ["held by all here"]),
        (verdict(delivery="not-held"), Word("valid"), False, []),
        (verdict(), Word("valid"), False, ["not held by all here"]),
        (Verdict("file-kind", {}, {}), Word("valid"), True, ["refused as file-kind"]),
    ],
)
def test_where_two_judges_differ_is_told(
    found: Verdict, word: Word, delivered: bool, expected: list[str]
) -> None:
    texts = list(disagreements(found, word, delivered=delivered))
    assert len(texts) == len(expected)
    assert all(text.startswith(start) for text, start in zip(texts, expected, strict=True))


def test_a_statement_of_a_span_that_is_judged_otherwise_is_told(scene: Scene) -> None:
    record = record_of(scene.stations[0])
    gathered = spanned(record, Mode.REAL)
    assert gathered is not None and gathered.statements
    roots = roots_of(record.custody.line, record.state.charter.parties)
    found = ask(gathered.raw, roots)
    assert list(misjudged(record, gathered, found)) == []
    silent = found._replace(told={**found.told, "statements": []})
    assert len(list(misjudged(record, gathered, silent))) == len(gathered.statements)


def test_the_whole_judgement_is_made_of_all_of_it(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert list(judge_proof(scene, CHANCE)) == []
    monkeypatch.setattr(span_of_verifier, "claim_complete", lambda *_: "all of it")
    monkeypatch.setattr(tampered, "CHANGES", 200)
    assert {each.invariant for each in judge_proof(scene, CHANCE)} == {"I9"}
