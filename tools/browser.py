"""Find the browser that the tests of the verifier's page run in, and install it if there is none.

    python tools/browser.py

It prints the path of Chromium. Where there is none it installs Debian's package, which takes the
rights to do so; elsewhere it says what to install. The tests never run without it.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGE = "chromium"
INSTALL = (("apt-get", "update", "--quiet"), ("apt-get", "install", "--quiet", "--yes",
           "--no-install-recommends", PACKAGE))  # fmt: skip


def find() -> Path | None:
    """Return the path of Chromium on this machine, or None."""
    found = (shutil.which(name) for name in NAMES)
    return next((Path(path) for path in found if path), None)


def install() -> None:
    """Install Chromium from Debian's packages. Raises SystemExit with what to do instead."""
    if shutil.which("apt-get") is None:
        raise SystemExit("browser: there is no Chromium; install it, so that `chromium` is found")
    rights: tuple[str, ...] = ()
    if os.geteuid() != 0:
        if shutil.which("sudo") is None:
            raise SystemExit(f"browser: as root, run: apt-get install {PACKAGE}")
        rights = ("sudo", "--non-interactive")
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in INSTALL:
        done = subprocess.run(
            [*rights, *command], env=quiet, stdout=subprocess.DEVNULL, check=False, timeout=900
        )
        if done.returncode:
            raise SystemExit(f"browser: this failed: {' '.join((*rights, *command))}")


def main() -> None:
    """Say where the browser is, after installing it if need be."""
    if find() is None:
        sys.stderr.write("browser: installing Chromium for the tests of the verifier's page\n")
        install()
    found = find()
    if found is None:
        raise SystemExit("browser: Chromium was installed and is not found")
    print(found)


if __name__ == "__main__":
    main()
