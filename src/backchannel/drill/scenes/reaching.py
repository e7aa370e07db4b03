"""Nobody there: a question that climbs, silence that is told apart, posts that were never proved.

This module must not touch mode REAL.
"""

from backchannel.drill.rooms import Room
from backchannel.drill.scene import Scenario, Tell
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
    until_speaking,
)
from backchannel.notice.testing import answer_to
from backchannel.station.client import client_in
from backchannel.station.ladderreports import Ladder, SilenceReport
from backchannel.station.listingreports import DirectoryQuery
from backchannel.station.trialreports import TrialsQuery

URGENT = Manner("exercise", "immediate")
ACK_S, MINUTE_S = 300, 60
PATH_S = 120.0
SUBJECT = "boats adrift"
EXERCISE = ("--mode", "exercise")


def two(room: Room) -> tuple[object, ...]:
    """The options of both officers of a room."""
    return tuple(word for each in room.people for word in ("--officer", each.key))


def ladder_of(room: Room, said: str) -> Ladder:
    """Return the only ladder of a statement, as a room sees it."""
    (found,) = look_at(room, said).line.ladders
    return found


def nobody_answers(stage: Stage, tell: Tell) -> None:
    """Ask at IMMEDIATE, and let it climb to the third party of the charter."""
    alder, birch = stage.alder, stage.birch
    said = say(alder, "Is that your balloon?", URGENT, alder.people)
    until(birch, said, "held")
    tell("Alder asks at IMMEDIATE. Birch has five minutes to acknowledge it, and nobody does.")
    for steps, wait_s in ((1, ACK_S + MINUTE_S), (2, ACK_S), (3, ACK_S)):
        stage.clock.skip(wait_s)

        def climbed(wanted: int = steps) -> bool:
            return len(ladder_of(birch, said).escalated) >= wanted

        patiently(climbed, f"step {steps} in the record of Birch")
        step = ladder_of(birch, said).escalated[-1]
        tell(f"  entered by {step.by}, and held by Birch: {step.step}")
    for room in (alder, birch):
        (found,) = ladder_of(room, said).non_answers
        require(found.supported, f"the record of {room.party} supports it")
        tell(f"{room.party}'s record proves it: {found.duty} overdue, {found.finding}")
    lamps = client_in(alder.station).status().lamps
    (lamp,) = [each for each in lamps if each.slug == "third-party"]
    tell(f"Alder's people are told: {lamp.text} {lamp.advice}")


def told_apart(stage: Stage, tell: Tell) -> None:
    """Meet five silences in turn, each with its own state and evidence."""
    alder, birch = stage.alder, stage.birch
    lin = birch.people[0]
    seen = [why(stage, tell, "An empty room", ask(stage))]
    act_on_watch(birch, "on")
    seen.append(why(stage, tell, "A room that is manned, and does not answer", ask(stage)))
    declined = ask(stage)
    act("decide", birch, declined, lin, "refused")
    until(alder, declined, "decided")
    seen.append(why(stage, tell, "A refusal", declined))
    suspended = ask(stage)
    order = ("lane", "suspend", "political", "--what", "Wait for us.", *EXERCISE)
    entered(birch, *order, "--station", birch.station, *two(birch))
    patiently(lambda: client_in(alder.station).status().lanes, "the suspension at Alder")
    seen.append(why(stage, tell, "A lane that they suspended", suspended))
    stage.leave(birch)
    patiently(lambda: not up(alder), "the path is down")
    cut = say(alder, "Do you hear us?", URGENT, alder.people, "--lane", "life-safety")
    seen.append(why(stage, tell, "A cable that is cut", cut))
    require(len(set(seen)) == len(seen), "five silences, five states")
    stage.enter(birch)
    until_speaking(birch)


def ask(stage: Stage) -> str:
    """Ask something in the political lane, until Birch holds it."""
    lane = ("--lane", "political")
    said = say(stage.alder, "Will you answer?", URGENT, stage.alder.people, *lane)
    until(stage.birch, said, "held")
    return said


