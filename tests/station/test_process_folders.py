"""What a folder must hold before its line is served."""

from contextlib import ExitStack
from pathlib import Path

import pytest

from backchannel.errors import OfficerError
from backchannel.station.keyring import StationSecret
from backchannel.station.process import Opened, open_custody
from backchannel.station.settings import Settings
from backchannel.store import sqlite


def test_a_folder_that_holds_no_line_is_not_served(tmp_path: Path) -> None:
    """Neither without a database, and none is made, nor with an empty one."""
    secret = StationSecret({}, bytes(32), b"", b"", bytes(32))
    opened = Opened(tmp_path, Settings(name="one", party="Alder", listen=()), secret)
    database = tmp_path / opened.settings.database
    for made in (False, True):
        with ExitStack() as held, pytest.raises(OfficerError) as caught:
            open_custody(opened, held)
        assert caught.value.reason == "not-joined"
        assert database.exists() == made
        sqlite.open(database).close()
