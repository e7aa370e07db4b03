"""Print docs/reference/errors.md: every reason that a check of the product may give.

The source is read as text and never run, so a reason must be a literal where it is raised, or be
handed, in whole or as one part, to the function that raises it. With --write the page is renewed.
"""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "backchannel"
PAGE = ROOT / "docs" / "reference" / "errors.md"

Function = ast.FunctionDef | ast.AsyncFunctionDef

OPENING = """\
# Errors

Every failure has a reason, which programs compare, and a text, which says what we got, what we
wanted and what to do. The reasons below are the complete list; `make reference` prints it from the
source, and a test compares the two. An ellipsis stands for what the text fills in.

The heading of a section says whose fault it is. That decides what happens, whatever the reason.
"""

SECTIONS = {
    "OfficerError": """\
**Whose fault:** yours, and you can mend it. **What happens:** the request is refused and nothing
has changed. **What to do:** what the text says, then ask again.""",
    "JunkError": """\
**Whose fault:** nobody's. The bytes prove nothing about who sent them. **What happens:** they are
counted and dropped, and no answer leaves. **What to do:** nothing, unless you handed us the file
yourself: then it is damaged or is not what its name says, and you ask for it again.""",
    "BreachError": """\
**Whose fault:** another station's or officer's, whose signature holds. **What happens:** the bytes
are kept as evidence, the verdict changes, the text is shown, and the line goes on. **What to do:**
read the verdict, and speak to the other room about it, on the line itself if you can. A reason of
*JunkError* stands here too when the faulty bytes lie inside an entry whose signature holds.""",
    "ProofError": """\
**Whose fault:** the claim's. **What happens:** the claim counts as not proven. **What to do:** ask
whoever made the claim for what is missing; what is not proven is not therefore false.""",
    "CustodyError": """\
**Whose fault:** our own disk's or keys'. **What happens:** the station stops before it says what
it could not keep. **What to do:** call the administrator; see [recover](../guide/recover.md).""",
}


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the source: its module, and the function it stands in."""

    module: str
    node: ast.Call
    inside: Function | None

    @property
    def parameters(self) -> list[str]:
        """The parameters of the function around the call, without self."""
        if self.inside is None:
            return []
        spec = self.inside.args
        names = [a.arg for a in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs)]
        return names[1:] if names[:1] == ["self"] else names

    @property
    def name(self) -> str:
        """The last part of the name that is called, or nothing."""
        called = self.node.func
        if isinstance(called, ast.Attribute):
            return called.attr
        return called.id if isinstance(called, ast.Name) else ""

    def argument(self, position: int, keyword: str) -> ast.expr | None:
        """Return an argument, given by position or by name."""
        for item in self.node.keywords:
            if item.arg == keyword:
                return item.value
        return self.node.args[position] if position < len(self.node.args) else None


@dataclass(frozen=True, slots=True)
class Door:
    """What raises with a reason it is given: an error class, or a function that hands it on."""

    module: str
    name: str
    kind: str
    position: int
    keyword: str
    reason: str  # what the argument fills in, as "{}-length"; often all of it, "{}"
    text: str


@dataclass(frozen=True, slots=True, order=True)
class Raised:
    """One reason, as one place of the source gives it."""

    kind: str
    reason: str
    text: str
    module: str


def calls_in(tree: ast.AST, module: str, inside: Function | None = None) -> Iterator[Call]:
    """Every call below a node, with the innermost function around it."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Call):
            yield Call(module, node, inside)
        yield from calls_in(node, module, node if isinstance(node, Function) else inside)


def every_call() -> list[Call]:
    """Every call of the source."""
    found: list[Call] = []
    for path in sorted(SOURCE.rglob("*.py")):
        # The verifier has one error of its own and functions that are called like ours.
        if path.parent.name == "verifier":
            continue
        module = ".".join(path.relative_to(SOURCE).with_suffix("").parts)
        found += calls_in(ast.parse(path.read_text()), module)
    return found


