"""Write what is generated and checked in: the OpenAPI document, the web client made from it, and the shared test vectors.

`--check` writes nothing and fails when one is not current.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import openapi
import pages

import vectors

CLIENT = Path("src") / "api" / "generated"
SOURCES = ("package.json", "tsconfig.json", "openapi-ts.config.ts", "src/api/runtime.ts")


def main() -> int:
    """Write or check them all; returns the exit code."""
    check = "--check" in sys.argv[1:]
    failed = vectors.main() or openapi.main()
    if failed:
        return failed
    with tempfile.TemporaryDirectory(prefix="nexus-generate-") as name:
        fresh = made_in(Path(name))
        if fresh is None:
            return 1
        committed = pages.WEB / CLIENT
        if not check:
            shutil.rmtree(committed, ignore_errors=True)
            shutil.copytree(fresh, committed)
            return 0
        if contents(fresh) == contents(committed):
            return 0
    print(f"web/{CLIENT} is not current: run python scripts/generate.py and commit what it writes.")
    return 1


def made_in(folder: Path) -> Path | None:
    """Generate the client in a copy of what the generator reads; returns where it is, or None when that fails."""
    for source in SOURCES:
        (folder / source).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(pages.WEB / source, folder / source)
    (folder / "node_modules").symlink_to(pages.WEB / "node_modules")
    environment = {**os.environ, **pages.environment(), "NEXUS_OPENAPI": str(openapi.DOCUMENT)}
    done = subprocess.run(
        pages.npm_command("run", "--silent", "generate"),
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    return folder / CLIENT if done.returncode == 0 else None


def contents(folder: Path) -> dict[str, bytes]:
    """Return the files under `folder` by name."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


if __name__ == "__main__":
    sys.exit(main())