def act_on_watch(room: Room, turn: str) -> None:
    """Sign on to a room's watch, or off."""
    who = ("--station", room.station, "--officer", room.people[0].key)
    entered(room, "watch", turn, *EXERCISE, *who)


def up(room: Room) -> bool:
    """Say whether a room's station reaches any other."""
    return any(each.up for each in client_in(room.station).status().stations)


def why(stage: Stage, tell: Tell, what: str, said: str) -> str:
    """Wait until a statement is overdue and classified at Alder; tell and return the state."""
    ladder = ladder_of(stage.alder, said)
    if not any(each.overdue for each in ladder.clocks) and ladder.silence is None:
        stage.clock.skip(ACK_S + MINUTE_S)

    def found() -> SilenceReport | None:
        silence = ladder_of(stage.alder, said).silence
        return silence if silence is not None and silence.entry else None

    # A path that fell right after it came up is entered a minute later.
    silence = patiently(found, f"the state of: {what}", PATH_S)
    assert silence.entry is not None, "it was waited for"
    shown = f"shown by entry {silence.entry[:12]}"
    tell(f"{what}: {silence.state.upper()}; {silence.text}, {shown}")
    return silence.state


def not_listed(stage: Stage, tell: Tell) -> None:
    """List what the charter requires, find it missing, and reach the deputy all the same."""
    alder, birch = stage.alder, stage.birch
    query = DirectoryQuery("EXERCISE")
    for each in client_in(alder.station).directory(query).posts:
        tell(f"The charter requires of {each.party} the post {each.post}: {each.state.upper()}")
    ways = ("--deputy", "interpreter", "--call-sign", "KITE", *EXERCISE)
    entry = ("directory", "enter", "duty officer", *ways, "--station", birch.station)
    until(alder, entered(birch, *entry, *two(birch)), "held")
    (post,) = [p for p in client_in(alder.station).directory(query).posts if p.party == "Birch"]
    require(post.state == "never proved", "an entry is no proof")
    tell(f"Birch enters it, with a deputy. Nobody was ever heard there: {post.state.upper()}.")
    flash = Manner("exercise", "flash")
    said = say(alder, "Aircraft without answer.", flash, alder.people, "--post", "duty officer")
    until(birch, said, "held")
    fields = {each.name: each.value for each in look_at(birch, said).line.words.fields}
    require("interpreter" in fields["to posts"], "the deputy is addressed")
    tell(f"A FLASH to that post goes to its deputy at once, too. To: {fields['to posts']}")


def nobody_to_ring(stage: Stage, tell: Tell) -> None:
    """Look for somebody who answers for a subject: nobody, then one who answered a test."""
    alder, birch = stage.alder, stage.birch
    find = ("directory", "find", SUBJECT, *EXERCISE, "--station", alder.station)
    require(not alder.run(*find, codes=(1,)).count("Birch: duty"), "nobody was proved")
    tell(f"Whom to ring about {SUBJECT}? THERE IS NOBODY, and the desk says so.")
    entry = ("directory", "enter", "duty officer", *EXERCISE, "--station", birch.station)
    until(alder, entered(birch, *entry, *two(birch)), "held")
    call = ("test", "call", "--kind", "random-human", "--station", alder.station)
    called = entered(alder, *call, "--officer", alder.people[0].key)
    until(birch, called, "held")
    (trial,) = client_in(birch.station).trials(TrialsQuery()).trials
    word = answer_to(trial.challenge)
    answer = ("test", "answer", called, "--word", word, "--station", birch.station)
    answered = entered(birch, *answer, "--officer", birch.people[0].key)

    def proved() -> bool:
        return client_in(alder.station).trials(TrialsQuery()).trials[0].outcome == "good"

    patiently(proved, f"the answer {answered[:12]} at Alder")
    tell(f"Birch enters its duty officer. Alder calls unannounced; Lin answers with {word}.")
    found = alder.run(*find)
    require("Birch: duty officer" in found, "who answered is named")
    for line in found.strip().splitlines():
        tell(f"  {line}")
    stage.clock.skip(32 * 86_400)
    require(not alder.run(*find, codes=(1,)).count("Birch: duty"), "the proof has grown old")
    tell("A month later nobody has called again: LAPSED, and once more there is nobody.")


