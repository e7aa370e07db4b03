"""The wrong place: a notice whose position was read back elsewhere.

This module must not touch mode REAL.
"""

from backchannel.drill.noticing import filled, refused_confirm, until_departed, until_same
from backchannel.drill.scene import Scenario, Tell
from backchannel.drill.stage import Stage
from backchannel.drill.watching import act, entered, until

THERE, NINE_KM_OFF = "35.33000N 040.14000E", "35.41090N 040.14000E"
STRIKE = {
    1: '"strike"',
    2: '"not-directed-at-you"',
    3: '"2030-12-01T10:00:00Z to 2030-12-01T14:00:00Z"',
    4: f'"circle {THERE} 5000m surface-3000m amsl"',
    8: '"duty officer (call sign KITE)"',
}
CRITICAL = (1, 2, 3, 4)


def wrong_place(stage: Stage, tell: Tell) -> None:
    """Announce a strike, read its place back 9 km off, and try to confirm that."""
    okafor, varga, lin = (*stage.alder.people, stage.birch.people[0])
    file = filled(stage.folder / "strike.toml", "T06", STRIKE)
    where = ("--station", stage.alder.station, "--mode", "exercise")
    keys = ("--officer", okafor.key, "--officer", varga.key)
    said = entered(stage.alder, "notice", file, *where, *keys)
    number = until(stage.birch, said, "held").line.number
    act("ack", stage.birch, said, lin)
    tell(f"{number} announces a strike around {THERE}; Lin acknowledges it.")
    heard = {no: STRIKE[no] for no in CRITICAL}
    slip = {**heard, 4: heard[4].replace(THERE, NINE_KM_OFF)}
    read_back = ("readback", stage.birch, said, lin, "--fields")
    act(*read_back, filled(stage.folder / "slip.toml", "T06", slip))
    for room in (stage.alder, stage.birch):
        (departure,) = until_departed(room, said)
        tell(f"Lin keys the place anew, 9 km off. {room.party} sees: {departure.repeated}")
    tell(f"Okafor would confirm it. {refused_confirm(stage.alder, said)}")
    act(*read_back, filled(stage.folder / "again.toml", "T06", heard))
    until_same(stage.alder, said)
    act("confirm", stage.alder, said, okafor)
    until(stage.birch, said, "confirmed")
    tell("Only when it is read back as it was sent does it become confirmed, in both rooms.")


SCENES = (
    Scenario(
        "X4",
        "Wrong place",
        (
            "Deir ez-Zor, September 2016: the advance notice of a strike named a place 9 km off,",
            "and nobody had read it back.",
        ),
        "https://noticiabrasil.net.br/20161129/pentagono-militares-russia-ataque-tropas-sirias-6997503.html",
        wrong_place,
    ),
)
