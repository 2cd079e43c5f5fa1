"""Lock the dependencies of `pyproject.toml` with hashes, for every platform and without registry addresses.

`--upgrade` takes newer versions; without it versions stay where they are as far as possible.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
UV = Path(sys.executable).with_name("uv")
OPTIONS = ("--universal", "--generate-hashes", "--no-emit-index-url", "--no-annotate", "--python-version", "3.11")
# In this order: the smaller locks take the versions of the larger one.
LOCKS = {
    "dev": ("pyproject.toml", "--group", "dev"),
    "runtime": ("pyproject.toml", "--constraint", "requirements/dev.lock"),
    "build": ("--group", "build", "--constraint", "requirements/dev.lock"),
    "installer": ("--group", "installer"),
}


def main() -> int:
    """Write all locks; returns the exit code of the first that fails."""
    for name, sources in LOCKS.items():
        output = f"requirements/{name}.lock"
        print(f"Locking {output} …", flush=True)
        command = [str(UV), "pip", "compile", "--quiet", *OPTIONS, *sources, "--output-file", output, *sys.argv[1:]]
        if code := subprocess.run(command, cwd=ROOT, check=False).returncode:
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main())
