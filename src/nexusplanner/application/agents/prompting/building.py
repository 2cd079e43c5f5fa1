"""Builds prompts: our instructions, then everything else as framed data without personal data, bounded in size."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from nexusplanner.application.agents.checking.redaction import in_words, redact
from nexusplanner.application.agents.checking.wording import commands, sentences
from nexusplanner.application.agents.prompt_files import instructions
from nexusplanner.application.agents.prompting.framing import Block, framed
from nexusplanner.application.ports.models import Prompt
from nexusplanner.domain.agents import BriefContext
from nexusplanner.domain.ai import TextStep
from nexusplanner.domain.knowledge import Passage, SourceKind
from nexusplanner.domain.retrieval.few import rank_few

MOST_CHARACTERS = 24_000
"""Of passages in a prompt, about 6,000 tokens."""

LONGEST_PASSAGE = 1_600
LONGEST_VALUE = 300
LONGEST_ORIGIN = 120
MOST_MEMORIES = 8
"""What was learned is told as far as it is surest."""

NOT_COMPARED: Final[Mapping[str, float]] = MappingProxyType({})

_PACKAGED = frozenset({SourceKind.BENCHMARK, SourceKind.FRAMEWORK, SourceKind.SEASON})
"""Passages from the reference data everybody has; there is nobody in them."""

_ALWAYS = (SourceKind.BRIEF, SourceKind.SERVICE, SourceKind.BRAND)
_RECORDS = (
    SourceKind.DOCUMENT,
    SourceKind.SEGMENT,
    SourceKind.PAST_CAMPAIGN,
    SourceKind.ACTUALS,
    SourceKind.SEASON,
    SourceKind.FEEDBACK,
)
KINDS: Mapping[TextStep, tuple[SourceKind, ...]] = {
    TextStep.ANALYSE: (*_ALWAYS, SourceKind.SIGNAL, *_RECORDS),
    TextStep.FIND: (*_ALWAYS, SourceKind.SIGNAL, *_RECORDS),
    TextStep.IDEATE: (*_ALWAYS, SourceKind.SIGNAL, *_RECORDS, SourceKind.FRAMEWORK),
    TextStep.REFINE: (*_ALWAYS, SourceKind.SIGNAL, *_RECORDS),
    TextStep.STRATEGIES: (*_ALWAYS, SourceKind.ACTUALS, SourceKind.PAST_CAMPAIGN, SourceKind.BENCHMARK),
    TextStep.ASSIST: tuple(SourceKind),
}
"""Which passages a step may see."""


@dataclass(frozen=True, kw_only=True)
class Given:
    """What a step works on beside the passages. name: of the block. id: by which the model refers to it."""

    name: str
    text: str
    id: str = ""


@dataclass
class _Desk:
    """What goes into one prompt, and what was taken out on the way."""

    blocks: list[Block] = field(default_factory=list)
    removed: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)

    def cleared(self, text: str) -> str:
        found = redact(text)
        self.removed.update(found.found)
        return found.text

    def put(self, tag: str, text: str, **attributes: str) -> None:
        self.blocks.append(Block(tag=tag, text=self.cleared(text), attributes=attributes))

    def cite(self, passage: Passage) -> None:
        packaged = passage.kind in _PACKAGED
        text = shortened(passage.text, most=LONGEST_PASSAGE)
        origin = passage.origin if packaged else self.cleared(passage.origin)
        labels = {"id": passage.id, "origin": origin[:LONGEST_ORIGIN], "trust": passage.trust}
        dated = {"date": passage.on.isoformat()} if passage.on else {}
        self.blocks.append(
            Block(tag="passage", text=text if packaged else self.cleared(text), attributes={**labels, **dated})
        )

    @property
    def told(self) -> tuple[str, ...]:
        """What was taken out and left out, in words."""
        left = (
            f"{number} {'passage' if number == 1 else 'passages'} {why}"
            for why, number in sorted(self.left_out.items())
            if number
        )
        return (*in_words(self.removed), *left)


class PromptBuilder:
    """Makes prompts; the same arguments give the same bytes. most_characters: of passages in one prompt."""

    def __init__(self, *, most_characters: int = MOST_CHARACTERS) -> None:
        self._most = most_characters

    def build(
        self,
        step: TextStep,
        context: BriefContext,
        *,
        given: Sequence[Given] = (),
        task: Mapping[str, str] | None = None,
        choices: Mapping[str, Sequence[str]] | None = None,
        first: Iterable[str] = (),
        among: Collection[str] | None = None,
    ) -> Prompt:
        """The prompt of a step of a brief.

        given: what the step works on. task: our own words by name. choices: what may be chosen, by name. first: ids of
        passages that go before others. among: only these passages beside those every step sees.
        """
        brand, brief = context.brand, context.brief
        query = (
            f"{brief.theme} {brief.target_audience} {context.service.name} {context.service.category} {context.note}"
        )
        own = (
            Given(
                name="brand", text=f"{brand.name}, {brand.industry}, {brand.region}. It counts {brand.outcome_name}."
            ),
            Given(name="voice", text=_lines(brand.voice)),
            Given(name="banned", text=_lines(brand.banned_claims)),
            Given(name="objectives", text=_lines(brief.key_objectives)),
            Given(name="wish", text=context.note),
            *(
                Given(name="opinion", text=f"{past.verdict}: {past.theme}. {past.reason}")
                for past in context.past_ideas
                if past.verdict
            ),
            *(Given(name="opinion", text=text) for text in _taught(context)),
        )
        few = {f"segment:{one.id}" for one in context.segments if one.is_small}
        always = {one.id for one in context.of_kind(*_ALWAYS)}
        fitting = [one for one in context.of_kind(*KINDS[step]) if one.id not in few]
        return self.compose(
            step,
            passages=[one for one in fitting if among is None or one.id in always or one.id in among],
            query=query,
            given=(*own, *given),
            task=task or {},
            choices=choices or {},
            first={*always, *first},
            near=dict(context.near),
        )

    def compose(
        self,
        step: TextStep,
        *,
        passages: Sequence[Passage],
        query: str,
        given: Sequence[Given] = (),
        task: Mapping[str, str] | None = None,
        choices: Mapping[str, Sequence[str]] | None = None,
        first: Iterable[str] = (),
        near: Mapping[str, float] = NOT_COMPARED,
    ) -> Prompt:
        """A prompt from any passages; those that have most in common with the query go in while there is room.

        near: cosines of given vectors, by passage id, of those that were compared.
        """
        told, desk = instructions(step.value), _Desk()
        desk.put("task", "\n".join(f"{name}: {value}" for name, value in (task or {}).items()))
        for name, values in (choices or {}).items():
            allowed = [value for value in values if len(value) <= LONGEST_VALUE and not redact(value).found]
            desk.put("choices", json.dumps(allowed, ensure_ascii=False), name=name)
        for one in given:
            if one.text.strip():
                desk.put(one.name, shortened(one.text, most=LONGEST_PASSAGE), **({"id": one.id} if one.id else {}))
        for passage in self._chosen(desk, passages, query=query, first=frozenset(first), near=near):
            desk.cite(passage)
        data = framed([block for block in desk.blocks if block.text], salt=f"{told.name} {told.sha256}")
        left = "".join(f"\nNot shown: {why}." for why in desk.told if "passage" in why)
        return Prompt(
            name=told.name,
            version=told.version,
            sha256=told.sha256,
            system=told.text,
            user=f"{data}{left}\n\nDo the task “{told.name}” as you were told, from this data alone.",
            removed=desk.told,
        )

    def _chosen(
        self,
        desk: _Desk,
        passages: Sequence[Passage],
        *,
        query: str,
        first: frozenset[str],
        near: Mapping[str, float],
    ) -> tuple[Passage, ...]:
        """The passages there is room for, in their own order."""
        safe = [one for one in passages if one.trust != "unverified" or not commands(f"{one.title}\n{one.text}")]
        desk.left_out["with orders to the reader"] = len(passages) - len(safe)
        sizes = [_size(one) for one in safe]
        if sum(sizes) <= self._most:
            return tuple(safe)
        texts = [f"{one.title} {one.text[:LONGEST_PASSAGE]}" for one in safe]
        ranks = rank_few(texts, query=query, given=[near.get(one.id, 0.0) for one in safe])
        ranked = sorted(range(len(safe)), key=lambda at: (safe[at].id not in first, -ranks[at].fused, at))
        kept, room = set[int](), self._most
        for at in ranked:
            if sizes[at] <= room:
                kept.add(at)
                room -= sizes[at]
        desk.left_out["for want of room"] = len(safe) - len(kept)
        return tuple(safe[at] for at in sorted(kept))


def _taught(context: BriefContext) -> Iterable[str]:
    """What was learned, and what the texts must do otherwise, as data."""
    if context.learned is not None:
        yield from (f"learned: {memory}" for memory in context.learned.memories[:MOST_MEMORIES])
    for each in context.disliked:
        what = each.idea.theme if each.idea else f"the strategy of {each.channel}"
        why = f"{each.reason.words}. " if each.reason else ""
        made = f" (angle {each.idea.angle}, framework {each.idea.framework})" if each.idea else ""
        yield f"{'dislike' if each.disliked else 'comment'}, to be answered: {what}{made}. {why}{each.said}".strip()


def _size(passage: Passage) -> int:
    """Characters of its block."""
    return min(len(passage.text), LONGEST_PASSAGE) + len(passage.id) + len(passage.origin) + 60


def shortened(text: str, *, most: int) -> str:
    """The text, or as many of its first sentences as fit."""
    if len(text) <= most:
        return text
    end = 0
    for sentence in sentences(text):
        after = text.index(sentence, end) + len(sentence)
        if after > most:
            break
        end = after
    return text[: end or most]


def _lines(values: Iterable[str]) -> str:
    return "\n".join(value[:LONGEST_VALUE] for value in values)
