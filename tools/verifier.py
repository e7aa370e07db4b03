"""Pack the verifier into one file that runs wherever Python and `cryptography` are.

    python tools/verifier.py [FOLDER]

FOLDER is build/ unless named. The file holds the verifier's modules and nothing else of the
product, and is the same, byte for byte, each time it is made of the same source.
"""

import hashlib
import os
import shutil
import sys
import tempfile
import zipapp
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "backchannel" / "verifier"
NAME = "backchannel-verifier.pyz"
# A zip archive knows no time before this one.
FIXED_TIME = 315_619_200
MAIN = "import sys\n\nfrom backchannel.verifier.__main__ import main\n\nsys.exit(main())\n"


def pack(folder: Path) -> Path:
    """Write the packed verifier into a folder, and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as made:
        top = Path(made)
        package = top / "backchannel" / "verifier"
        package.mkdir(parents=True)
        (top / "__main__.py").write_text(MAIN)
        (top / "backchannel" / "__init__.py").write_text("")
        for module in sorted(SOURCE.glob("*.py")):
            shutil.copyfile(module, package / module.name)
        for path in (*top.rglob("*"),):
            path.chmod(0o755 if path.is_dir() else 0o644)
            os.utime(path, (FIXED_TIME, FIXED_TIME))
        zipapp.create_archive(top, folder / NAME, interpreter="/usr/bin/env python3")
    return folder / NAME


def main() -> None:
    """Pack, and say what was made."""
    packed = pack(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "build")
    print(f"{packed}  SHA-256 {hashlib.sha256(packed.read_bytes()).hexdigest()}")


if __name__ == "__main__":
    main()
