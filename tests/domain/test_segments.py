from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from nexusplanner.domain.segments import (
    FIELDS,
    MOST_RULES,
    CustomerFacts,
    Op,
    Rule,
    RuleField,
    RuleValue,
    check_rules,
    fits,
)
from nexusplanner.domain.shared import Invalid

TODAY = date(2026, 3, 2)


def rule(field: RuleField, op: Op, value: RuleValue = None) -> Rule:
    return Rule.read(field=field, op=op, value=value)


def fit(*rules: Rule, **facts: Any) -> bool:
    return fits(rules, CustomerFacts(**facts), currency="EUR", today=TODAY)


def test_texts_are_compared_without_letter_case_and_one_of_several_suffices() -> None:
    asked = rule(RuleField.INDUSTRY, Op.IS, (" Retail ", "MINING"))
    assert fit(asked, industry="retail")
    assert fit(asked, industry=" Mining")
    assert not fit(asked, industry="Retail trade")
    assert fit(rule(RuleField.INDUSTRY, Op.CONTAINS, "tail"), industry="Retail trade")
    assert fit(rule(RuleField.REGION, Op.IS, "münchen"), region="MÜNCHEN")


def test_what_is_unknown_fits_no_comparison_but_is_not() -> None:
    assert fit(rule(RuleField.INDUSTRY, Op.IS_NOT, "Retail"))
    assert fit(rule(RuleField.EMPLOYEES, Op.IS_EMPTY))
    assert not fit(rule(RuleField.EMPLOYEES, Op.AT_MOST, 10))
    assert not fit(rule(RuleField.SINCE, Op.BEFORE, "2026-01-01"))
    assert not fit(rule(RuleField.LIFETIME_VALUE, Op.AT_MOST, "10.00"))
    assert not fit(rule(RuleField.LIFETIME_VALUE, Op.IS_NOT_EMPTY))


def test_limits_belong_to_the_range_and_before_and_after_do_not() -> None:
    assert fit(rule(RuleField.EMPLOYEES, Op.AT_LEAST, 10), employees=10)
    assert fit(rule(RuleField.LIFETIME_VALUE, Op.AT_MOST, "12.50"), lifetime_value=1250)
    assert not fit(rule(RuleField.LIFETIME_VALUE, Op.AT_MOST, "12.50"), lifetime_value=1251)
    assert not fit(rule(RuleField.SINCE, Op.BEFORE, "2026-01-01"), since=date(2026, 1, 1))
    assert fit(rule(RuleField.SINCE, Op.AFTER, "2026-01-01"), since=date(2026, 1, 2))


@pytest.mark.parametrize(
    ("since", "within"),
    [(date(2026, 3, 2), True), (date(2026, 1, 31), True), (date(2026, 1, 30), False), (date(2026, 3, 3), False)],
)
def test_days_back_from_today_include_the_last_of_them_and_not_tomorrow(since: date, within: bool) -> None:  # noqa: FBT001
    assert fit(rule(RuleField.SINCE, Op.WITHIN_DAYS, 30), since=since) is within
    assert fit(rule(RuleField.SINCE, Op.OLDER_THAN_DAYS, 30), since=since) is (since < date(2026, 1, 31))


def test_all_rules_must_hold_and_no_rules_find_nobody() -> None:
    rules = (rule(RuleField.INDUSTRY, Op.IS, "Retail"), rule(RuleField.OPEN_DEALS, Op.AT_LEAST, 1))
    assert fit(*rules, industry="Retail", open_deals=2)
    assert not fit(*rules, industry="Retail")
    assert not fit()


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        (rule(RuleField.INDUSTRY, Op.AT_LEAST, 3), "rules.0.op"),
        (rule(RuleField.OPEN_DEALS, Op.IS_EMPTY), "rules.0.op"),
        (rule(RuleField.INDUSTRY, Op.IS, ()), "rules.0.value"),
        (rule(RuleField.INDUSTRY, Op.IS, ("x", "  ")), "rules.0.value"),
        (rule(RuleField.INDUSTRY, Op.IS_EMPTY, "x"), "rules.0.value"),
        (rule(RuleField.CONSENT, Op.IS, "maybe"), "rules.0.value"),
        (rule(RuleField.EMPLOYEES, Op.AT_LEAST, "ten"), "rules.0.value"),
        (rule(RuleField.EMPLOYEES, Op.AT_LEAST, -1), "rules.0.value"),
        (rule(RuleField.LIFETIME_VALUE, Op.AT_LEAST, "1.005"), "rules.0.value"),
        (rule(RuleField.SINCE, Op.BEFORE, "2026-02-30"), "rules.0.value"),
        (rule(RuleField.SINCE, Op.WITHIN_DAYS, 40_000), "rules.0.value"),
        (rule(RuleField.SINCE, Op.WITHIN_DAYS, None), "rules.0.value"),
    ],
)
def test_a_rule_that_cannot_be_asked_is_named(asked: Rule, named: str) -> None:
    with pytest.raises(Invalid) as raised:
        check_rules([asked], currency="EUR")
    assert list(raised.value.fields) == [named]
    assert raised.value.fields[named]


def test_more_rules_than_anybody_can_read_are_refused() -> None:
    with pytest.raises(Invalid, match="rules"):
        check_rules([rule(RuleField.INDUSTRY, Op.IS, "Retail")] * (MOST_RULES + 1), currency="EUR")


def test_every_field_of_a_rule_is_a_fact_of_a_customer() -> None:
    assert set(FIELDS) == set(RuleField)
    assert {field.value for field in RuleField} == set(CustomerFacts.__dataclass_fields__)


def test_values_take_the_form_their_comparison_wants() -> None:
    assert rule(RuleField.INDUSTRY, Op.IS, "Retail").value == ("Retail",)
    assert rule(RuleField.EMPLOYEES, Op.AT_LEAST, "12").value == 12
    assert rule(RuleField.SINCE, Op.WITHIN_DAYS, "30").value == 30
    assert rule(RuleField.LIFETIME_VALUE, Op.AT_LEAST, 1200).value == "1200"
    assert rule(RuleField.SINCE, Op.BEFORE, "2026-01-01").value == "2026-01-01"
