"""Scenarios in words: reads "cut 15 %, no events, at least 10k on search" into terms, without guessing.

What is not understood is given back as it stands, so that a person sees what was left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from nexusplanner.domain.amount_words import AMOUNT, NUMBER, Amount, amount_of, number_of
from nexusplanner.domain.campaigns import ChannelLimit, Goal, GoalKind, GroupLimit, RiskKind
from nexusplanner.domain.scenarios import ScenarioTerms
from nexusplanner.domain.shared import Money

LONGEST_NAME = 60
IDLE = frozenset(
    re.split(
        " ",
        "a also an and as at be but by do each for from have i if in into is it its let make me my of on or our please"
        " plan put scenario so spend that the them then there this to us use we what with would you",
    )
)
"""Words that carry nothing by themselves."""

_LESS = r"cut|reduce|lower|decrease|trim|save|shrink"
_MORE = r"add|increase|raise|grow|boost|lift"
_WHOLE = r"(?:the |our )?(?:total |whole |overall )?(?:budget|spend|spending|total|everything|costs?)"
_LEAST = r"at least|no less than|not less than|minimum of|minimum|min"
_MOST = r"at most|no more than|not more than|maximum of|maximum|max|up to|capped at|cap at|less than"
_ON = r"(?:on|for|in|into|to|of|from|off|goes to|go to|is|are|gets?|be|by|with|should get|must get|=|:)"
_AS_IT_IS = r"(?:as (?:it|they) (?:is|are)|unchanged|fixed|alone|the same)"
_UNTIL = r"(?:stop |spend |only |go on )*(?:when|until|while|as long as) (?:the )?"
_LAST = r"(?:last|next)\s+(?:1[,. ]?000|1\s?k|thousand)\s+(?:of \w+ )?(?:\w+\s+){0,4}?"
_CHEAPLY = r"(?:\s+(?:for|with|at) (?:as little as possible|the least (?:money|spend|cost)))?"
_SAFE = (
    r"(?:play(?:ing)? (?:it )?safe|be (?:careful|cautious|safe)|cautious(?:ly)?|careful(?:ly)?|risk[- ]averse"
    r"|worst[- ]case|low risk|less risk|safer?)"
)

Rule = Callable[[re.Match[str]], str | None]


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """What words may mean. channels: of the plan, by a word for them in lower case. amounts: what they get now."""

    channels: Mapping[str, tuple[str, ...]]
    amounts: Mapping[str, Money]


@dataclass(frozen=True, kw_only=True)
class Reading:
    """Words and what they were read as."""

    words: str
    meaning: str


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """Terms that a description asks for. unread: words that were not understood."""

    name: str
    terms: ScenarioTerms
    read: tuple[Reading, ...]
    unread: tuple[str, ...]


def suggest(description: str, *, terms: ScenarioTerms, vocabulary: Vocabulary) -> Suggestion:
    """`terms` as the description changes them. Any text is taken and nothing is raised."""
    reader = _Reader(text=description, terms=terms, vocabulary=vocabulary)
    reader.run()
    name = " ".join(description.split())[:LONGEST_NAME].strip() or "Scenario"
    return Suggestion(
        name=name[:1].upper() + name[1:], terms=reader.terms, read=tuple(reader.read), unread=reader.unread()
    )


@dataclass(kw_only=True)
class _Reader:
    """Takes what it understands out of `text`, rule by rule; what was read is blanked."""

    text: str
    terms: ScenarioTerms
    vocabulary: Vocabulary
    read: list[Reading] = field(default_factory=list)

    def run(self) -> None:
        one = "|".join(re.escape(word) for word in sorted(self.vocabulary.channels, key=len, reverse=True)) or r"(?!)"
        many = rf"(?P<channels>(?:{one})(?:\s*(?:,|and|&|\+|or|,\s*and)\s*(?:the )?(?:{one}))*)(?!\w)"
        amount, whole = rf"(?P<amount>{AMOUNT})", _WHOLE
        rules: tuple[tuple[str, Rule], ...] = (
            (rf"(?:{_LESS})\s+{many}\s+(?:by|to)?\s*{amount}", self._less),
            (rf"(?:{_LESS})\s+{amount}\s+(?:{_ON})\s+{many}", self._less),
            (rf"{amount}\s+less\s+(?:{_ON}\s+)?{many}", self._less),
            (rf"(?:{_MORE})\s+{many}\s+(?:by|to)?\s*{amount}", self._more),
            (rf"(?:{_MORE})\s+{amount}\s+(?:{_ON})\s+{many}", self._more),
            (rf"{amount}\s+more\s+(?:{_ON}\s+)?{many}", self._more),
            (rf"(?:{_LESS})\s+(?:{whole}\s+)?(?:by\s+)?{amount}(?:\s+{_ON}\s+{whole})?", self._smaller),
            (rf"{amount}\s+less(?:\s+{whole})?", self._smaller),
            (rf"(?:{_MORE})\s+(?:{whole}\s+)?(?:by\s+)?{amount}(?:\s+{_ON}\s+{whole})?", self._larger),
            (rf"{amount}\s+more(?:\s+{whole})?", self._larger),
            (rf"(?P<factor>double|halve)\s+{whole}", self._scaled),
            (rf"{whole}\s*(?:{_ON}\s*)?{amount}|{amount.replace('amount', 'other')}\s+(?:in )?(?:total|budget|overall)",
             self._total),
            (rf"(?:between|from)\s+(?P<low>{AMOUNT})\s+(?:and|to)\s+(?P<high>{AMOUNT})\s+(?:{_ON}\s+)?{many}",
             self._between),
            (rf"{many}\s+(?:{_ON}\s+)?between\s+(?P<low>{AMOUNT})\s+(?:and|to)\s+(?P<high>{AMOUNT})", self._between),
            (rf"(?:{_LEAST})\s+{amount}\s+(?:{_ON}\s+)?{many}", self._at_least),
            (rf"{many}\s+(?:{_ON}\s+)?(?:together\s+)?(?:{_LEAST})\s+{amount}", self._at_least),
            (rf"(?:{_MOST})\s+{amount}\s+(?:{_ON}\s+)?{many}", self._at_most),
            (rf"{many}\s+(?:{_ON}\s+)?(?:together\s+)?(?:{_MOST})\s+{amount}", self._at_most),
            (rf"(?:lock|keep|hold|fix|freeze|leave|set)\s+{many}(?:\s+(?:at|to|on)?\s*{amount})?(?:\s+{_AS_IT_IS})?",
             self._lock),
            (rf"(?:no|without|drop|skip|remove|stop|exclude|pause|cancel|zero)\s+(?:more\s+|any\s+)?{many}", self._none),
            (rf"(?:only|just)\s+{many}|{many.replace('channels', 'alone')}\s+only", self._only),
            (rf"{amount}\s+{_ON}\s+{many}", self._exactly),
            (rf"{many}\s+(?:at |exactly |{_ON}\s+)?{amount}", self._exactly),
            (rf"(?:{_UNTIL})?{_LAST}(?:{_LEAST}|less than)?\s*(?P<number>{NUMBER})", self._floor),
            (rf"(?:target|reach|achieve|hit|aim for|aim at|get)(?:\s+of)?\s+(?P<number>{NUMBER})(?:\s+[^\W\d]\S*)?{_CHEAPLY}",
             self._least_spend),
            (r"(?:as much (?:\S+ )?as possible|most (?:outcome|results?)|maximi[sz]e(?: \S+)?)", self._most_outcome),
            (_SAFE, self._safe),
        )  # fmt: skip
        for pattern, rule in rules:
            self._apply(re.compile(rf"(?<![\w.,]){pattern}", re.IGNORECASE), rule)

    def _apply(self, pattern: re.Pattern[str], rule: Rule) -> None:
        start = 0
        while found := pattern.search(self.text, start):
            meaning = rule(found)
            start = max(found.end(), found.start() + 1)
            if meaning is not None:
                self.read.append(Reading(words=found.group().strip(), meaning=meaning))
                blank = "\x00" * len(found.group())
                self.text = self.text[: found.start()] + blank + self.text[found.end() :]

    def unread(self) -> tuple[str, ...]:
        """The runs of words that are left, idle words at their ends taken off."""
        left = []
        for run in re.split(r"[\x00,;!?\n]+|\.(?=\s|$)", self.text):
            words = run.split()
            while words and words[0].lower() in IDLE:
                words.pop(0)
            while words and words[-1].lower() in IDLE:
                words.pop()
            if any(any(sign.isalnum() for sign in word) for word in words):
                left.append(" ".join(words))
        return tuple(left)

    # What the words mean. Each gives the meaning in words, or None when it makes no sense.

    def _members(self, found: re.Match[str], name: str = "channels") -> tuple[str, ...]:
        named = re.split(r"\s*(?:,|\band\b|&|\+|\bor\b)\s*(?:the )?", found.group(name), flags=re.IGNORECASE)
        whole = self.vocabulary.channels.get(" ".join(found.group(name).lower().split()))
        members = [key for word in named for key in self.vocabulary.channels.get(word.lower().strip(), ())]
        return tuple(dict.fromkeys(whole or members))

    def _now(self, members: tuple[str, ...]) -> Money:
        currency = self.terms.total_budget.currency
        known = (self.vocabulary.amounts[key].amount for key in members if key in self.vocabulary.amounts)
        return Money(sum(known), currency)

    def _changed(self, found: re.Match[str], *, sign: int) -> tuple[tuple[str, ...], Money] | None:
        """Which channels, and what they get after a change by (or to) the amount."""
        members, amount = self._members(found), amount_of(found.group("amount"))
        now = self._now(members)
        step = amount.money(of=now) if amount and members else None
        if amount is None or step is None:
            return None
        to = amount.share is None and re.search(r"\bto\s+\S*$", found.string[found.start() : found.start("amount")])
        after = step.amount if to else now.amount + sign * step.amount
        return (members, Money(after, now.currency)) if after >= 0 else None

    def _less(self, found: re.Match[str]) -> str | None:
        changed = self._changed(found, sign=-1)
        return self._limit(changed[0], maximum=changed[1]) if changed else None

    def _more(self, found: re.Match[str]) -> str | None:
        changed = self._changed(found, sign=1)
        return self._limit(changed[0], minimum=changed[1]) if changed else None

    def _smaller(self, found: re.Match[str]) -> str | None:
        return self._resized(amount_of(found.group("amount")), sign=-1)

    def _larger(self, found: re.Match[str]) -> str | None:
        return self._resized(amount_of(found.group("amount")), sign=1)

    def _resized(self, amount: Amount | None, *, sign: int) -> str | None:
        budget = self.terms.total_budget
        step = amount.money(of=budget) if amount else None
        return self._budget(budget.amount + sign * step.amount) if step else None

    def _scaled(self, found: re.Match[str]) -> str | None:
        whole = self.terms.total_budget.amount
        return self._budget(whole * 2 if found.group("factor").lower() == "double" else whole // 2)

    def _total(self, found: re.Match[str]) -> str | None:
        amount = amount_of(found.group("amount") or found.group("other"))
        money = amount.money(of=self.terms.total_budget) if amount and amount.share is None else None
        return self._budget(money.amount) if money else None

    def _budget(self, minor: int) -> str | None:
        if not 0 < minor < 10**15:
            return None
        budget = Money(minor, self.terms.total_budget.currency)
        self.terms = replace(self.terms, total_budget=budget)
        return f"Total budget of {budget}."

    def _between(self, found: re.Match[str]) -> str | None:
        low, high = amount_of(found.group("low")), amount_of(found.group("high"))
        return self._limit(self._members(found), minimum=low, maximum=high) if low and high else None

    def _at_least(self, found: re.Match[str]) -> str | None:
        return self._limit(self._members(found), minimum=amount_of(found.group("amount")))

    def _at_most(self, found: re.Match[str]) -> str | None:
        return self._limit(self._members(found), maximum=amount_of(found.group("amount")))

    def _exactly(self, found: re.Match[str]) -> str | None:
        amount = amount_of(found.group("amount"))
        return self._limit(self._members(found), minimum=amount, maximum=amount) if amount else None

    def _lock(self, found: re.Match[str]) -> str | None:
        amount = amount_of(found.group("amount")) if found.group("amount") else None
        told = [self._limit((key,), lock=amount or self._now((key,))) for key in self._members(found)]
        return " ".join(each for each in told if each) or None

    def _none(self, found: re.Match[str]) -> str | None:
        nothing = Money(0, self.terms.total_budget.currency)
        told = [self._limit((key,), maximum=nothing) for key in self._members(found)]
        return " ".join(each for each in told if each) or None

    def _only(self, found: re.Match[str]) -> str | None:
        members = self._members(found, "channels" if found.group("channels") else "alone")
        nothing = Money(0, self.terms.total_budget.currency)
        others = [key for key in self.vocabulary.amounts if key not in members]
        for key in others if members else ():
            self._limit((key,), maximum=nothing)
        return f"Nothing but {' and '.join(members)}." if members and others else None

    def _limit(
        self,
        members: tuple[str, ...],
        *,
        minimum: Amount | Money | None = None,
        maximum: Amount | Money | None = None,
        lock: Amount | Money | None = None,
    ) -> str | None:
        given = {"minimum": minimum, "maximum": maximum, "lock": lock}
        budget = self.terms.total_budget
        amounts: dict[str, Money] = {}
        for name, amount in given.items():
            if amount is None:
                continue
            money = amount.money(of=budget) if isinstance(amount, Amount) else amount
            if money is None:
                return None
            amounts[name] = money
        if not members or not amounts:
            return None
        if len(members) == 1:
            self._limit_channel(members[0], amounts)
        else:
            self._limit_group(members, amounts, shares={
                name: float(min(amount.share, Decimal(1)))
                for name, amount in given.items() if isinstance(amount, Amount) and amount.share is not None
            })  # fmt: skip
        told = " and ".join(f"{'exactly' if name == 'lock' else name} {money}" for name, money in amounts.items())
        return f"{' and '.join(members)}: {told}."

    def _limit_channel(self, channel: str, amounts: Mapping[str, Money]) -> None:
        kept = next((each for each in self.terms.limits if each.channel == channel), ChannelLimit(channel=channel))
        least, most, lock = (amounts.get(name) for name in ("minimum", "maximum", "lock"))
        fresh = ChannelLimit(channel=channel, minimum=least, maximum=most, lock=lock)
        if lock is None:
            both = replace(fresh, minimum=least or kept.minimum, maximum=most or kept.maximum)
            crossed = both.minimum and both.maximum and both.minimum > both.maximum
            fresh = fresh if crossed else both
        others = tuple(each for each in self.terms.limits if each.channel != channel)
        self.terms = replace(self.terms, limits=(*others, fresh))

    def _limit_group(self, members: tuple[str, ...], amounts: Mapping[str, Money], *, shares: dict[str, float]) -> None:
        name = " and ".join(members)[:LONGEST_NAME]
        fresh = GroupLimit(
            name=name,
            channels=members,
            minimum=None if "minimum" in shares else amounts.get("minimum"),
            maximum=None if "maximum" in shares else amounts.get("maximum"),
            minimum_share=shares.get("minimum"),
            maximum_share=shares.get("maximum"),
        )
        others = tuple(each for each in self.terms.groups if each.name != name)
        self.terms = replace(self.terms, groups=(*others, fresh))

    def _floor(self, found: re.Match[str]) -> str | None:
        floor = number_of(found.group("number"))
        return self._goal(Goal(kind=GoalKind.MARGINAL_FLOOR, floor=float(floor))) if floor else None

    def _least_spend(self, found: re.Match[str]) -> str | None:
        outcome = number_of(found.group("number"))
        return self._goal(Goal(kind=GoalKind.LEAST_SPEND, outcome=float(outcome))) if outcome else None

    def _most_outcome(self, found: re.Match[str]) -> str | None:
        del found
        return self._goal(Goal())

    def _safe(self, found: re.Match[str]) -> str | None:
        del found
        if self.terms.goal.kind is not GoalKind.MOST_OUTCOME:
            return None
        return self._goal(Goal(risk=RiskKind.CVAR))

    def _goal(self, goal: Goal) -> str:
        self.terms = replace(self.terms, goal=goal)
        return f"Goal: {goal.objective}."
