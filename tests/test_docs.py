"""Documentation that cannot drift: clauses, links, reference pages and the words of the glossary.

Nothing here judges whether a sentence is true. It finds what a reader would stumble over: a clause
without code or test, a page nobody leads to, a command that is gone.
"""

import ast
import re
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "backchannel"
DOCS = ROOT / "docs"
SPEC = DOCS / "spec"

AREAS = "WIRE|KEYS|CHARTER|RECORD|NOTICE|PATH|RELAY|PROOF"
# Pages that go on where that of their area ends.
AREA_OF = {"evidence": "proof", "beacon": "proof", "oversight": "proof", "readout": "proof"}
AREA_OF |= {"archive": "proof", "symbols": "path"}
AREA_OF |= {"watch": "notice", "export": "notice"}
CLAUSE = re.compile(rf"\*\*(({AREAS})-\d+)\*\*")
CITATION = re.compile(rf"\b(?:{AREAS})-\d+\b")
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
CODE_BLOCK = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)

# Words of the glossary's column "not" that mean nothing else in these pages.
FOREIGN_WORDS = re.compile(
    r"\b(?:peers?|ledgers?|brokers?|notar(?:y|ies)|bearers?|invitations?|chat ?rooms?)\b", re.I
)
PAGES = sorted({*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *ROOT.glob("*/README.md")})
SETTINGS = SOURCE / "station" / "settings.py"


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def without_code(page: Path) -> str:
    """The prose of a page."""
    return CODE_BLOCK.sub("", page.read_text())


