"""What a record of another system says, as fields of ours."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexusplanner.application.connections.records import instant_of, read_record
from nexusplanner.application.ports.connections import CrmRecord
from nexusplanner.domain.connections import OUR_FIELDS, CrmObject, FieldMapping
from nexusplanner.domain.customers import Consent
from nexusplanner.domain.shared import Money

AT = datetime(2026, 3, 2, tzinfo=UTC)
SAME = FieldMapping(
    companies={name: name for name in OUR_FIELDS[CrmObject.COMPANIES]},
    customers={name: name for name in OUR_FIELDS[CrmObject.CUSTOMERS]},
    deals={name: name for name in OUR_FIELDS[CrmObject.DEALS]},
)


def read(kind: CrmObject = CrmObject.CUSTOMERS, mapping: FieldMapping = SAME, **values: str) -> dict[str, object]:
    record = CrmRecord(external_id="501", changed_at=AT, values=values)
    found = read_record(record, kind=kind, mapping=mapping, currency="EUR")
    assert found is not None
    return {**found.taken.row, "wrong": [(error.field, error.reason) for error in found.errors]}


def test_values_become_ours() -> None:
    row = read(name=" Ada  Lovelace\n", employees="12", since="2024-05-01T10:00:00.000Z", lifetime_value="12.345")
    assert row["name"] == "Ada Lovelace"
    assert (row["employees"], row["since"], row["lifetime_value"]) == (12, date(2024, 5, 1), Money(1234, "EUR"))
    assert row["wrong"] == []


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("email", "nobody", "is not an e-mail address"),
        ("employees", "many", "is not a number"),
        ("employees", "1.5", "is not a whole number"),
        ("employees", "-1", "is not a whole number"),
        ("since", "yesterday", "is not a day"),
        ("since", "0001-01-01", "is not a day"),
        ("lifetime_value", "-5", "is a negative amount"),
        ("lifetime_value", "NaN", "is not a number"),
        ("industry", "x" * 201, "has more than 200 characters"),
    ],
)
def test_what_cannot_be_read_is_left_empty_and_told(field: str, value: str, reason: str) -> None:
    row = read(name="Ada", **{field: value})
    assert row["wrong"] == [(field, reason)]
    assert not row[field]


def test_nobody_is_left_out_for_want_of_a_name() -> None:
    assert read(email="ada@example.com")["name"] == "ada@example.com"
    assert read()["name"] == "No name (501)"


@pytest.mark.parametrize(
    ("theirs", "value", "consent"),
    [
        ("consent", "Yes", Consent.GIVEN),
        ("consent", "unsubscribed", Consent.REFUSED),
        ("consent", "perhaps", Consent.UNKNOWN),
        ("hs_email_optout", "true", Consent.REFUSED),
        ("hs_email_optout", "false", Consent.UNKNOWN),
        ("HasOptedOutOfEmail", "true", Consent.REFUSED),
        ("Newsletter_Opt_Out__c", "true", Consent.REFUSED),
        ("Newsletter_Opt_Out__c", "false", Consent.UNKNOWN),
    ],
)
def test_who_opted_out_has_refused_and_who_did_not_has_said_nothing(theirs: str, value: str, consent: Consent) -> None:
    mapping = FieldMapping(customers={"name": "name", "consent": theirs})
    assert read(mapping=mapping, name="Ada", **{theirs: value})["consent"] is consent


@pytest.mark.parametrize(
    ("closed", "won", "result"), [("false", "false", None), ("true", "false", False), ("true", "true", True)]
)
def test_a_deal_is_won_or_lost_when_it_is_closed(closed: str, won: str, result: object) -> None:
    assert read(CrmObject.DEALS, name="Deal", closed=closed, won=won)["won"] is result


def test_an_amount_keeps_the_currency_of_its_deal() -> None:
    assert read(CrmObject.DEALS, name="Deal", amount="100", currency="usd")["amount"] == Money(10_000, "USD")
    assert read(CrmObject.DEALS, name="Deal", amount="100")["amount"] == Money(10_000, "EUR")
    assert read(CrmObject.DEALS, name="Deal", amount="100", currency="??")["amount"] is None


def test_an_instant_is_read_in_every_form_vendors_use() -> None:
    expected = datetime(2026, 3, 2, 8, tzinfo=UTC)
    for told in ("2026-03-02T08:00:00Z", "2026-03-02T08:00:00.000+0000", "2026-03-02T09:00:00+01:00", "1772438400000"):
        assert instant_of(told) == expected, told


@given(
    st.sampled_from(list(CrmObject)),
    st.dictionaries(st.sampled_from(sorted(OUR_FIELDS[CrmObject.CUSTOMERS])), st.text()),
)
def test_no_text_keeps_a_record_from_being_read(kind: CrmObject, values: dict[str, str]) -> None:
    row = read(kind, **values)
    name = row["name"]
    assert isinstance(name, str)
    assert 0 < len(name) <= 200
