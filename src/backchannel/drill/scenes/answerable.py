"""Who said it, on whose authority, and what the other side entered: what can be shown afterwards.

This module must not touch mode REAL.
"""

from backchannel.drill.noticing import filled
from backchannel.drill.scene import Scenario, Tell
from backchannel.drill.scenes.answering import send
from backchannel.drill.scenes.reaching import two
from backchannel.drill.stage import Stage
from backchannel.drill.watching import (
    Manner,
    act,
    entered,
    look_at,
    patiently,
    refusal,
    require,
    say,
    until,
    until_rendered,
)
from backchannel.wire.moments import print_moment

URGENT, CALM = Manner("exercise", "immediate"), Manner("exercise", "routine")
RUSSIAN = "Мы просим прекратить военные действия."
MACHINE, SIGHT = "We ask to stop the war.", "We ask that military action be stopped."


def authority_unclear(stage: Stage, tell: Tell) -> None:
    """Refuse one officer where two are wanted, and answer for a statement with one command."""
    alder, birch = stage.alder, stage.birch
    text = "If there is to be an attack, we will call you ahead of time."
    where = ("--station", alder.station, "--mode", "exercise", "--precedence", "immediate")
    alone = ("--officer", alder.people[0].key, "--yes")
    tell("One officer would promise something at IMMEDIATE:")
    tell(f"  {refusal(alder, 'second-officer', 'say', text, *where, *alone)}")
    told = ("--told", f"minister; {print_moment(stage.clock.now())}")
    said = say(alder, text, URGENT, alder.people, *told)
    until(birch, said, "held")
    act("ack", birch, said, birch.people[0])
    until(alder, said, "acknowledged")
    tell("Two release it. What oversight asks is answered by one command, from either record:")
    for room in (alder, birch):
        account = room.run("account", said[:12], "--station", room.station)
        for wanted in (text, "Okafor", "Varga", "minister"):
            require(wanted in account, f"{wanted} stands in the account of {room.party}")
    for line in account.strip().splitlines():
        tell(f"  {line}")


def one_word(stage: Stage, tell: Tell) -> None:
    """Put a machine's rendering and an officer's beside the original, and ask about one word."""
    alder, birch = stage.alder, stage.birch
    said = say(birch, RUSSIAN, CALM, birch.people[:1], "--language", "ru")
    until(alder, said, "held")
    for stage_word, text in (("machine", MACHINE), ("sight", SIGHT)):
        how = ("--language", "en", "--stage", stage_word)
        act("translate", birch, said, birch.people[1], text, *how)
        until_rendered(alder, said)

    def both() -> bool:
        return len(look_at(alder, said).line.renderings) == len((MACHINE, SIGHT))

    patiently(both, "both renderings at Alder")
    found = look_at(alder, said)
    tell(f"The original stands first, whatever hangs on it: {found.line.words.text}")
    for each in found.line.renderings:
        tell(f"  {each.stage}, by {each.by}: {each.text}")
    shown = alder.run("show", said[:12], "--station", alder.station)
    require(shown.index(RUSSIAN) < shown.index(MACHINE), "the original is above its renderings")
    query = "In your statement: does «военные» stand there, military, and not war?"
    asked = say(alder, query, CALM, alder.people[:1], "--ref", said, "--relation", "relate")
    until(birch, asked, "held")
    (about,) = look_at(birch, asked).line.about
    tell(f"Alder asks about one word of the original; it hangs on {about}: {query}")


def two_lists(stage: Stage, tell: Tell) -> None:
    """Report a shell; the other room enters it otherwise, and both see one row that differs."""
    alder, birch = stage.alder, stage.birch
    fields = {
        1: '"17"',
        2: f'["{print_moment(stage.clock.now())}", "48.01590N 037.80280E within 100m map", ""]',
        3: '["mortar", "12"]',
        5: '["observer post 4", []]',
    }
    said = send(stage, "T15", fields)
    answer = filled(stage.folder / "theirs.toml", "T15", {7: '["differ", "It was ours, at dawn."]'})
    given = ("answer", said, "--fields", answer, "--station", birch.station)
    entered(birch, *given, *two(birch))
    until(alder, said, "decided")
    tell("Alder reports an incident, and Birch enters it otherwise. Both rooms see one row:")
    rows = []
    for room in (alder, birch):
        rows.append(room.run("joint", "--mode", "exercise", "--station", room.station))
        require("DIFFERS" in rows[-1], f"the row differs at {room.party}")
    require(rows[0] == rows[1], "both rooms have one list")
    for line in rows[0].strip().splitlines():
        tell(f"  {line}")
    stage.leave(birch)
    checked = alder.run("check", "--station", alder.station).strip().splitlines()[-1]
    tell(f"Birch walks out. Alder's record stands alone, and is whole: {checked}")
    stage.enter(birch)


SCENES = (
    Scenario(
        "X17",
        "Two lists of one war",
        (
            "From April 2015 each side of a joint centre kept its own list of violations; in",
            "December 2017 the officers of one side left, and took theirs with them.",
        ),
        "https://www.uawire.org/ukraine-requests-russian-ceasefire-observers-for-donbas",
        two_lists,
    ),
    Scenario(
        "X20",
        "One word decides",
        (
            "June 1967: an ambassador checked the Russian text on the hot line himself, to be sure",
            'that "military" was really there.',
        ),
        "https://history.state.gov/historicaldocuments/frus1964-68v19/d244",
        one_word,
    ),
    Scenario(
        "X23",
        "Authority unclear",
        (
            "2021: it was claimed of two calls that they had been policy, and denied; who had",
            "approved them, and who was told, was asked for in a letter to Congress.",
        ),
        "https://www.axios.com/2021/09/28/milley-china-calls-trump-woodward",
        authority_unclear,
    ),
)
