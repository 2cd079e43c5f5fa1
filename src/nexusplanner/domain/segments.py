"""Rules that find the customers of a segment: what may be asked, and whether a customer fits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Self

from nexusplanner.domain.shared import IMPLAUSIBLE, FieldErrors, Invalid, Money, plausible

MOST_RULES = 20
MOST_VALUES = 50
LONGEST_VALUE = 200
MOST_NUMBER = 10**9
LONGEST_NUMBER = 10
MOST_DAYS = 36_500


class FieldKind(StrEnum):
    """What a field holds, and therefore how it is compared."""

    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    DAY = "day"
    CHOICE = "choice"


class Op(StrEnum):
    """How a field is compared. within_days: today or up to so many days ago; older_than_days: before that."""

    IS = "is"
    IS_NOT = "is_not"
    CONTAINS = "contains"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    BEFORE = "before"
    AFTER = "after"
    WITHIN_DAYS = "within_days"
    OLDER_THAN_DAYS = "older_than_days"
    IS_EMPTY = "is_empty"
    IS_NOT_EMPTY = "is_not_empty"


class RuleField(StrEnum):
    """What of a customer, its company and its deals can be asked for.

    A customer's deals are those it is linked with and those of its company.
    """

    INDUSTRY = "industry"
    REGION = "region"
    EMPLOYEES = "employees"
    COMPANY = "company"
    EMAIL_DOMAIN = "email_domain"
    PREFERRED_CHANNEL = "preferred_channel"
    CONSENT = "consent"
    SINCE = "since"
    LIFETIME_VALUE = "lifetime_value"
    OPEN_DEALS = "open_deals"
    OPEN_DEALS_VALUE = "open_deals_value"
    WON_DEALS = "won_deals"
    WON_DEALS_VALUE = "won_deals_value"
    LOST_DEALS = "lost_deals"
    LAST_WON_ON = "last_won_on"


@dataclass(frozen=True, kw_only=True)
class FieldInfo:
    """How a field is shown and compared. always: it is never empty. values: what a choice can be, with its label."""

    label: str
    kind: FieldKind
    always: bool = False
    values: Mapping[str, str] | None = None

    @property
    def ops(self) -> tuple[Op, ...]:
        """The comparisons it allows."""
        return _OPS[self.kind] + (() if self.always else (Op.IS_EMPTY, Op.IS_NOT_EMPTY))


_OPS: Mapping[FieldKind, tuple[Op, ...]] = {
    FieldKind.TEXT: (Op.IS, Op.IS_NOT, Op.CONTAINS),
    FieldKind.CHOICE: (Op.IS, Op.IS_NOT),
    FieldKind.NUMBER: (Op.AT_LEAST, Op.AT_MOST),
    FieldKind.MONEY: (Op.AT_LEAST, Op.AT_MOST),
    FieldKind.DAY: (Op.BEFORE, Op.AFTER, Op.WITHIN_DAYS, Op.OLDER_THAN_DAYS),
}

FIELDS: Mapping[RuleField, FieldInfo] = {
    RuleField.INDUSTRY: FieldInfo(label="Industry", kind=FieldKind.TEXT),
    RuleField.REGION: FieldInfo(label="Region", kind=FieldKind.TEXT),
    RuleField.EMPLOYEES: FieldInfo(label="Employees", kind=FieldKind.NUMBER),
    RuleField.COMPANY: FieldInfo(label="Company", kind=FieldKind.TEXT),
    RuleField.EMAIL_DOMAIN: FieldInfo(label="E-mail domain", kind=FieldKind.TEXT),
    RuleField.PREFERRED_CHANNEL: FieldInfo(label="Preferred channel", kind=FieldKind.TEXT),
    RuleField.CONSENT: FieldInfo(
        label="Consent",
        kind=FieldKind.CHOICE,
        values={"given": "Agreed to be written to", "refused": "Refused to be written to"},
    ),
    RuleField.SINCE: FieldInfo(label="Customer since", kind=FieldKind.DAY),
    RuleField.LIFETIME_VALUE: FieldInfo(label="Lifetime value", kind=FieldKind.MONEY),
    RuleField.OPEN_DEALS: FieldInfo(label="Open deals", kind=FieldKind.NUMBER, always=True),
    RuleField.OPEN_DEALS_VALUE: FieldInfo(label="Value of open deals", kind=FieldKind.MONEY, always=True),
    RuleField.WON_DEALS: FieldInfo(label="Won deals", kind=FieldKind.NUMBER, always=True),
    RuleField.WON_DEALS_VALUE: FieldInfo(label="Value of won deals", kind=FieldKind.MONEY, always=True),
    RuleField.LOST_DEALS: FieldInfo(label="Lost deals", kind=FieldKind.NUMBER, always=True),
    RuleField.LAST_WON_ON: FieldInfo(label="Last deal won on", kind=FieldKind.DAY),
}

RELATIVE = frozenset({Op.WITHIN_DAYS, Op.OLDER_THAN_DAYS})
"""Comparisons whose answer changes with the day."""

_NO_VALUE = frozenset({Op.IS_EMPTY, Op.IS_NOT_EMPTY})

RuleValue = str | int | tuple[str, ...] | None


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One condition.

    value: what the comparison wants: texts (one of them suffices), a whole number, an amount in major units of the
    brand's currency such as "1200.50", a day as YYYY-MM-DD, a number of days, or nothing.
    """

    field: RuleField
    op: Op
    value: RuleValue = None

    @classmethod
    def read(cls, *, field: RuleField, op: Op, value: RuleValue) -> Self:
        """The rule with its value in the form its comparison wants: one text as a list of one, digits as a number."""
        kind = FIELDS[field].kind
        counts = kind is FieldKind.NUMBER or op in RELATIVE
        if isinstance(value, str) and counts and value.isascii() and value.isdigit() and len(value) <= LONGEST_NUMBER:
            value = int(value)
        elif isinstance(value, int) and not isinstance(value, bool) and kind is FieldKind.MONEY:
            value = str(value)
        elif isinstance(value, str) and kind in {FieldKind.TEXT, FieldKind.CHOICE}:
            value = (value,)
        return cls(field=field, op=op, value=value)

    @property
    def relative(self) -> bool:
        """Whether the answer changes with the day."""
        return self.op in RELATIVE

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts to compare with, as they are compared: lower case, without space around them."""
        if isinstance(self.value, str):
            return (plain(self.value),)
        return tuple(plain(each) for each in self.value) if isinstance(self.value, tuple) else ()

    @property
    def number(self) -> int:
        """The whole number to compare with. Raises Invalid unless it is one."""
        if isinstance(self.value, int):
            return self.value
        raise Invalid("Give a whole number.")

    @property
    def day(self) -> date:
        """The day to compare with. Raises Invalid unless it is one."""
        try:
            day = date.fromisoformat(self.value) if isinstance(self.value, str) else None
        except ValueError:
            day = None
        if day is None or not plausible(day):
            raise Invalid(f"Write the day as YYYY-MM-DD. {IMPLAUSIBLE}")
        return day

    def minor(self, *, currency: str) -> int:
        """The amount to compare with in minor units. Raises Invalid unless it is one."""
        if not isinstance(self.value, str):
            raise Invalid("Give an amount such as 1200.50.")
        return Money.parse(self.value, currency=currency).amount


@dataclass(frozen=True, kw_only=True)
class RuleCount:
    """How many customers rules find. of: customers of the brand. value_share: 0 to 1 of its lifetime value."""

    customers: int
    of: int
    value_share: float


@dataclass(frozen=True, kw_only=True)
class CustomerFacts:
    """What rules ask about one customer; amounts in minor units of the brand's currency, texts empty when unknown."""

    industry: str = ""
    region: str = ""
    employees: int | None = None
    company: str = ""
    email_domain: str = ""
    preferred_channel: str = ""
    consent: str = ""
    since: date | None = None
    lifetime_value: int | None = None
    open_deals: int = 0
    open_deals_value: int = 0
    won_deals: int = 0
    won_deals_value: int = 0
    lost_deals: int = 0
    last_won_on: date | None = None


