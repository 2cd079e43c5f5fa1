"""Which tool a question asks for, by its words alone. Names of the workspace stand as <campaign>, <channel> and so on."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from nexusplanner.application.assistants.book import TOOLS, ToolName
from nexusplanner.application.assistants.names import Mention
from nexusplanner.application.assistants.patterns import PATTERNS
from nexusplanner.domain.sessions import AssistantKind, Topic

AT_HOME = 0.4
FEW_WORDS = 8
_FOLLOWS = re.compile(r"^(?:and|also|or|then|what about|how about|same for|the same for|now|ok and|okay and|but)\b")
_WHY = re.compile(r"^(?:but |and |so )?why(?: (?:is|was) (?:that|this|it)(?: so)?| so| though| that)?$|^how come$")
_WHY_OF: Mapping[str, ToolName] = {
    ToolName.IDEAS: ToolName.EVIDENCE,
    ToolName.BEST_IDEA: ToolName.EVIDENCE,
    ToolName.RETURNS: ToolName.CONTRIBUTIONS,
    ToolName.ACCURACY: ToolName.CANNOT_TELL,
    ToolName.CERTIFICATE: ToolName.EXPLAIN,
}
_SOCIAL = re.compile(
    r"^(?:hi|hello|hey|good (?:morning|afternoon|evening)|help|thanks|thank you|ok|okay|great|cool)(?: there| me| you)*$"
    r"|\bwhat can (?:you|i) (?:do|ask|answer|help)|\bhow can you help|\bwho are you\b|\bwhat do you know\b"
)


@dataclass(frozen=True, kw_only=True)
class Intent:
    """What is asked. score: how sure; 0 for a question that was not understood. follows: it goes on with the topic."""

    tool: ToolName | None
    score: float = 0.0
    follows: bool = False


def masked(words: Sequence[str], mentions: Sequence[Mention]) -> str:
    """The question with kinds in the place of names."""
    parts: list[str] = []
    inside = {at: mention for mention in mentions for at in range(mention.start, mention.end)}
    for at, word in enumerate(words):
        mention = inside.get(at)
        if mention is None:
            parts.append(word)
        elif at == mention.start:
            parts.append(f"<{mention.name.kind}>")
    return " ".join(parts)


def understand(words: Sequence[str], mentions: Sequence[Mention], *, topic: Topic, assistant: AssistantKind) -> Intent:
    """The tool that fits the words best; none for small talk and for what nobody here can answer."""
    said = masked(words, mentions)
    if not said or _SOCIAL.search(said):
        return Intent(tool=None)
    known = topic.tool in set(ToolName)
    if _WHY.match(said) and known:
        usual = ToolName.WHY_CHANNEL if topic.channel else ToolName.DECISIONS
        return Intent(tool=_WHY_OF.get(topic.tool, usual), score=2.0, follows=True)
    best = _best(said, assistant=assistant)
    brief = len(words) <= FEW_WORDS and (_FOLLOWS.match(said) or (mentions and len(words) <= 3))
    if known and brief and (best is None or best.score < 3.0):
        tool = ToolName(topic.tool)
        return Intent(tool=tool, score=2.0, follows=True)
    if best is not None:
        return best
    return Intent(tool=_by_name(mentions), score=1.0) if _by_name(mentions) else Intent(tool=None)


def _best(said: str, *, assistant: AssistantKind) -> Intent | None:
    scores: dict[ToolName, float] = {}
    for name, patterns in PATTERNS.items():
        hits = [weight for weight, pattern in patterns if _compiled(pattern).search(said)]
        if hits:
            home = AT_HOME if TOOLS[name].home is assistant else 0.0
            scores[name] = max(hits) + 0.2 * (len(hits) - 1) + home
    if not scores:
        return None
    tool = max(scores, key=lambda name: scores[name])
    return Intent(tool=tool, score=scores[tool])


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _by_name(mentions: Sequence[Mention]) -> ToolName | None:
    """A bare name asks for what is known of it."""
    kinds = {mention.name.kind.value for mention in mentions}
    for kind, tool in (
        ("channel", ToolName.SPLIT),
        ("campaign", ToolName.CAMPAIGN),
        ("service", ToolName.SERVICE),
        ("segment", ToolName.SEGMENTS),
        ("brand", ToolName.BRANDS),
    ):
        if kind in kinds:
            return tool
    return None
