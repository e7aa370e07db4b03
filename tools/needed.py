"""Find the programs of others that the tests run, and install those that are not there.

    python tools/needed.py

Chromium, for the tests of the verifier's page, and PostgreSQL, for those of the relay. It prints
where they are. What is missing it installs from Debian's packages, which takes the rights to do so;
elsewhere it says what to install. The tests never run without them.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Where Debian keeps PostgreSQL: not on anybody's path, a folder for each version.
VERSIONS = Path("/usr/lib/postgresql")


def browser() -> Path | None:
    """Return the path of Chromium on this machine, or None."""
    found = (shutil.which(name) for name in BROWSERS)
    return next((Path(path) for path in found if path), None)


def postgres() -> Path | None:
    """Return the folder with the programs of a PostgreSQL on this machine, or None."""
    found = shutil.which("initdb")
    if found is not None:
        return Path(found).resolve().parent
    return max((path.parent for path in VERSIONS.glob("*/bin/initdb")), default=None)


NEEDED: dict[str, Callable[[], Path | None]] = {"chromium": browser, "postgresql": postgres}
"""What is needed, by the name of its package in Debian."""


def install(packages: list[str]) -> None:
    """Install packages of Debian. Raises SystemExit with what to do instead."""
    if shutil.which("apt-get") is None:
        raise SystemExit(f"needed: install {' and '.join(packages)} in the way of this system")
    rights: tuple[str, ...] = ()
    if os.geteuid() != 0:
        if shutil.which("sudo") is None:
            raise SystemExit(f"needed: as root, run: apt-get install {' '.join(packages)}")
        rights = ("sudo", "--non-interactive")
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    words = ("install", "--quiet", "--yes", "--no-install-recommends", *packages)
    for command in (("apt-get", "update", "--quiet"), ("apt-get", *words)):
        done = subprocess.run(
            [*rights, *command], env=quiet, stdout=subprocess.DEVNULL, check=False, timeout=900
        )
        if done.returncode:
            raise SystemExit(f"needed: this failed: {' '.join((*rights, *command))}")


def main() -> None:
    """Say where the programs are, after installing what is missing."""
    missing = [package for package, find in NEEDED.items() if find() is None]
    if missing:
        sys.stderr.write(f"needed: installing {' and '.join(missing)} for the tests\n")
        install(missing)
    for package, find in NEEDED.items():
        found = find()
        if found is None:
            raise SystemExit(f"needed: {package} was installed and is not found")
        print(found)


if __name__ == "__main__":
    main()
