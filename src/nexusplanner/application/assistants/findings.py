"""What a read tool found: facts one can cite, and how rules tell them."""

from __future__ import annotations

from dataclasses import dataclass, field

from nexusplanner.application.assistants.words import figures
from nexusplanner.domain.sessions import Draft, Source, Topic

MOST_CITED = 24


@dataclass(frozen=True, kw_only=True)
class Fact:
    """Something that is known. id: "<kind>:<record>". text: whole sentences. url: our page about it, or ""."""

    id: str
    title: str
    text: str
    url: str = ""

    @property
    def source(self) -> Source:
        """The fact, cited as a whole."""
        return Source(id=self.id, title=self.title, quote=self.text, url=self.url)


@dataclass(frozen=True, kw_only=True)
class Findings:
    """What a tool found.

    lead: the answer in a sentence or two; every figure in it stands in a fact. points: facts that are told one by one
    below it. behind: facts that carry the lead without being told. close: what can be done next, without figures of
    its own. drafts: changes on offer. topic: what was spoken of.
    """

    lead: str
    points: tuple[Fact, ...] = ()
    behind: tuple[Fact, ...] = ()
    close: str = ""
    drafts: tuple[Draft, ...] = ()
    topic: Topic = field(default_factory=Topic)

    @property
    def facts(self) -> tuple[Fact, ...]:
        """All of them, each once."""
        return tuple({fact.id: fact for fact in (*self.behind, *self.points)}.values())

    @property
    def text(self) -> str:
        """The answer as rules tell it."""
        told = "\n".join(f"- {fact.text}" for fact in self.points)
        return "\n\n".join(part for part in (self.lead, told, self.close) if part)

    @property
    def citations(self) -> tuple[Source, ...]:
        """What the answer stands on."""
        return tuple(fact.source for fact in self.facts[:MOST_CITED])

    @property
    def unfounded(self) -> frozenset[str]:
        """Figures of the lead that stand in no fact."""
        known: frozenset[str] = frozenset().union(*(figures(f"{fact.title} {fact.text}") for fact in self.facts))
        return figures(self.lead) - known


class NotKnown(Exception):
    """A tool cannot answer; the message says in a sentence why, and what would help."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
