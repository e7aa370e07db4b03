"""House rules that a program can check. docs/style.md gives the reason of each.

Nothing here judges what the code does. A rule that cannot fail does not stand here.
"""

import ast
import itertools
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from tools import measure

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "backchannel"
SCRIPTS = (*(SOURCE / "verifier" / "page").glob("*.js"), *(SOURCE / "desk").rglob("*.js"))
COMMENTED = re.compile("//").match
PURE = ("wire", "charter", "notice", "proof", "line", "watch", "verifier")
PURE_SMELLS = ("clock reads", "sleeps", "chance", "direct i/o", "globals")

# Not ours, or made anew by a run.
LEFT_OUT = {".venv", ".git", "build", "dist", "__pycache__", ".hypothesis", "vendor"}
LEFT_OUT |= {".pytest_cache", ".mypy_cache", ".ruff_cache", ".import_linter_cache"}

# Put together here, so that this file does not contain what it looks for.
DRAWERS = {"util", "utils", "helper", "helpers", "manager", "handler"}
UNFINISHED = re.compile("|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X")))
FOLDERS = ("/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/", "/Us" + "ers/")
OUTSIDE_PATHS = re.compile(rf"(?<![\w.}})])(?:{'|'.join(FOLDERS)})")
REGISTRIES = ("py" + "pi", "python" + "hosted", "npm" + "js", "crates" + ".io", "proxy.go" + "lang")
REGISTRY_HOST = re.compile("|".join(re.escape(name) for name in REGISTRIES), re.IGNORECASE)

# Words of the glossary's column "not" that have no other meaning here.
FOREIGN_WORDS = {
    "agreement", "alert", "bearer", "broker", "channel", "config", "console", "device", "escrow",
    "feed", "invitation", "ledger", "node", "notary", "org", "packet", "peer", "permission",
    "shift", "transport", "user",
}  # fmt: skip

VERIFIERS = ("verify", "check", "require", "admit")


def repository_files() -> Iterator[Path]:
    """Every file that belongs to the repository."""
    pending = [ROOT]
    while pending:
        for path in sorted(pending.pop().iterdir()):
            if path.name in LEFT_OUT or path.name.endswith(".egg-info"):
                continue
            if path.is_dir():
                pending.append(path)
            else:
                yield path


def texts() -> Iterator[tuple[Path, str]]:
    """Every text file of the repository with its path from the top."""
    for path in repository_files():
        try:
            yield path.relative_to(ROOT), path.read_text()
        except UnicodeDecodeError:
            continue


def modules(*folders: Path) -> list[Path]:
    """Every Python file below some folders."""
    return [path for folder in folders for path in sorted(folder.rglob("*.py"))]


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


SOURCES = modules(SOURCE)
ALL_PYTHON = modules(SOURCE, ROOT / "tests", ROOT / "tools", ROOT / "bench")


def definitions(tree: ast.Module) -> Iterator[tuple[ast.stmt, str]]:
    """Every public name that a module defines: classes, functions, methods, fields, constants."""
    classes = (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef))
    # What stands in a private class is private, whatever a library makes us call it.
    for scope in (tree, *(node for node in classes if not node.name.startswith("_"))):
        for node in scope.body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                yield node, node.name
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                yield node, node.target.id
            elif isinstance(node, ast.Assign):
                yield from ((node, t.id) for t in node.targets if isinstance(t, ast.Name))


def words(name: str) -> set[str]:
    """The lower-case words of a name in snake_case or CamelCase."""
    return set(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().split("_"))


@pytest.mark.parametrize("folder", ["src", "tests", "tools", "bench"])
def test_nothing_is_over_a_bar(folder: str) -> None:
    files = [measure.measure_file(path, name_of(path)) for path in modules(ROOT / folder)]
    assert list(measure.offenders(files)) == []


def test_the_rules_have_no_clock_no_chance_and_no_direct_io() -> None:
    files = measure.measure_tree(SOURCE)
    found = [
        f"{file.name}: {smell}"
        for file in files
        for smell in PURE_SMELLS
        if Path(file.name).parts[0] in PURE and file.smells[smell]
    ]
    assert found == []


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_module_says_what_it_is_for_and_what_it_must_not_do(path: Path) -> None:
    prose = ast.get_docstring(ast.parse(path.read_text())) or ""
    assert len(re.findall(r"[.!?](?:\s|$)", prose)) >= 2, prose


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_public_function_has_a_docstring(path: Path) -> None:
    tree = ast.parse(path.read_text())
    functions = [
        (node, name)
        for node, name in definitions(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    ]
    # A method that fulfils a Protocol of the same module is explained there, once.
    explained = {name for node, name in functions if ast.get_docstring(node)}
    silent = {name for _, name in functions if not name.startswith("_")} - explained
    assert silent == set()


@pytest.mark.parametrize("path", ALL_PYTHON, ids=name_of)
def test_a_broad_except_gives_its_reason(path: Path) -> None:
    text = path.read_text()
    lines = text.splitlines()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ExceptHandler):
            caught = ast.unparse(node.type) if node.type else ""
            broad = measure.BROAD & {part.strip("() ") for part in caught.split(",")}
            assert not broad or "  # " in lines[node.lineno - 1], f"line {node.lineno}"


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_an_any_gives_its_reason(path: Path) -> None:
    text = path.read_text()
    lines = text.splitlines()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Name) and node.id == "Any":
            assert "  # " in lines[node.lineno - 1], f"line {node.lineno}"