def anchors(page: Path) -> set[str]:
    """The places of a page that a link can name, as the common renderers make them."""
    headings = re.findall(r"^#+ +(.+)$", without_code(page), re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {heading.replace(" ", "-") for heading in plain}


def defined_clauses() -> list[tuple[str, str]]:
    """Every definition of a clause: its id and the page it stands in."""
    return [
        (match[1], page.stem)
        for page in sorted(SPEC.glob("*.md"))
        for match in CLAUSE.finditer(page.read_text())
    ]


def cited_in(*folders: Path) -> set[str]:
    """The clauses that the Python files and the scripts of some folders cite."""
    ends = ("*.py", "*.js")
    files = (path for folder in folders for end in ends for path in folder.rglob(end))
    return {clause for path in files for clause in CITATION.findall(path.read_text())}


def run_tool(name: str) -> str:
    """What a tool prints. Fails with its complaint."""
    command = [sys.executable, str(ROOT / "tools" / name)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_a_clause_is_defined_once_and_in_the_page_of_its_area() -> None:
    definitions = defined_clauses()
    twice = [clause for clause, n in Counter(c for c, _ in definitions).items() if n > 1]
    homes = [(c, AREA_OF.get(page, page)) for c, page in definitions]
    astray = [(c, page) for c, page in homes if c.split("-")[0].lower() != page]
    assert (twice, astray) == ([], [])


def test_every_clause_is_cited_by_the_code_and_by_a_test() -> None:
    clauses = {clause for clause, _ in defined_clauses()}
    assert clauses
    assert sorted(clauses - cited_in(SOURCE)) == [], "no code cites these"
    assert sorted(clauses - cited_in(ROOT / "tests")) == [], "no test cites these"


def test_nothing_cites_a_clause_that_does_not_exist() -> None:
    clauses = {clause for clause, _ in defined_clauses()}
    cited = cited_in(SOURCE, ROOT / "tests", ROOT / "tools", ROOT / "bench")
    cited |= {clause for page in PAGES for clause in CITATION.findall(page.read_text())}
    assert sorted(cited - clauses) == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    for target in LINK.findall(without_code(page)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        other = (page.parent / path).resolve() if path else page
        assert other.exists(), target
        if anchor:
            assert anchor in anchors(other), target


def test_every_page_stands_in_the_reading_order() -> None:
    def linked_from(page: Path) -> set[Path]:
        targets = (t.partition("#")[0] for t in LINK.findall(page.read_text()))
        return {(page.parent / t).resolve() for t in targets if t and ":" not in t}

    reached = linked_from(DOCS / "README.md")
    reached |= {p for index in reached if index.name == "index.md" for p in linked_from(index)}
    assert {name_of(p) for p in set(DOCS.rglob("*.md")) - reached} == {"docs/README.md"}


@pytest.mark.parametrize("page", [p for p in PAGES if p.stem != "glossary"], ids=name_of)
def test_pages_use_the_words_of_the_glossary(page: Path) -> None:
    assert FOREIGN_WORDS.findall(without_code(page)) == []


def test_the_page_of_errors_is_what_the_source_says() -> None:
    printed = run_tool("errors.py")
    assert printed == (DOCS / "reference" / "errors.md").read_text(), "run: make reference"


def test_the_page_of_forms_is_what_the_catalogue_holds() -> None:
    printed = run_tool("forms.py")
    assert printed == (DOCS / "reference" / "forms.md").read_text(), "run: make reference"


def test_the_page_of_phrases_to_review_is_what_the_books_say() -> None:
    page = DOCS / "reference" / "phrases-to-review.md"
    assert run_tool("phrases.py") == page.read_text(), "run: make reference"


def test_the_page_of_commands_is_what_help_prints() -> None:
    printed = run_tool("reference.py")
    assert printed == (DOCS / "reference" / "cli.md").read_text(), "run: make reference"


def test_pages_name_only_commands_that_exist() -> None:
    reference = (DOCS / "reference" / "cli.md").read_text()
    commands = set(re.findall(r"^## backchannel ?(.*)$", reference, re.MULTILINE))
    groups = {name.rpartition(" ")[0] for name in commands} - {""}
    in_code = re.compile(r"(?:^ *(?:\$ |\.venv/bin/)?|`)backchannel ([a-z][a-z -]*)", re.MULTILINE)
    pages = [page for page in PAGES if page.parent.name != "reference"]
    named = {tuple(words.split()) for p in pages for words in in_code.findall(p.read_text())}
    wanted = {" ".join(words[: 1 + (words[0] in groups)]) for words in named}
    assert wanted - commands == set()


def exit_codes() -> set[int]:
    """Every code that the commands hand to the shell, where it is written as a number."""
    codes: set[int] = set()
    for path in (SOURCE / "cli").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in (
                "Exit",
                "SystemExit",
                "exit",
            ):
                values = [*node.args, *(item.value for item in node.keywords)]
                found = [v.value for v in values if isinstance(v, ast.Constant)]
                codes |= {value for value in found if isinstance(value, int)}
    return codes


def test_every_exit_code_is_explained() -> None:
    reference = (DOCS / "reference" / "cli.md").read_text()
    explained = {int(code) for code in re.findall(r"^\| (\d+) \|", reference, re.MULTILINE)}
    assert exit_codes() <= explained


def test_every_setting_is_explained() -> None:
    tree = ast.parse(SETTINGS.read_text())
    fields = {
        item.target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        for item in node.body
        if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name)
    }
    page = (DOCS / "reference" / "settings.md").read_text()
    assert {name for name in fields if f"`{name}`" not in page} == set()


def test_decisions_are_numbered_and_weighed() -> None:
    pages = sorted((DOCS / "adr").glob("[0-9]*.md"))
    assert [int(page.name[:4]) for page in pages] == list(range(len(pages)))
    for page in pages:
        headings = re.findall(r"^## (.+)$", page.read_text(), re.MULTILINE)
        assert headings == ["Why", "Decision", "What lost", "What is bad about it"], page.name


def test_threats_name_tests_that_exist() -> None:
    page = (DOCS / "threats.md").read_text()
    named = set(re.findall(r"`(tests/[\w/]+\.py)`", page))
    assert named
    assert {name for name in named if not (ROOT / name).is_file()} == set()
    rows = [line for line in page.splitlines() if re.match(r"\| [NP]\d", line)]
    assert [row for row in rows if "`tests/" not in row and "not yet" not in row] == []


def test_the_change_log_and_the_project_agree_on_the_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    newest = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert newest is not None and newest[1] == project["version"]


def test_the_readme_is_short_and_marks_the_run_it_shows() -> None:
    text = (ROOT / "README.md").read_text()
    assert len(text.splitlines()) <= 150
    assert re.search(r"<!-- demo -->\n```\n.*?```\n<!-- /demo -->", text, re.DOTALL)
