"""A convoy that was announced, and cleared only after it was known who travels in what.

This module must not touch mode REAL.
"""

from backchannel.drill.noticing import filled
from backchannel.drill.scene import Scenario, Tell
from backchannel.drill.scenes.answering import DAY_S, clock, send
from backchannel.drill.stage import Stage
from backchannel.drill.watching import act, entered, look_at, refusal, require, until
from backchannel.wire.moments import print_moment

DEPOT, SHORE = "31.41690N 034.33330E", "31.52390N 034.43310E"
CARS = (
    "Seven people leave the depot in three cars, two of them armoured, with the sign on the roof."
)


def green_light(stage: Stage, tell: Tell) -> None:
    """Announce a movement; try to clear it before field 8 was read back and confirmed."""
    alder, birch = stage.alder, stage.birch
    okafor, lin = alder.people[0], birch.people[0]
    begin = stage.clock.now() + 3 * DAY_S
    window = f'"{print_moment(begin)} to {print_moment(begin + 6 * 3_600)}"'
    critical = {
        3: window,
        4: f'["start {DEPOT} at {print_moment(begin)}; end {SHORE}"]',
        5: '[["armoured car", "K-1", "white", "sign"], ["car", "K-2", "white", "sign"]]',
        8: f'["{CARS}", []]',
    }
    fields = {1: '"World Kitchen"', 2: '["food", ""]', 10: '"convoy leader (call sign KITE)"'}
    said = send(stage, "T04", {**critical, **fields})
    act("ack", birch, said, lin)
    tell("A movement of food is announced three days ahead. Field 8: who travels in what after")
    tell(f"unloading. {CARS}")
    told = print_moment(stage.clock.now())
    cleared = {15: '["cleared", ""]', 16: f'"{told}"', 17: '"desk 4 (call sign LARK)"'}
    untold = {no: text for no, text in cleared.items() if no != 16}
    answer = ("answer", said, "--station", birch.station, "--officer", lin.key, "--yes")
    file = filled(stage.folder / "untold.toml", "T04", untold)
    tell("Lin would clear it before anybody at the operating level was told:")
    tell(f"  {refusal(birch, 'field-missing', *answer, '--fields', file)}")
    file = filled(stage.folder / "cleared.toml", "T04", cleared)
    tell("Lin would clear it before field 8 was read back and confirmed:")
    tell(f"  {refusal(birch, 'gate-closed', *answer, '--fields', file)}")
    heard = filled(stage.folder / "heard.toml", "T04", critical)
    until(alder, act("readback", birch, said, lin, "--fields", heard), "held")
    until(alder, said, "read back")
    act("confirm", alder, said, okafor)
    until(birch, said, "confirmed")
    entered(birch, *answer[:-1], "--fields", file)
    for room in (alder, birch):
        (given,) = until(room, said, "decided").matter.replies
        words = dict(given.fields)
        require("cleared" in words["15 clearance"], f"it is cleared at {room.party}")
        tell(f"{room.party} sees: {words['15 clearance']}, operating level told {told}")
    act("passed", birch, said, lin)
    until(alder, said, "passed")
    require(clock(alder, said, "operating level").met is not None, "the operating level was told")
    require(not look_at(alder, said).line.marks, "nothing is marked as too early")


SCENES = (
    Scenario(
        "X8",
        "Coordinated, struck anyway",
        (
            "1 April 2024: seven people of a kitchen were killed on a movement that had been",
            "announced. The soldiers did not know that the staff would leave in cars.",
        ),
        "https://www.timesofisrael.com/drone-sights-and-gunmen-on-trucks-how-a-gaza-aid-convoy-turned-into-a-tragedy/",
        green_light,
    ),
)