def plain(text: str) -> str:
    """A text as it is compared."""
    return text.strip(" ").lower()


def check_rules(rules: Sequence[Rule], *, currency: str) -> None:
    """Raise Invalid, naming the rule, unless every rule can be asked. currency: the brand's."""
    errors = FieldErrors()
    errors.check(len(rules) <= MOST_RULES, "rules", f"At most {MOST_RULES} rules.")
    for index, rule in enumerate(rules):
        info = FIELDS[rule.field]
        ops = ", ".join(info.ops)
        errors.check(rule.op in info.ops, f"rules.{index}.op", f"{info.label} can be asked with: {ops}.")
        if rule.op in info.ops:
            problem = _problem(rule, info=info, currency=currency)
            errors.check(not problem, f"rules.{index}.value", problem)
    errors.raise_if_any("segment")


def _problem(rule: Rule, *, info: FieldInfo, currency: str) -> str:
    """What is wrong with the value, empty when nothing is."""
    if rule.op in _NO_VALUE:
        return "" if rule.value is None else "This comparison needs no value."
    if info.kind in {FieldKind.TEXT, FieldKind.CHOICE}:
        return _problem_of_texts(rule, info=info)
    try:
        return _problem_of_limit(rule, info=info, currency=currency)
    except Invalid as error:
        return error.message