def prose(node: ast.expr | None) -> str:
    """Return the text of an expression, with an ellipsis where it is filled in."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(prose(part) for part in node.values)
    if isinstance(node, ast.BinOp):
        return prose(node.left) + prose(node.right)
    return "" if node is None else "…"


def literals(node: ast.expr | None, inside: Function | None) -> list[str]:
    """Return the reasons that an expression can yield; none if it is no literal."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return literals(node.body, inside) + literals(node.orelse, inside)
    if isinstance(node, ast.Name) and inside is not None:
        assigned = [n for n in ast.walk(inside) if isinstance(n, ast.Assign)]
        values = [a.value for a in assigned if node.id in map(ast.unparse, a.targets)]
        return [reason for value in values for reason in literals(value, None)]
    return []


def pattern(node: ast.expr | None) -> tuple[str, str] | None:
    """Return the name that an expression hands on, and the reason around it with a gap."""
    if isinstance(node, ast.Name):
        return node.id, "{}"
    if not isinstance(node, ast.JoinedStr):
        return None
    gaps = [part for part in node.values if isinstance(part, ast.FormattedValue)]
    around = "".join("{}" if prose(part) == "…" else prose(part) for part in node.values)
    return (ast.unparse(gaps[0].value), around) if len(gaps) == 1 else None


def quotes_another_error(node: ast.expr | None) -> bool:
    """Whether a reason is that of an error just caught, which is listed where it was raised."""
    return isinstance(node, ast.Attribute) and node.attr == "reason"


def opened_by(call: Call, doors: set[Door]) -> list[Door]:
    """Return the doors that a call goes through; one of its own module comes before others."""
    named = [door for door in doors if door.name == call.name]
    own = [door for door in named if door.module == call.module]
    return own or ([] if call.name.startswith("_") else named)


def handed_on(call: Call, door: Door) -> Door | None:
    """Return the function around a call as a door, if the reason is one of its parameters."""
    handed = pattern(call.argument(door.position, door.keyword))
    if call.inside is None or handed is None or handed[0] not in call.parameters:
        return None
    name, around = handed
    return Door(
        module=call.module,
        name=call.inside.name,
        kind=door.kind,
        position=call.parameters.index(name),
        keyword=name,
        reason=door.reason.format(around),
        text=door.text or prose(call.argument(1, "text")),
    )


def collect() -> tuple[list[Raised], list[str]]:
    """Return every reason of the source, and every place whose reason cannot be read."""
    calls = every_call()
    doors: set[Door] = set()
    more = {Door("", kind, kind, 0, "reason", "{}", "") for kind in SECTIONS}
    while more - doors:
        doors |= more
        more = {d for c in calls for via in opened_by(c, doors) if (d := handed_on(c, via))}
    raised: set[Raised] = set()
    unclear: list[str] = []
    for call in calls:
        for door in opened_by(call, doors):
            node = call.argument(door.position, door.keyword)
            text = door.text or prose(call.argument(1, "text"))
            filled = [door.reason.format(part) for part in literals(node, call.inside)]
            raised |= {Raised(door.kind, reason, text, call.module) for reason in filled}
            if not filled and not quotes_another_error(node) and handed_on(call, door) is None:
                unclear.append(f"{call.module}:{call.node.lineno}: {ast.unparse(call.node)}")
    return sorted(raised), unclear


def table(raised: list[Raised]) -> Iterator[str]:
    """Yield the rows of one section, one for each reason."""
    yield "| reason | it says | in |"
    yield "|---|---|---|"
    for reason in sorted({one.reason for one in raised}):
        same = [one for one in raised if one.reason == reason]
        texts = " / ".join(sorted({one.text.replace("|", "\\|") for one in same if one.text}))
        modules = ", ".join(sorted({f"`{one.module}`" for one in same}))
        yield f"| `{reason}` | {texts} | {modules} |"


def page() -> str:
    """Return the whole page. Exits with the places whose reason is no literal."""
    raised, unclear = collect()
    if unclear:
        sys.exit("errors: the reason is no literal:\n  " + "\n  ".join(unclear))
    lines = [OPENING]
    for kind, meaning in SECTIONS.items():
        rows = [one for one in raised if one.kind == kind]
        lines += [f"## {kind}\n", meaning + "\n", *(table(rows) if rows else ["None yet."]), ""]
    return "\n".join(lines).rstrip() + "\n"


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        PAGE.write_text(page())
    else:
        print(page(), end="")
