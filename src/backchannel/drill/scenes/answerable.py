"""Who said it, on whose authority, and with which figures: what can be shown afterwards.

This module must not touch mode REAL.
"""

from backchannel.drill.noticing import filled
from backchannel.drill.scene import Scenario, Tell
from backchannel.drill.scenes.answering import DAY_S, send
from backchannel.drill.scenes.reaching import two
from backchannel.drill.stage import Stage
from backchannel.drill.story import claims, fingerprint_of, minute
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
from backchannel.notice.testing import answer_to
from backchannel.station.client import client_in
from backchannel.station.trialreports import TrialsQuery
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


def rules_too_private(stage: Stage, tell: Tell) -> None:
    """Sign the figures of a month on both sides, and let a stranger read them."""
    alder, birch, folder = stage.alder, stage.birch, stage.folder
    month = print_moment(stage.clock.now())[:7]
    call = ("test", "call", "--kind", "random-human", "--station", alder.station)
    called = entered(alder, *call, "--officer", alder.people[0].key)
    until(birch, called, "held")
    (trial,) = client_in(birch.station).trials(TrialsQuery()).trials
    answer = ("test", "answer", called, "--word", answer_to(trial.challenge))
    by = ("--station", birch.station, "--officer", birch.people[0].key)
    until(alder, entered(birch, *answer, *by), "held")
    said = say(alder, "Secret words of an exercise.", URGENT, alder.people)
    until(birch, said, "held")
    act("ack", birch, said, birch.people[0])
    until(alder, said, "acknowledged")
    stage.clock.skip(32 * DAY_S)
    where = ("--mode", "exercise", "--station", alder.station)
    sheet = entered(alder, "sheet", "send", month, *where, *two(alder))
    until(birch, sheet, "held")
    signed = entered(birch, "sheet", "sign", sheet, "--station", birch.station, *two(birch))
    until(alder, signed, "held")
    act("ack", birch, sheet, birch.people[0])
    until(alder, sheet, "acknowledged")
    tell("A month later Alder signs its figures, and Birch the same ones from its own record.")
    minute(alder, birch, lambda _: None)
    file, roots = folder / "sheet.disclosure", folder / "roots.txt"
    birch.run(
        *("disclose", sheet, "--beside", signed, "--out", file, "--purpose", "how the line does"),
        *("--station", birch.station, "--officer", birch.people[0].key, "--yes"),
    )
    roots.write_text("".join(f"{fingerprint_of(room)}\n" for room in (alder, birch)))
    printed = birch.run("verify", file, "--roots", roots, codes=(0, 1))
    wrong = [line for line in claims(printed) if "NOT PROVEN" in line]
    require(not wrong, f"all is proven: {wrong}")
    require(b"Secret words" not in file.read_bytes(), "no words of the month are in it")
    tell("A stranger proves both signatures from one file, and reads:")
    shown = birch.run("sheet", "show", month, "--mode", "exercise", "--station", birch.station)
    for line in shown.strip().splitlines():
        tell(f"  {line}")


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
        "http://history.state.gov/historicaldocuments/frus1964-68v19/d244",
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
    Scenario(
        "X25",
        "Rules too private to be trusted",
        (
            "Since 2014 two navies have had rules for meeting at sea that are voluntary and",
            "confidential: nobody outside can tell whether they work.",
        ),
        "https://amti.csis.org/in-confidence-will-we-know-if-us-china-cbms-are-working/",
        rules_too_private,
    ),
)