def _problem_of_limit(rule: Rule, *, info: FieldInfo, currency: str) -> str:
    """The same for a number, an amount or a day. Raises Invalid when the value is none."""
    if rule.op in RELATIVE:
        return "" if 0 <= rule.number <= MOST_DAYS else f"Give 0 to {MOST_DAYS:,} days."
    if info.kind is FieldKind.DAY:
        return "" if rule.day else IMPLAUSIBLE
    if info.kind is FieldKind.MONEY:
        return "" if rule.minor(currency=currency) >= 0 else "An amount cannot be negative."
    return "" if 0 <= rule.number <= MOST_NUMBER else f"Give a number from 0 to {MOST_NUMBER:,}."


def _problem_of_texts(rule: Rule, *, info: FieldInfo) -> str:
    texts = rule.texts
    if not 0 < len(texts) <= MOST_VALUES:
        return f"Give 1 to {MOST_VALUES} values."
    if not all(0 < len(each) <= LONGEST_VALUE for each in texts):
        return f"Give values of 1 to {LONGEST_VALUE} characters."
    if info.values is not None and not set(texts) <= info.values.keys():
        return f"Use: {', '.join(info.values)}."
    return ""


def fits(rules: Sequence[Rule], facts: CustomerFacts, *, currency: str, today: date) -> bool:
    """Whether all rules hold for a customer; no rules find nobody. What is unknown fits no comparison but "is not"."""
    return bool(rules) and all(_fits(rule, facts, currency=currency, today=today) for rule in rules)


def _fits(rule: Rule, facts: CustomerFacts, *, currency: str, today: date) -> bool:
    known = getattr(facts, rule.field.value)
    if rule.op in _NO_VALUE:
        empty = known is None or (isinstance(known, str) and not plain(known))
        return empty is (rule.op is Op.IS_EMPTY)
    if isinstance(known, str):
        return _fits_text(rule, plain(known))
    if known is None:
        return False
    if isinstance(known, date):
        return _fits_day(rule, known, today=today)
    money = FIELDS[rule.field].kind is FieldKind.MONEY
    limit = rule.minor(currency=currency) if money else rule.number
    return bool(known >= limit if rule.op is Op.AT_LEAST else known <= limit)


def _fits_text(rule: Rule, known: str) -> bool:
    if rule.op is Op.CONTAINS:
        return any(text in known for text in rule.texts)
    return (known in rule.texts) is (rule.op is Op.IS)


def _fits_day(rule: Rule, known: date, *, today: date) -> bool:
    if rule.op in RELATIVE:
        first = today - timedelta(days=rule.number)
        return first <= known <= today if rule.op is Op.WITHIN_DAYS else known < first
    return known < rule.day if rule.op is Op.BEFORE else known > rule.day
