"""Write the API's OpenAPI document, or check that the committed one is current.

Run as `python scripts/openapi.py [--check]`. The web application's client is generated from the document.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from nexusplanner.api.app import documented_app

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "reference" / "openapi.json"


def main() -> int:
    """Return 0, or 1 when the committed document is not what the routes say."""
    current = json.dumps(documented_app().openapi(), indent=2, ensure_ascii=False) + "\n"
    if "--check" not in sys.argv[1:]:
        DOCUMENT.write_text(current, encoding="utf-8")
        return 0
    if DOCUMENT.is_file() and DOCUMENT.read_text(encoding="utf-8") == current:
        return 0
    sys.stderr.write(f"{DOCUMENT.name} is not current: run python scripts/openapi.py and commit what it writes.\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
