"""Find a Chromium for the browser journeys, or bring one.

In this order: `CHROMIUM` in the environment, PATH, one that Playwright brought before, as root on Debian the package, and
what `playwright install` can download.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pages

# The first is the same browser without windows, which starts and draws with a third less work.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DOWNLOAD_SECONDS = 300
ADVICE = (
    "No Chromium was found or could be brought. Install one (on Debian: apt-get install -y chromium) or set CHROMIUM."
)


class NoChromiumError(Exception):
    """There is no browser, which fails the journeys: they are never skipped."""


def find() -> str:
    """Return the path of a Chromium. Raises: NoChromiumError."""
    if given := os.environ.get("CHROMIUM"):
        if shutil.which(given):
            return given
        message = f"CHROMIUM names {given}, which cannot be run."
        raise NoChromiumError(message)
    found = _on_path() or _from_playwright() or _from_debian() or _downloaded()
    if found is None:
        raise NoChromiumError(ADVICE)
    return found


def _on_path() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def _from_playwright() -> str | None:
    """Ask the installed Playwright where its Chromium is, and look whether it is there."""
    script = "process.stdout.write(require('@playwright/test').chromium.executablePath())"
    done = subprocess.run(
        ["node", "-e", script], cwd=pages.WEB, env=pages.environment(), capture_output=True, text=True, check=False
    )
    path = done.stdout.strip()
    return path if done.returncode == 0 and _runs(path) else None


def _runs(path: str) -> bool:
    """Whether the browser starts; one that Playwright brought may lack libraries of the system."""
    if not Path(path).is_file():
        return False
    return subprocess.run([path, "--version"], capture_output=True, check=False).returncode == 0


def _downloaded() -> str | None:
    environment = {
        key: value for key, value in pages.environment().items() if key != "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD"
    }
    command = ["node", "node_modules/@playwright/test/cli.js", "install", "chromium"]
    try:
        done = subprocess.run(command, cwd=pages.WEB, env=environment, check=False, timeout=DOWNLOAD_SECONDS)
    except subprocess.TimeoutExpired:
        return None
    return _from_playwright() if done.returncode == 0 else None


def _from_debian() -> str | None:
    if os.geteuid() != 0 or not (Path("/etc/debian_version").exists() and shutil.which("apt-get")):
        return None
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", NAMES[0]]):
        if subprocess.run(command, env=quiet, check=False).returncode:
            return None
    return _on_path()


if __name__ == "__main__":
    print(find())
