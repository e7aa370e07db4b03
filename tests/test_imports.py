"""The walls between packages: that .importlinter holds them all, and that each of them stops us.

`make lint` runs the contracts over the source. Here a breach is planted behind every wall, because
a contract that nothing can break protects nothing.
"""

import configparser
import shutil
import subprocess
import sys
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "backchannel"
CONTRACTS = configparser.ConfigParser()
CONTRACTS.read_string((ROOT / ".importlinter").read_text())

# Planted file, its one import, and the contract that must break. An empty import plants a package.
BREACHES = [
    ("wire/planted.py", "import time", "pure"),
    ("line/planted.py", "import backchannel.clock", "pure"),
    ("watch/planted.py", "import logging", "pure"),
    ("wire/planted.py", "import backchannel.line", "layers"),
    ("charter/planted.py", "import backchannel.notice", "layers"),
    ("store/planted.py", "import backchannel.path", "layers"),
    ("station/planted.py", "import backchannel.sim", "layers"),
    ("cli/planted.py", "import backchannel.sim", "layers"),
    ("planted/__init__.py", "", "layers"),
    ("charter/planted.py", "import nacl.signing", "one-door-to-cryptography"),
    ("path/planted.py", "import cryptography.x509", "one-door-to-cryptography"),
    ("station/planted.py", "import random", "one-door-to-time-and-chance"),
    ("station/planted.py", "import sqlite3", "doors-to-sql"),
    ("cli/planted.py", "import uvicorn", "doors-to-the-network"),
    ("cli/planted.py", "import babel.numbers", "one-door-to-languages"),
    ("path/planted.py", "import backchannel.charter", "blind"),
    ("path/planted.py", "import backchannel.wire.statement", "blind"),
    ("cli/planted.py", "import backchannel.store", "faces"),
    ("drill/planted.py", "import backchannel.path", "faces"),
    ("station/planted.py", "import backchannel.relay", "dispensable-relay"),
    ("verifier/planted.py", "import backchannel.wire", "stranger"),
]

# Modules that belong into a contract as soon as they are written.
WHEN_WRITTEN = [
    ("pure", "source_modules", "path.ratchet path.cells path.schedule path.sync path.carousel"),
    ("pure", "source_modules", "path.erasure path.capsules path.messages path.pace path.backlog"),
    ("pure", "source_modules", "relay.mailbox"),
    ("pure", "source_modules", "voice.call voice.spoken oversight.warrants"),
    ("pure", "source_modules", "drill.scenario drill.report"),
    ("blind", "forbidden_modules", "wire.statement wire.entry wire.envelope wire.lean"),
    ("blind", "forbidden_modules", "wire.payload"),
    ("faces", "forbidden_modules", "line.step watch.step station.runner station.dispatch"),
    ("stranger", "source_modules", "cli.verify"),
]

# What the rules must not even load indirectly. (socket comes with cryptography.x509.)
OUTSIDE_WORLD = "asyncio apsw sqlite3 OpenSSL starlette uvicorn typer"


def contract_field(contract: str, field: str) -> list[str]:
    """Return the lines of one field of one contract."""
    text = CONTRACTS[f"importlinter:contract:{contract}"].get(field, "")
    return [line.strip() for line in text.splitlines() if line.strip()]


def written(module: str) -> bool:
    """Whether a module, named without the root package, exists in the source."""
    path = SOURCE / module.replace(".", "/")
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the contracts over the package in a folder."""
    command = [Path(sys.executable).parent / "lint-imports", "--no-cache", "--no-logo"]
    return subprocess.run(
        [*command, "--config", ROOT / ".importlinter"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(("path", "text", "contract"), BREACHES)
def test_a_planted_import_breaks_its_contract(
    tmp_path: Path, path: str, text: str, contract: str
) -> None:
    shutil.copytree(SOURCE, tmp_path / "backchannel")
    planted = tmp_path / "backchannel" / path
    planted.parent.mkdir(exist_ok=True)
    planted.write_text(f"{text}\n")
    result = lint(tmp_path)
    name = CONTRACTS[f"importlinter:contract:{contract}"]["name"]
    assert result.returncode == 1 and f"{name} BROKEN" in result.stdout, result.stdout


def test_every_contract_has_a_planted_breach() -> None:
    contracts = {name.split(":")[-1] for name in CONTRACTS.sections() if ":contract:" in name}
    assert contracts == {contract for _, _, contract in BREACHES}


@pytest.mark.parametrize(("contract", "field", "modules"), WHEN_WRITTEN)
def test_a_module_joins_its_contract_when_it_is_written(
    contract: str, field: str, modules: str
) -> None:
    expected = {f"backchannel.{name}" for name in modules.split() if written(name)}
    assert expected <= set(contract_field(contract, field))


def test_no_door_is_unused() -> None:
    graph = grimp.build_graph("backchannel", include_external_packages=True, cache_dir=None)
    doors = {
        line
        for section in CONTRACTS.sections()
        if ":contract:" in section
        for line in contract_field(section.split(":")[-1], "ignore_imports")
    }
    unused = {d for d in doors if not graph.find_matching_direct_imports(import_expression=d)}
    assert not unused


def test_the_rules_load_nothing_of_the_outside_world() -> None:
    packages = [p for p in contract_field("pure", "source_modules") if p.count(".") == 1]
    names = [
        ".".join(path.relative_to(SOURCE.parent).with_suffix("").parts)
        for package in packages
        for path in (SOURCE.parent / package.replace(".", "/")).glob("*.py")
    ]
    assert len(names) > len(packages)
    program = (
        f"import importlib, sys; [importlib.import_module(n) for n in {sorted(names)!r}];"
        f"print(*sorted(set(sys.modules) & set({OUTSIDE_WORLD.split()!r})))"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert (result.stdout.split(), result.stderr) == ([], "")
