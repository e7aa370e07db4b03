"""What a phrasebook is asked for: everything that can be said, by the names that reports use."""

import pytest

from backchannel.line.drafting import Action, Level, Reason, Stage
from backchannel.line.ladder import Rung
from backchannel.notice.catalogue import catalogue
from backchannel.notice.vocabulary import HOMONYMS, RELATIONS, STAGES, wanted
from backchannel.station.judging import kind_word
from backchannel.station.rungs import rung_word
from backchannel.wire.statement import Kind


def test_the_lists_of_higher_layers_are_whole() -> None:
    """NOTICE-40: rungs and stages are defined above this package, and must not go astray."""
    assert set(map(rung_word, Rung)) == wanted()["rungs"]
    assert tuple(Stage) == STAGES
    assert {kind_word(kind).replace(" ", "-") for kind in Kind} == wanted()["kinds"]


def test_relations_are_those_of_the_forms() -> None:
    assert {each for form in catalogue().values() for each in form.relations} == set(RELATIONS)


@pytest.mark.parametrize("answers", [Level, Action, Reason])
def test_what_an_answer_can_say_is_a_code(answers: type[Level | Action | Reason]) -> None:
    assert set(answers) <= wanted()["codes"]


def test_a_homonym_is_a_code_of_its_form() -> None:
    for homonym in HOMONYMS:
        code, form = homonym.split("@")
        assert any(code in field.codes for field in catalogue()[form].fields), homonym


def test_the_keys_of_forms_come_from_the_catalogue() -> None:
    keys = wanted()
    for form in catalogue().values():
        assert form.id in keys["titles"]
        for field in form.fields:
            assert field.name in keys["fields"]
            assert set(field.codes) <= keys["codes"]
            assert set(field.units) <= keys["units"]
            assert not field.note or field.note in keys["notes"]
