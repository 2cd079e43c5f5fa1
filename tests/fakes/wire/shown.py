"""What a prompt shows to a model: passages to cite, choices, the ids of what it works on, and how many are wanted."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

PASSAGE = re.compile(r'<passage id="([^"]+)"[^>]*>(.*?)</passage>', re.DOTALL)
_CHOICES = re.compile(r'<choices name="([^"]+)">(.*?)</choices>', re.DOTALL)
_GIVEN = re.compile(r'<(?!passage\b)(\w+) id="([^"]+)"')
_WANTED = re.compile(r"(\w+) wanted: (\d+)")


@dataclass(frozen=True, kw_only=True)
class Shown:
    """Of one prompt. passages: ids and texts. given: ids by the name of their block. wanted: counts by what is."""

    passages: tuple[tuple[str, str], ...] = ()
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    given: tuple[str, ...] = ()
    wanted: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, prompt: str) -> Shown:
        """What this one shows."""
        return cls(
            passages=tuple((html.unescape(name), html.unescape(text)) for name, text in PASSAGE.findall(prompt)),
            choices={name: tuple(json.loads(html.unescape(listed))) for name, listed in _CHOICES.findall(prompt)},
            given=tuple(html.unescape(name) for _, name in _GIVEN.findall(prompt)),
            wanted={name: int(number) for name, number in _WANTED.findall(prompt)},
        )

    def choices_for(self, name: str) -> tuple[str, ...]:
        """What a field of this name, in the singular or the plural, may be chosen among."""
        return self.choices.get(name) or self.choices.get(f"{name}s") or self.choices.get(name.removesuffix("s")) or ()
