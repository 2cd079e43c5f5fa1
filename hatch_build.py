"""Build hook: a wheel carries the pages, built from `web/` when their sources are there."""

import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PagesHook(BuildHookInterface):
    """Runs the same build as `./nexus`; an editable install takes the pages from the checkout instead."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the pages before a standard wheel is put together."""
        script = Path(self.root) / "scripts" / "pages.py"
        if version != "editable" and (Path(self.root) / "web").is_dir():
            subprocess.run([sys.executable, str(script)], check=True)
        build_data["artifacts"].append("src/nexusplanner/web/**")
