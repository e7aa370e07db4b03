"""Measure the shape of a Python tree: sizes, nesting, types, prose and smells.

    python3 tools/measure.py SRC [TESTS ...]

SRC is a directory or one file; TESTS are directories whose size is set against that of SRC.
The tool prints what it counted, then every place that is over a bar. It changes nothing and
exits 0 whatever it finds: a test that wants a gate calls `offenders(measure_tree(SRC))`.

Left out of SRC: files named test_* or conftest.py, and anything below a test directory.
Lines are physical lines.
"""

import ast
import io
import sys
import tokenize
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 70
NESTING_MAX = 4
ARGUMENTS_MAX = 6

TEST_DIRECTORIES = {"tests", "test", "_tests"}
BLOCKS = (ast.If, ast.For, ast.While, ast.Try, ast.With, ast.AsyncFor, ast.AsyncWith, ast.Match)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
SCOPES = (*FUNCTIONS, ast.ClassDef, ast.Lambda)

# The end of a called name, as dotted as it must be to mean anything, and its smell.
CALLS = {
    "time.time": "clock reads",
    "time.time_ns": "clock reads",
    "time.monotonic": "clock reads",
    "time.monotonic_ns": "clock reads",
    "datetime.now": "clock reads",
    "datetime.utcnow": "clock reads",
    "os.urandom": "chance",
    "uuid.uuid4": "chance",
    "sleep": "sleeps",
}
CHANCE_MODULES = ("random.", "secrets.")
DIRECT_IO = {"open", "print", "input"}
BROAD = {"", "Exception", "BaseException"}
SMELLS = (
    "clock reads",
    "sleeps",
    "chance",
    "direct i/o",
    "broad excepts",
    "globals",
    "Any",
    "todo",
)


@dataclass(frozen=True, slots=True)
class Function:
    """One function: where it is, and its shape."""

    where: str
    lines: int
    nesting: int
    arguments: int
    typed: bool
    public: bool
    documented: bool


@dataclass(frozen=True, slots=True)
class File:
    """One source file, measured."""

    name: str
    lines: int
    docstring_lines: int
    comment_lines: int
    class_lines: tuple[int, ...]
    functions: tuple[Function, ...]
    smells: Counter[str]


def is_source(path: Path) -> bool:
    """Whether a path relative to SRC is source, and not a test."""
    named_as_test = path.name.startswith("test_") or path.name == "conftest.py"
    return not named_as_test and not TEST_DIRECTORIES & set(path.parts)


def line_span(node: ast.stmt) -> int:
    """How many lines a statement covers, from its first to its last."""
    return (node.end_lineno or node.lineno) - node.lineno + 1


def nesting(node: ast.AST, depth: int = 0) -> int:
    """The deepest block below a node. An elif is as deep as its if; inner functions count apart."""
    deepest = depth
    for child in ast.iter_child_nodes(node):
        if isinstance(child, SCOPES):
            continue
        is_elif = isinstance(node, ast.If) and isinstance(child, ast.If) and node.orelse == [child]
        deeper = isinstance(child, BLOCKS) and not is_elif
        deepest = max(deepest, nesting(child, depth + deeper))
    return deepest


def argument_count(spec: ast.arguments) -> int:
    """How many arguments a function takes, without self, cls, *args and **kwargs."""
    names = [a.arg for a in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs)]
    return len(names) - (names[:1] in (["self"], ["cls"]))


def imported_names(tree: ast.Module) -> set[str]:
    """The names under which a file imports whole modules."""
    imports = (node for node in ast.walk(tree) if isinstance(node, ast.Import))
    return {alias.asname or alias.name for node in imports for alias in node.names}


def call_smell(name: str, imported: set[str]) -> str | None:
    """The smell of calling something by this dotted name, if any."""
    if name in DIRECT_IO:
        return "direct i/o"
    # A variable may be called `secrets` too; only the module is a source of chance.
    if name.startswith(CHANCE_MODULES) and name.split(".")[0] in imported:
        return "chance"
    parts = name.split(".")
    return CALLS.get(".".join(parts[-2:])) or CALLS.get(parts[-1])


def node_smell(node: ast.AST, imported: set[str]) -> str | None:
    """The smell that one node counts as, if any."""
    if isinstance(node, ast.Call):
        return call_smell(ast.unparse(node.func), imported)
    if isinstance(node, ast.ExceptHandler):
        caught = ast.unparse(node.type) if node.type else ""
        return "broad excepts" if caught in BROAD else None
    if isinstance(node, ast.Global):
        return "globals"
    return "Any" if isinstance(node, ast.Name) and node.id == "Any" else None


def measure_function(node: ast.FunctionDef | ast.AsyncFunctionDef, file: str) -> Function:
    """Measure one function of a file."""
    return Function(
        where=f"{file}:{node.lineno} {node.name}",
        lines=line_span(node),
        nesting=nesting(node),
        arguments=argument_count(node.args),
        typed=node.returns is not None,
        public=not node.name.startswith("_"),
        documented=ast.get_docstring(node) is not None,
    )