def restored(stage: Stage, tell: Tell) -> None:
    """Suspend what was used as a chip; life-safety goes on, until two notices and the delay."""
    alder, birch = stage.alder, stage.birch
    order = ("lane", "suspend", "--what", "Wait for us.", *EXERCISE, "--station", alder.station)
    closed = entered(alder, *order, "military-activity", *two(alder))
    until(birch, closed, "held")
    text = ("say", "Our flights tomorrow.", *EXERCISE, "--station", birch.station)
    who = ("--officer", birch.people[0].key, "--yes")
    tell("Alder suspends the lane military-activity by a signed notice.")
    tell(f"  in it: {refusal(birch, 'lane-suspended', *text, '--lane', 'military-activity', *who)}")
    boats = entered(birch, *text[:1], "Two boats adrift.", *text[2:], *who[:2], *safe())
    until(alder, boats, "held")
    tell("  in life-safety: it goes, and is held")
    until(birch, entered(alder, *order, "life-safety", *two(alder)), "held")
    still = entered(birch, *text[:1], "One boat found.", *text[2:], *who[:2], *safe())
    until(alder, still, "held")
    tell("Alder would suspend life-safety, too. One notice only announces it: it stays OPEN.")
    until(birch, entered(alder, *order, "life-safety", *two(alder)), "held")
    stage.clock.skip(3 * 86_400 + 60)
    tell("A second notice, and three days later, the charter's delay:")
    tell(f"  {refusal(birch, 'lane-suspended', *text, *safe(), *who)}")


def safe() -> tuple[str, str]:
    """The options of what is about life and safety."""
    return ("--lane", "life-safety")


SCENES = (
    Scenario(
        "X1",
        "Nobody answers",
        (
            "February 2023: after the balloon was shot down Beijing did not take the call of the",
            "American defence secretary; who had been rung, and how often, nobody could show.",
        ),
        "https://www.standardmedia.co.ke/world/article/2001466980/it-just-rang-in-crises-us-china-hotline-goes-unanswered",
        nobody_answers,
    ),
    Scenario(
        "X2",
        "Silence with no stated reason",
        (
            "April 2023: North Korea stopped answering on all lines. Seoul could not tell a fault",
            "from politics; an earlier gap had been caused by heavy rain.",
        ),
        "https://en.yna.co.kr/view/AEN20230409000600315",
        told_apart,
    ),
    Scenario(
        "X22",
        "Not on the list",
        (
            "11 September 2001: the air traffic authority was not on the checklist of those whom",
            "the command centre had to call, and was on the call only now and then.",
        ),
        "https://ic911.org/complete-timeline/929-a-m-1200-p-m-september-11-2001-pentagon-command-center-struggles-to-connect-faa-to-conference-calls",
        not_listed,
    ),
    Scenario(
        "X24",
        "The line as a bargaining chip",
        (
            "April and June 2017: Russia announced that it suspended the line over Syria, and both",
            "went on using it; nobody knew what held.",
        ),
        "https://en.aravot.am/2017/06/25/196094",
        restored,
    ),
    Scenario(
        "X26",
        "Nobody to ring",
        (
            "April 2001: two aircraft had collided, and American officials struggled to find any",
            "Chinese official who would speak with them.",
        ),
        "https://adst.org/2016/04/a-u-s-chinese-mid-air-collision-and-the-letter-of-two-sorries",
        nobody_to_ring,
    ),
)
