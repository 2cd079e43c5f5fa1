"""Make the virtual environment that the locks describe.

Runs on any Python 3.11 or newer with nothing installed. Safe to run again and by several at once; needs the network
only when something is missing.
"""

from __future__ import annotations

import argparse
import fcntl
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCKS = {"runtime": ("runtime", "build"), "dev": ("dev",)}
INSTALLER = ROOT / "requirements" / "installer.lock"
CERTIFICATES = (Path("/etc/ssl/certs/ca-certificates.crt"), Path("/etc/ssl/cert.pem"), Path("/etc/pki/tls/cert.pem"))
CERTIFICATE_VARIABLES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "PIP_CERT", "REQUESTS_CA_BUNDLE")
DEBIAN_PACKAGES = ("python3-venv", "ca-certificates")
STEPS = 4
PACKAGE_LIST = (" + ", " - ", " ~ ", " Downloaded")


class PreparationError(Exception):
    """Something is missing that this script may not or cannot provide; the message says what to do."""


def main() -> int:
    """Prepare the environment; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--profile", choices=sorted(LOCKS), required=True)
    parser.add_argument("--stamp", required=True, help="what to write into .venv when all is done")
    given = parser.parse_args()
    started = time.monotonic()
    try:
        with (ROOT / ".prepare.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not is_current(given.profile, stamp=given.stamp):
                prepare(given.profile, stamp=given.stamp)
                say(f"Ready after {time.monotonic() - started:.0f} s.")
    except PreparationError as error:
        say(f"\nNexusPlanner cannot be prepared: {error}")
        return 1
    return 0


def is_current(profile: str, *, stamp: str) -> bool:
    """Whether another process finished the same work while this one waited for it."""
    file = VENV / f".nexus-{profile}"
    return PYTHON.exists() and file.exists() and file.read_text().strip() == stamp


def prepare(profile: str, *, stamp: str) -> None:
    """Make `.venv`, install the installer, the locked packages and the project, then leave the stamps."""
    step(1, f"Making .venv with Python {sys.version_info.major}.{sys.version_info.minor}")
    ensure_system_parts()
    # What developers added stays: the smaller set never replaces the larger one.
    chosen = "dev" if (VENV / ".nexus-dev").exists() else profile
    make_venv()
    for name in LOCKS:
        (VENV / f".nexus-{name}").unlink(missing_ok=True)
    step(2, "Installing the installer")
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    run([*pip, "--require-hashes", "-r", str(INSTALLER)], failing="the installer uv could not be installed")
    step(3, "Installing the locked packages")
    uv = [str(VENV / "bin" / "uv"), "pip"]
    locks = [str(ROOT / "requirements" / f"{name}.lock") for name in LOCKS[chosen]]
    packages = [*uv, "sync", "--require-hashes", *locks, str(INSTALLER)]
    run(packages, failing="the locked packages could not be installed", hiding=PACKAGE_LIST)
    step(4, "Installing NexusPlanner itself")
    project = ["install", "--no-build-isolation", "--no-deps", "--editable", str(ROOT)]
    run([*uv, "--quiet", *project], failing="the project could not be installed")
    for name in ("dev", "runtime") if chosen == "dev" else ("runtime",):
        (VENV / f".nexus-{name}").write_text(f"{stamp}\n")


def ensure_system_parts() -> None:
    """See that venv, pip and certificates are there; as root on Debian install them, else say how.

    Raises: PreparationError.
    """
    if not missing_system_parts():
        return
    line = f"apt-get install -y {' '.join(DEBIAN_PACKAGES)}"
    if not (Path("/etc/debian_version").exists() and shutil.which("apt-get")):
        message = f"missing: {', '.join(missing_system_parts())}. Install them with the system's package manager."
        raise PreparationError(message)
    if os.geteuid() != 0:
        message = f"missing: {', '.join(missing_system_parts())}. Run this as root, then try again:\n  {line}"
        raise PreparationError(message)
    say(f"      {line}")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    run(["apt-get", "update", "-qq"], failing="apt-get update failed", env=quiet)
    run(["apt-get", "install", "-y", "-qq", *DEBIAN_PACKAGES], failing=f"`{line}` failed", env=quiet)
    importlib.invalidate_caches()
    if still := missing_system_parts():
        message = f"still missing after `{line}`: {', '.join(still)}."
        raise PreparationError(message)


def missing_system_parts() -> list[str]:
    """Name what this Python or system lacks for the steps that follow."""
    missing = []
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        missing.append("python3-venv")
    given = [Path(os.environ[name]) for name in CERTIFICATE_VARIABLES if os.environ.get(name)]
    if sys.platform == "linux" and not any(path.exists() for path in (*given, *CERTIFICATES)):
        missing.append("ca-certificates")
    return missing


def make_venv() -> None:
    """Make the environment, or replace one whose Python is gone or too old."""
    if PYTHON.exists():
        check = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
        if subprocess.run([str(PYTHON), "-c", check], capture_output=True, check=False).returncode == 0:
            return
    run([sys.executable, "-m", "venv", "--clear", str(VENV)], failing="the virtual environment could not be made")


def run(command: list[str], *, failing: str, env: dict[str, str] | None = None, hiding: tuple[str, ...] = ()) -> None:
    """Run a command and show its output, but for lines that begin as in `hiding`.

    Raises: PreparationError when the command fails.
    """
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=env, text=True
    ) as process:
        for line in process.stdout or ():
            if not line.startswith(hiding):
                say(f"      {line.rstrip()}")
    if process.returncode != 0:
        message = f"{failing} (see above). Is the network reachable? Then run the same command again."
        raise PreparationError(message)


def step(number: int, text: str) -> None:
    """Say which step begins."""
    say(f"[{number}/{STEPS}] {text} …")


def say(text: str) -> None:
    """Print at once, on the error stream: commands print results on the other one."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
