"""Public feeds worth following, as they ship with the package."""

from __future__ import annotations

from functools import cache
from importlib import resources

import yaml

from nexusplanner.application.ports.sources import SuggestedFeed


@cache
def load_suggested_feeds() -> tuple[SuggestedFeed, ...]:
    """The feeds in `feeds.yaml`, in its order."""
    text = resources.files("nexusplanner.data").joinpath("feeds.yaml").read_text(encoding="utf-8")
    rows = yaml.safe_load(text)["feeds"]
    return tuple(SuggestedFeed(name=row["name"], url=row["url"], about=row["about"]) for row in rows)
