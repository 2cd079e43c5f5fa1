"""Answers that fit a JSON schema, made up from nothing but the schema and what the prompt shows."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

from tests.fakes.wire.shown import Shown

UNKNOWN_ID = "signal:00000000-0000-0000-0000-000000000000"
_ID_NAME = re.compile(r"(?:^|_)(?:evidence|passage|source|citation)s?(?:_ids?)?$|^ids?$")
_SHORT_NAMES = frozenset({"theme", "name", "title", "headline", "topic", "target_kpi", "kpis", "lines", "label"})
_LONG_NAMES = frozenset({"description", "strategy", "text"})
_SUBJECTS = ("Crews", "Managers", "Planners", "Owners", "Teams", "Buyers", "Leaders", "Engineers", "Families", "Guests")
_VERBS = ("trust", "choose", "compare", "remember", "praise", "expect", "reward", "share", "test", "keep", "notice")
_OBJECTS = (
    "calm mornings",
    "clear promises",
    "honest answers",
    "work that lasts",
    "quick repairs",
    "quiet evenings",
    "proofs they can check",
    "hands that know the trade",
    "offers without surprises",
    "people who call back",
    "plans that hold",
    "rooms full of light",
    "roads without queues",
)
_ENDINGS = (
    "before they decide",
    "after a first visit",
    "while others hesitate",
    "when the season turns",
    "as soon as work begins",
    "because details matter",
    "long after the fair",
)


@dataclass
class Invention:
    """Makes answers. string: what to say instead of our own words, by the name of the field.

    number: stands for every number. cite: the id to use instead of a passage's own. items: of lists that may vary.
    """

    shown: Shown = field(default_factory=Shown)
    string: Callable[[str], object] | None = None
    number: object = None
    cite: str | None = None
    items: int = 3
    _count: int = field(default=0, init=False)
    _turns: dict[str, cycle[str]] = field(default_factory=dict, init=False)

    @classmethod
    def of(cls, prompt: str, **options: Any) -> Invention:
        """One that uses what this prompt shows."""
        return cls(shown=Shown.of(prompt), **options)

    def answer(self, schema: Mapping[str, Any]) -> Any:
        """A value that fits."""
        return self._value(schema, root=schema, name="")

    def _value(self, schema: Mapping[str, Any], *, root: Mapping[str, Any], name: str) -> Any:
        schema = _resolved(schema, root=root)
        if options := schema.get("enum", [schema["const"]] if "const" in schema else []):
            return options[self._next() % len(options)]
        kind = schema.get("type")
        if kind == "object" or "properties" in schema:
            return self._object(schema, root=root)
        if kind == "array":
            return self._array(schema, root=root, name=name)
        if kind in {"number", "integer"}:
            least = schema.get("minimum", schema.get("exclusiveMinimum", 0))
            return self.number if self.number is not None else least + 1
        return {"boolean": True, "null": None}[kind] if kind in {"boolean", "null"} else self._string(schema, name=name)

    def _object(self, schema: Mapping[str, Any], *, root: Mapping[str, Any]) -> dict[str, Any]:
        properties = schema.get("properties", {})
        made = {name: self._value(inner, root=root, name=name) for name, inner in properties.items()}
        if "quote" in properties and self.shown.passages:
            passage, text = self.shown.passages[self._next() % len(self.shown.passages)]
            made |= {name: self.cite or passage for name in made if _ID_NAME.search(name)}
            made["quote"] = _sentence_of(text)
        elif "id" in properties and self.shown.given and not self.cite:
            made["id"] = self._turn("id", self.shown.given)
        said = [value for name, value in made.items() if isinstance(value, str) and name in _LONG_NAMES]
        if said and isinstance(made.get("claims"), list) and self.string is None:
            for claim in made["claims"]:
                claim["text"] = _sentence_of(said[0])
        return made

    def _array(self, schema: Mapping[str, Any], *, root: Mapping[str, Any], name: str) -> list[Any]:
        inner = schema.get("items", {"type": "string"})
        one = _resolved(inner, root=root)
        count = self._count_of(one, name=name)
        count = min(max(schema.get("minItems", 0), count), schema.get("maxItems", count))
        return [self._value(inner, root=root, name=name) for _ in range(count)]

    def _count_of(self, one: Mapping[str, Any], *, name: str) -> int:
        fields = one.get("properties", {})
        if "quote" in fields or (_ID_NAME.search(name) and one.get("type") == "string"):
            return max(min(2, len(self.shown.passages)), 1)
        if "id" in fields and self.shown.given:
            return len(self.shown.given)
        if "channel" in fields and self.shown.choices_for("channel"):
            return len(self.shown.choices_for("channel"))
        if "quotes" in fields and name == "claims":
            return 1
        if one.get("type") == "string" and (allowed := self.shown.choices_for(name)):
            return min(2, len(allowed))
        return self.shown.wanted.get(name, self.items)

    def _string(self, schema: Mapping[str, Any], *, name: str) -> object:
        if _ID_NAME.search(name):
            if self.cite or not self.shown.passages:
                return self.cite or UNKNOWN_ID
            return self.shown.passages[self._next() % len(self.shown.passages)][0]
        if self.string is not None:
            return self.string(name)
        if name == "stance":
            return "supports"
        if allowed := self.shown.choices_for(name):
            return self._turn(name, allowed)
        most, least = schema.get("maxLength", 400), schema.get("minLength", 0)
        text = " ".join(self._sentence() for _ in range(3 if name in _LONG_NAMES else 1))
        if name in _SHORT_NAMES:
            text = self._sentence(parts=3).rstrip(".")
        while len(text) < least:
            text = f"{text} {self._sentence()}"
        return text if len(text) <= most else text[:most].rsplit(" ", 1)[0]

    def _sentence(self, *, parts: int = 4) -> str:
        at = self._next()
        lists = ((_SUBJECTS, 1), (_VERBS, 3), (_OBJECTS, 5), (_ENDINGS, 2))[:parts]
        return " ".join(words[at * step % len(words)] for words, step in lists) + "."

    def _turn(self, name: str, values: tuple[str, ...]) -> str:
        return next(self._turns.setdefault(name, cycle(values)))

    def _next(self) -> int:
        self._count += 1
        return self._count


def _resolved(schema: Mapping[str, Any], *, root: Mapping[str, Any]) -> Mapping[str, Any]:
    while True:
        if "$ref" in schema:
            at: Any = root
            for part in schema["$ref"].removeprefix("#/").split("/"):
                at = at[part]
            schema = at
        elif options := schema.get("anyOf") or schema.get("oneOf"):
            schema = next((each for each in options if each.get("type") != "null"), options[0])
        elif len(schema.get("allOf", ())) == 1:
            schema = schema["allOf"][0]
        else:
            return schema


def _sentence_of(text: str) -> str:
    """The first sentence of a text, as it stands there."""
    stripped = text.strip()
    found = re.match(r".{8,160}?[.!?](?=\s|$)", stripped)
    return found[0] if found else stripped[:120].rsplit(" ", 1)[0].strip()
