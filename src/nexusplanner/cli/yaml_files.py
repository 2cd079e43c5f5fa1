"""Settings and briefs in YAML."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from nexusplanner.domain.shared import Invalid


def read_yaml(path: Path) -> dict[str, Any]:
    """A YAML file as a mapping. Raises Invalid."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        words = " ".join(str(error).split())
        raise Invalid(f"{path} is not YAML: {words}.") from None
    if not isinstance(content, dict):
        raise Invalid(f"{path} must hold keys and values, such as `theme: Spring launch`.")
    return content
