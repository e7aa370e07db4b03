"""The map command: from a form that is filled in, and from a notice of the line."""

from pathlib import Path

from tests.cli.forms import write
from typer.testing import CliRunner

from backchannel.cli.main import app

STOP = {
    1: "A field hospital.",
    2: "59.93750N 030.30860E",
    3: "2026-11-22T10:00:00Z",
    4: ["chief of staff", "confirmed"],
    5: "30 min",
}


def test_a_form_is_drawn_and_said_with_check_letters(tmp_path: Path) -> None:
    form, svg = write(tmp_path / "stop.toml", "T06-S", STOP), tmp_path / "out.svg"
    run = CliRunner().invoke
    drawn = run(
        app, ["map", str(form), "--svg", str(svg), "--near", "harbour=59.00000N 030.30860E"]
    )
    assert drawn.exit_code == 0, drawn.output
    assert "2.1  59.93750N 030.30860E YA  104245 m, bearing 000 from harbour" in drawn.stdout
    assert svg.read_text().startswith("<svg")
    other = write(tmp_path / "keyed.toml", "T06-S", STOP | {2: "59.93570N 030.30860E"})
    again = tmp_path / "beside.svg"
    assert run(app, ["map", str(form), "--against", str(other), "--svg", str(again)]).exit_code == 0
    assert "DIFFERS 200 m, bearing 180" in again.read_text()


def test_what_cannot_be_drawn_is_refused_in_words(tmp_path: Path) -> None:
    form = write(tmp_path / "stop.toml", "T06-S", STOP)
    refused = CliRunner().invoke(app, ["map", str(form), "--near", "59.00000N 030.30860E"])
    assert refused.exit_code == 2 and "near-shape" in refused.output
