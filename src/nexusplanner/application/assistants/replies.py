"""Answers by rules alone: the question is read, a tool is run, and what it found is told with its sources."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from nexusplanner.application.assistants.book import TOOLS, ToolName
from nexusplanner.application.assistants.findings import MOST_CITED, Findings, NotKnown
from nexusplanner.application.assistants.guidance import guidance
from nexusplanner.application.assistants.intents import Intent, understand
from nexusplanner.application.assistants.scene import Scene
from nexusplanner.application.origins import Origin
from nexusplanner.domain.sessions import Draft, Source, Speaker, Topic
from nexusplanner.domain.shared import DomainError

MOST_QUESTIONS = 3
VERSION = "1"
BY_RULES = Origin(version=VERSION)
_QUESTIONS = re.compile(r"(?<=\?)\s+")


@dataclass(frozen=True, kw_only=True)
class Reply:
    """An answer before it becomes a message. tools: those that were run. origin: where the words come from."""

    text: str
    citations: tuple[Source, ...] = ()
    drafts: tuple[Draft, ...] = ()
    topic: Topic = field(default_factory=Topic)
    tools: tuple[str, ...] = ()
    origin: Origin = BY_RULES

    @property
    def author(self) -> Speaker:
        """Who wrote it."""
        return Speaker.AI if self.origin.author == Speaker.AI.value else Speaker.RULES


async def reply_by_rules(scene: Scene) -> Reply:
    """The answer to every question in the text, in order; what can be asked when none is understood."""
    asked = [part for part in _QUESTIONS.split(scene.text.strip()) if part][:MOST_QUESTIONS]
    replies: list[Reply] = []
    before = scene.before
    for part in asked or [scene.text]:
        one = replace(scene, text=part, before=before)
        reply = await _reply(one, understand(one.words, one.mentions, topic=before, assistant=scene.assistant))
        before = reply.topic
        if all(reply.text != other.text for other in replies):
            replies.append(reply)
    understood = [reply for reply in replies if reply.tools] or replies[:1]
    return understood[0] if len(understood) == 1 else _together(understood)


def _together(replies: list[Reply]) -> Reply:
    citations = {source.id: source for reply in replies for source in reply.citations}
    return Reply(
        text="\n\n".join(reply.text for reply in replies),
        citations=tuple(citations.values())[:MOST_CITED],
        drafts=tuple(draft for reply in replies for draft in reply.drafts),
        topic=replies[-1].topic,
        tools=tuple(name for reply in replies for name in reply.tools),
    )


async def _reply(scene: Scene, intent: Intent) -> Reply:
    if intent.tool is None:
        return Reply(text=await guidance(scene), topic=scene.before)
    try:
        found = await run_tool(scene, intent.tool)
    except NotKnown as reason:
        topic = Topic(tool=intent.tool.value).over(scene.before)
        return Reply(text=reason.message, topic=topic, tools=(intent.tool.value,))
    return told(found, tool=intent.tool, before=scene.before)


def told(found: Findings, *, tool: ToolName, before: Topic) -> Reply:
    """What a tool found, as rules tell it."""
    return Reply(
        text=found.text,
        citations=found.citations,
        drafts=found.drafts,
        topic=replace(found.topic, tool=tool.value).over(before),
        tools=(tool.value,),
    )


async def run_tool(scene: Scene, name: ToolName) -> Findings:
    """What the tool finds. Raises: NotKnown, also for what the use case behind it refuses."""
    try:
        return await TOOLS[name].run(scene)
    except DomainError as refusal:
        raise NotKnown(refusal.message) from refusal


def topics(found: Iterable[Topic], *, before: Topic) -> Topic:
    """What several tools spoke of, the last first."""
    result = before
    for topic in found:
        result = topic.over(result)
    return result
