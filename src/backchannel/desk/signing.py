"""Signing in: which officer sits here, in which mode. Nothing of the line is shown before.

The horn sounds on this page too, for it must not depend on anybody being signed in. This module
must not say what it sounds for.
"""

from typing import Any  # what a template is given

import msgspec

from backchannel.desk.asking import MODES, Asked
from backchannel.desk.frame import alarms_of
from backchannel.errors import BackchannelError, OfficerError
from backchannel.limits import DUES_LISTED_MAX
from backchannel.station.asked import DueQuery


def values(asked: Asked, fault: BackchannelError | None) -> dict[str, Any]:  # of a template
    """Return what the page of signing in shows: names of key files, modes, and what rings."""
    try:
        dues = asked.room.client.due(DueQuery(DUES_LISTED_MAX)).clocks
        answers = True
    except BackchannelError:
        dues, answers = (), False
    ringing = [
        [f"alarm{n}", each.sound, each.mode]
        for n, each in enumerate(alarms_of(asked.room.pulse, dues))
        if each.sound
    ]
    return {
        "fault": fault,
        "officers": asked.room.access.officers(),
        "modes": MODES,
        "chosen": asked.typed("mode") or (asked.mode if asked.mode in MODES else MODES[0]),
        "sounds": msgspec.json.encode(ringing).decode(),
        "number": asked.room.pulse.number,
        "answers": answers,
    }


def sign_in(asked: Asked) -> str:
    """Open an officer's key once, and return the secret of a session. Raises BackchannelError."""
    if asked.typed("mode") not in MODES:
        raise OfficerError("unknown-mode", f"choose one of {', '.join(MODES)}")
    return asked.room.access.sign_in(
        asked.room.client, asked.typed("officer"), asked.typed("passphrase")
    )
