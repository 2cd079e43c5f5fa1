"""What names of stages and addresses of companies say."""

from __future__ import annotations

import pytest

from nexusplanner.domain.companies import domain_in, ended_as


@pytest.mark.parametrize(
    ("stage", "won"),
    [
        ("Closed Won", True),
        ("closedwon", True),
        ("WON - paid", True),
        ("closed_lost", False),
        ("Lost (not interested)", False),
        ("Negotiation", None),
        ("Not won", None),
        ("not closed won", None),
        ("Won't buy", None),
        ("Wonderful fit", None),
        ("Lost, won by a competitor", None),
        ("", None),
    ],
)
def test_a_stage_ends_a_deal_only_when_it_says_so(stage: str, *, won: bool | None) -> None:
    assert ended_as(stage) is won


@pytest.mark.parametrize(
    ("text", "domain"),
    [("https://www.Acme.example/about", "acme.example"), ("www.acme.example", "acme.example"), ("Acme", "acme")],
)
def test_a_domain_is_found_in_an_address(text: str, domain: str) -> None:
    assert domain_in(text) == domain
