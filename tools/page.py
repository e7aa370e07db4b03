"""Pack the verifier's page into one HTML file that asks for nothing and may ask for nothing.

    python tools/page.py [FOLDER]

FOLDER is build/ unless named. The page's modules become one script: each in a function of its own,
in the order in which they need each other. The policy in the page names script and style by their
hashes and allows nothing else, so whoever changes a byte of them gets a page that does not run.
The file is the same, byte for byte, each time it is made of the same source.
"""

import base64
import hashlib
import os
import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "backchannel" / "verifier" / "page"
VENDOR = SOURCE / "vendor"
NAME = "backchannel-verifier.html"
START = "main.js"
SUMS = "SHA256SUMS"

# The only spellings of import and export that the modules use; another one is an error.
IMPORT = re.compile(
    r"^import\s+(?:\{(?P<names>[^}]*)\}|\*\s+as\s+(?P<whole>\w+))\s+from\s+[\"'](?P<path>[^\"']+)[\"'];",
    re.MULTILINE,
)
EXPORT_LIST = re.compile(r"^export\s*\{(?P<names>[^}]*)\};", re.MULTILINE)
EXPORT = re.compile(
    r"^export (?P<what>(?:async )?(?:function|class|const)\s+(?P<name>\w+|\[[^\]]*\]))",
    re.MULTILINE,
)
LEFT_OVER = re.compile(r"^\s*(?:import|export)\b.*$|\bimport\(|</script|<!--", re.MULTILINE)


def require_pinned() -> None:
    """Raise SystemExit unless every vendored file is the one that SHA256SUMS names."""
    rows = (line.split("  ", 1) for line in (VENDOR / SUMS).read_text("utf-8").splitlines())
    pinned = {name: digest for digest, name in rows}
    there = {
        path.relative_to(VENDOR).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.rglob("*")
        if path.is_file() and path.name not in (SUMS, "README.md")
    }
    if changed := sorted(name for name, _ in pinned.items() ^ there.items()):
        raise SystemExit(f"vendored files differ from {SUMS}: {', '.join(dict.fromkeys(changed))}")


def locate(path: str, inside: Path) -> Path:
    """Return the file of a module that is imported as `path` by a module in a folder."""
    if path.startswith("@noble/"):
        return VENDOR / path.removeprefix("@").replace("/", "-", 1)
    return (inside / path).resolve()


def pairs(names: str) -> list[tuple[str, str]]:
    """Return names and what they are called on the other side: `a, b as c`."""
    found = [each.split(" as ") for each in re.split(r"\s*,\s*", names.strip()) if each]
    return [(each[0].strip(), each[-1].strip()) for each in found]


class Packer:
    """Modules in the order in which they need each other, each once."""

    def __init__(self) -> None:
        self.order: list[Path] = []
        self.parts: list[str] = []
        self.waiting: list[Path] = []

    def add(self, path: Path) -> int:
        """Add a module after those that it imports, and return its place."""
        if path in self.order:
            return self.order.index(path)
        if path in self.waiting:
            raise SystemExit(f"{path.name} and another module import each other")
        self.waiting.append(path)
        text = IMPORT.sub(lambda match: self.imported(match, path), path.read_text("utf-8"))
        self.waiting.pop()
        exported: list[tuple[str, str]] = []
        for match in EXPORT_LIST.finditer(text):
            exported += [(public, own) for own, public in pairs(match["names"])]
        text = EXPORT_LIST.sub("", text)
        for match in EXPORT.finditer(text):
            for name, _ in pairs(match["name"].strip("[]")):
                exported.append((name, name))
        text = EXPORT.sub(lambda match: match["what"], text)
        if left := LEFT_OVER.search(text):
            raise SystemExit(f"{path.name}: this cannot be packed: {left[0].strip()}")
        self.order.append(path)
        place = len(self.order) - 1
        given = ", ".join(f"{public}: {own}" for public, own in exported)
        name = Path(os.path.relpath(path, SOURCE)).as_posix()
        body = f"{text.strip()}\nreturn {{ {given} }};"
        self.parts.append(f"// {name}\nconst m{place} = (() => {{\n{body}\n}})();\n")
        return place

    def imported(self, match: re.Match[str], importer: Path) -> str:
        """Return the line that stands for an import."""
        place = self.add(locate(match["path"], importer.parent))
        if match["whole"]:
            return f"const {match['whole']} = m{place};"
        names = (f"{a}: {b}" if a != b else a for a, b in pairs(match["names"]))
        return f"const {{ {', '.join(names)} }} = m{place};"


def hashed(text: str) -> str:
    """Return the source expression by which a policy allows one inline script or style."""
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def script(start: Path) -> str:
    """Return a module and all that it imports as one script."""
    require_pinned()
    packer = Packer()
    packer.add(start)
    return '"use strict";\n' + "".join(packer.parts)


def page() -> str:
    """Return the packed page."""
    program = script(SOURCE / START)
    style = (SOURCE / "page.css").read_text("utf-8")
    policy = "; ".join((
        "default-src 'none'",
        f"script-src {hashed(program)}",
        f"style-src {hashed(style)}",
        "base-uri 'none'",
        "form-action 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    ))  # fmt: skip
    made = (SOURCE / "page.html").read_text("utf-8")
    for name, text in (("POLICY", policy), ("STYLE", style), ("SCRIPT", program)):
        made = made.replace(f"@{name}@", text)
    return made


def pack(folder: Path) -> Path:
    """Write the packed page into a folder, and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / NAME).write_text(page(), encoding="utf-8", newline="\n")
    return folder / NAME


def main() -> None:
    """Pack, and say what was made."""
    packed = pack(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "build")
    print(f"{packed}  SHA-256 {hashlib.sha256(packed.read_bytes()).hexdigest()}")


if __name__ == "__main__":
    main()
