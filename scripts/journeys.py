"""Run the browser journeys in a real Chromium, against a server with a data folder of its own.

Arguments go to Playwright: `scripts/journeys.py e2e/first-plan.spec.ts --headed`.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import chromium
import pages

from nexusplanner.infrastructure.embedded_postgres import EmbeddedPostgres

PLAYWRIGHT = "node_modules/@playwright/test/cli.js"


def main() -> int:
    """Run the journeys; returns Playwright's exit code, or 1 when there is no browser."""
    try:
        browser = chromium.find()
    except chromium.NoChromiumError as error:
        print(error)
        return 1
    failed = subprocess.run([sys.executable, pages.__file__], check=False).returncode
    if failed:
        return failed
    home = Path(tempfile.mkdtemp(prefix="nexus-journeys-", dir="/tmp"))
    home.chmod(0o711)  # as root, the database's user passes through
    environment = {
        **pages.environment(),
        "CHROMIUM": browser,
        "NEXUS_HOME": str(home),
        "NEXUS_PORT": os.environ.get("NEXUS_PORT", str(free_port())),
        "NEXUS_MODEL_PORT": str(free_port()),
        "NEXUS_SITE_PORT": str(free_port()),
        "NEXUS_CRM_PORT": str(free_port()),
        "PYTHON": sys.executable,
    }
    command = ["node", PLAYWRIGHT, "test", *sys.argv[1:]]
    try:
        return subprocess.run(command, cwd=pages.WEB, env=environment, stdin=subprocess.DEVNULL, check=False).returncode
    finally:
        EmbeddedPostgres(home / "postgres").destroy()
        shutil.rmtree(home, ignore_errors=True)


def free_port() -> int:
    """A port of this machine nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


if __name__ == "__main__":
    sys.exit(main())