def measure_file(path: Path, name: str) -> File:
    """Measure one file. Raises SyntaxError if it is not Python."""
    text = path.read_text(errors="replace")
    tree = ast.parse(text)
    nodes = list(ast.walk(tree))
    imported = imported_names(tree)
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    comments = [t.string for t in tokens if t.type == tokenize.COMMENT]
    smells = Counter(found for node in nodes if (found := node_smell(node, imported)))
    smells["todo"] = sum(any(w in c for w in ("TODO", "FIXME", "XXX")) for c in comments)
    documentable = [n for n in nodes if isinstance(n, (ast.Module, ast.ClassDef, *FUNCTIONS))]
    return File(
        name=name,
        lines=text.count("\n"),
        docstring_lines=sum(len((ast.get_docstring(n) or "").splitlines()) for n in documentable),
        comment_lines=len(comments),
        class_lines=tuple(line_span(n) for n in nodes if isinstance(n, ast.ClassDef)),
        functions=tuple(measure_function(n, name) for n in nodes if isinstance(n, FUNCTIONS)),
        smells=smells,
    )


def measure_tree(src: Path) -> list[File]:
    """Measure SRC itself, or every source file below it in the order of their names."""
    if src.is_file():
        return [measure_file(src, src.name)]
    names = sorted(p.relative_to(src) for p in src.rglob("*.py"))
    return [measure_file(src / n, str(n)) for n in names if is_source(n)]


def offenders(files: list[File]) -> Iterator[str]:
    """Every place that is over a bar, as a line a person can act on."""
    for file in files:
        if file.lines > FILE_LINES_MAX:
            yield f"{file.name}: {file.lines} lines, at most {FILE_LINES_MAX}"
        for f in file.functions:
            if f.lines > FUNCTION_LINES_MAX:
                yield f"{f.where}: {f.lines} lines, at most {FUNCTION_LINES_MAX}"
            if f.nesting > NESTING_MAX:
                yield f"{f.where}: nested {f.nesting} deep, at most {NESTING_MAX}"
            if f.arguments > ARGUMENTS_MAX:
                yield f"{f.where}: {f.arguments} arguments, at most {ARGUMENTS_MAX}"


def quantile(values: list[int], p: float) -> int:
    """The value below which a share p of the values lies, or 0 if there are none."""
    values = sorted(values)
    return values[min(len(values) - 1, int(p * len(values)))] if values else 0


def spread(values: list[int]) -> str:
    """Median, tails and maximum of some values, in words."""
    tails = "  ".join(f"p{p} {quantile(values, p / 100)}" for p in (90, 99))
    return f"median {quantile(values, 0.5)}  {tails}  max {max(values, default=0)}"


def report(files: list[File]) -> Iterator[str]:
    """The measurement of a tree, one line for each thing measured."""
    functions = [f for file in files for f in file.functions]
    public = [f for f in functions if f.public]
    # Files of three lines or fewer are package markers: they would drag the median down.
    sizes = [f.lines for f in files if f.lines > 3]
    total = sum(file.lines for file in files)
    percent = 100 / max(1, total)
    docstrings = sum(f.docstring_lines for f in files) * percent
    comments = sum(f.comment_lines for f in files) * percent
    smells = sum((file.smells for file in files), Counter[str]())
    long = sum(f.lines > FUNCTION_LINES_MAX for f in functions)
    documented = sum(f.documented for f in public)

    yield f"files      {len(sizes)}, {total} lines;  {spread(sizes)}"
    yield f"functions  {len(functions)};  {spread([f.lines for f in functions])}"
    yield f"           over {FUNCTION_LINES_MAX} lines: {long}"
    yield f"classes    {spread([n for file in files for n in file.class_lines])}"
    yield f"nesting    {spread([f.nesting for f in functions])}"
    yield f"arguments  {spread([f.arguments for f in functions])}"
    yield f"typed      {sum(f.typed for f in functions)}/{len(functions)} state what they return"
    yield f"documented {documented}/{len(public)} public functions"
    yield f"prose      docstrings {docstrings:.0f} %, comments {comments:.0f} % of lines"
    yield "smells     " + ", ".join(f"{name} {smells[name]}" for name in SMELLS)


def main(src: str, *tests: str) -> None:
    """Print the measurement of SRC, its ratio to TESTS, and what is over a bar."""
    for path in (src, *tests):
        if not Path(path).exists():
            sys.exit(f"measure: {path}: no such file or directory")
    files = measure_tree(Path(src))
    lines = list(report(files))
    if tests:
        texts = (p.read_text(errors="replace") for t in tests for p in Path(t).rglob("*.py"))
        size = sum(text.count("\n") for text in texts)
        source = max(1, sum(f.lines for f in files))
        lines.append(f"tests      {size} lines, {size / source:.2f} of source")
    over = list(offenders(files))
    lines.append(f"over a bar {len(over)}")
    print("\n".join(lines + [f"  {place}" for place in over]))


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("usage: python3 tools/measure.py SRC [TESTS ...]")
    main(*sys.argv[1:])