@pytest.mark.parametrize("path", ALL_PYTHON, ids=name_of)
def test_no_drawer_for_odds_and_ends(path: Path) -> None:
    named = {path.stem, *(name for _, name in definitions(ast.parse(path.read_text())))}
    assert {name for name in named if words(name) & DRAWERS} == set()


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_public_names_are_words_of_the_glossary(path: Path) -> None:
    named = {path.stem, *(name for _, name in definitions(ast.parse(path.read_text())))}
    foreign = {n for n in named if not n.startswith("_") and words(n) & FOREIGN_WORDS}
    assert foreign == set()


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_check_raises_and_answers_with_no_boolean(path: Path) -> None:
    verdicts = [
        name
        for node, name in definitions(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and words(name) & set(VERIFIERS)
        and node.returns is not None
        and ast.unparse(node.returns) == "bool"
    ]
    assert verdicts == []


@pytest.mark.parametrize("path", [p for p in SOURCES if p.stem != "limits"], ids=name_of)
def test_bounds_have_their_names_and_reasons_in_limits(path: Path) -> None:
    tree = ast.parse(path.read_text())
    constants = {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    simulated = path.is_relative_to(SOURCE / "sim")
    assert simulated or {c for c in constants if c.endswith("_MAX")} == set()


@pytest.mark.parametrize("path", sorted(SCRIPTS), ids=name_of)
def test_a_script_is_small_and_says_what_it_must_not_do(path: Path) -> None:
    text = path.read_text()
    lines = text.splitlines()
    assert len(lines) <= measure.FILE_LINES_MAX
    assert [n for n, line in enumerate(lines, 1) if len(line) > 100] == []
    head = " ".join(each.removeprefix("//") for each in itertools.takewhile(COMMENTED, lines))
    assert re.search(r"must not|never", re.sub(r"\s+", " ", head))
    public = [n for n, line in enumerate(lines) if re.match(r"export (function|class)", line)]
    assert [lines[n] for n in public if not lines[n - 1].rstrip().endswith("*/")] == []
    starts = [n for n, line in enumerate(lines) if re.match(r"(export )?(async )?function ", line)]
    ends = [n for n, line in enumerate(lines) if line == "}"]
    most = measure.FUNCTION_LINES_MAX
    assert [lines[n] for n in starts if min(e for e in ends if e > n) - n >= most] == []


def test_every_bound_is_used() -> None:
    trees = [ast.parse(path.read_text()) for path in SOURCES if path.name == "limits.py"]
    bounds = {name for tree in trees for _, name in definitions(tree)}
    others = "\n".join(path.read_text() for path in SOURCES if path.name != "limits.py")
    assert len(trees) > 1
    assert bounds - set(re.findall(r"\b[A-Z][A-Z0-9_]+\b", others)) == set()


def test_nothing_is_left_unfinished() -> None:
    counter_of_such_words = "tools/measure.py"
    found = {str(path) for path, text in texts() if UNFINISHED.search(text)}
    assert found <= {counter_of_such_words}


def test_no_path_of_a_machine_and_no_registry_is_named() -> None:
    found = [
        f"{path}: {match[0]}"
        for path, text in texts()
        for pattern in (OUTSIDE_PATHS, REGISTRY_HOST)
        if (match := pattern.search(text))
    ]
    assert found == []


@pytest.mark.parametrize("name", ["core", "dev", "relay"])
def test_a_lock_has_hashes_and_no_address(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    assert "://" not in text and "--index" not in text and "--find-links" not in text
    for requirement in re.split(r"\n(?=\S)", text.strip()):
        assert re.match(r"[A-Za-z0-9_.-]+==\S+", requirement), requirement
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", requirement), requirement


def test_the_locks_hold_every_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    core, dev = (
        set(re.findall(r"^(\S+)==", (ROOT / "requirements" / f"{name}.txt").read_text(), re.M))
        for name in ("core", "dev")
    )
    names = (project["dependencies"], project["optional-dependencies"]["dev"])
    wanted, tools = ({re.split(r"[<>=[]", n)[0].lower() for n in group} for group in names)
    assert wanted <= core
    assert tools <= dev
    assert core <= dev
