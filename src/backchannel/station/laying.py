"""Making the paths of a station: the direct one, and those that its settings name.

This module must not start a path, or choose between paths.
"""

from backchannel.clock import Clock
from backchannel.line.state import LineState
from backchannel.path import Path
from backchannel.path.direct import DirectPath
from backchannel.path.tls import Identity
from backchannel.station.contacts import parse_address
from backchannel.station.firstwords import direct_path
from backchannel.station.keyring import StationSecret
from backchannel.station.settings import Settings
from backchannel.station.ways import agreed, read_paths


def make_paths(
    settings: Settings, secret: StationSecret, clock: Clock, state: LineState
) -> tuple[Path, ...]:
    """Return the paths of a station, not started yet. Raises OfficerError, CustodyError."""
    identity = Identity(secret.certificate, secret.private_key)
    listen = tuple(map(parse_address, settings.listen))
    number = direct_path(state.charter)
    direct = DirectPath("direct", identity, listen=listen, clock=clock, number=number)
    for named in read_paths(settings.paths):
        agreed(state.charter, named)
    return (direct,)
