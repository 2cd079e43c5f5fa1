from __future__ import annotations

import json
from typing import Any

import pytest

from nexusplanner.application.allocation_files import InvalidDocument, allocate_document
from nexusplanner.domain.planning.allocation.problem import InfeasibleAllocation
from nexusplanner.domain.shared import Invalid


def problem(**changes: Any) -> dict[str, Any]:
    tv = {
        "name": "tv",
        "curve": {"kind": "hill", "scale": 2.1e6, "half": 4e5, "slope": 1.7},
        "min": 0,
        "max": 600_000,
    }
    search = {"name": "search", "curve": {"kind": "hill", "scale": 9e5, "half": 1e5, "slope": 0.8}}
    return {"budget": 1_000_000, "channels": [tv, search], **changes}


def with_tv(**changes: Any) -> dict[str, Any]:
    document = problem()
    document["channels"][0] |= changes
    return document


def solve(document: object, **options: Any) -> Any:
    return json.loads(json.dumps(allocate_document(document, **{"unit": "exact", **options}), allow_nan=False))


def test_one_problem_gives_one_result() -> None:
    result = solve(problem())
    assert set(result["allocation"]) == {"tv", "search"}
    assert sum(result["allocation"].values()) == pytest.approx(1_000_000)
    assert result["gap"] == pytest.approx((result["upper_bound"] - result["value"]) / result["value"], abs=1e-15)
    assert 0 <= result["gap"] <= 1e-6
    assert result["binding"] == [{"channel": "tv", "limit": "max"}]
    assert result["shadow_price"] > 0
    assert result["seconds"] > 0


def test_cents_are_whole_and_sum_exactly() -> None:
    result = solve(problem(budget=777_777.77), unit="cents")
    cents = [amount * 100 for amount in result["allocation"].values()]
    assert cents == pytest.approx([round(amount) for amount in cents], abs=1e-6)
    assert sum(round(amount) for amount in cents) == 77_777_777
    assert result["gap"] <= 1e-6


def test_a_missing_max_is_the_budget_and_a_missing_min_is_nothing() -> None:
    alone = solve(
        {"budget": 5, "channels": [{"name": "a", "curve": {"kind": "hill", "scale": 1, "half": 1, "slope": 1}}]}
    )
    assert alone["allocation"] == {"a": 5.0}


def test_mean_curves_are_given_as_lists_of_draws() -> None:
    curve = {"kind": "mean_hill", "scale": [1.8e6, 2.4e6], "half": [3e5, 6e5], "slope": [1.2, 2.6]}
    assert solve(with_tv(curve=curve))["gap"] <= 1e-6


def test_a_list_is_answered_in_order_and_each_failure_stays_alone() -> None:
    good, infeasible, malformed, last = solve(
        [problem(), with_tv(min=600_001), problem(budget="much"), problem(budget=1)]
    )
    assert good["gap"] <= 1e-6
    assert infeasible["error"]["fields"] == {
        "channels[0].min": "600,001.00 is above the max of 600,000.00; change one of them"
    }
    assert malformed["error"]["fields"] == {"budget": "must be a number, not 'much'"}
    assert sum(last["allocation"].values()) == pytest.approx(1)


def test_money_left_over_is_explained() -> None:
    document = problem()
    document["channels"] = document["channels"][:1]
    assert solve(document)["unspent"] == {"amount": 400_000.0, "reason": "every channel is at its maximum"}


def test_nothing_to_gain_has_no_gap() -> None:
    result = solve(problem(budget=0))
    assert (result["value"], result["upper_bound"], result["gap"]) == (0, 0, 0)


def test_minimums_above_the_budget_raise_with_names_and_sums() -> None:
    with pytest.raises(InfeasibleAllocation, match=r"add up to 500,000\.00.*tv 500,000\.00"):
        allocate_document(with_tv(min=500_000) | {"budget": 400_000}, unit="exact")


@pytest.mark.parametrize(
    ("document", "path", "message"),
    [
        ("text", "problem", "must be a JSON object"),
        ({"budget": 1}, "problem", "lacks channels"),
        (problem(currency="EUR"), "problem", "unknown keys: currency"),
        (problem(budget=-1), "budget", "0 or more"),
        (problem(budget=float("nan")), "budget", "finite"),
        (problem(budget=float("inf")), "budget", "finite"),
        (problem(budget=10**400), "budget", "finite"),
        (problem(budget=True), "budget", "must be a number"),
        (problem(channels=[]), "channels", "at least one channel"),
        (problem(channels={"tv": {}}), "channels", "must be a list"),
        (problem(channels=[1]), "channels[0]", "must be a JSON object"),
        (with_tv(name=""), "channels[0].name", "not empty"),
        (with_tv(name="search"), "channels[1].name", "used twice"),
        (with_tv(cap=3), "channels[0]", "unknown keys: cap; known are curve, max, min, name"),
        (with_tv(max=None), "channels[0].max", "must be a number"),
        (with_tv(curve=None), "channels[0].curve", "must be a JSON object"),
        (with_tv(curve={"kind": "hill", "scale": 1, "half": 1}), "channels[0].curve", "lacks slope"),
        (with_tv(curve={"kind": "log", "scale": 1, "half": 1, "slope": 1}), "channels[0].curve.kind", "not 'log'"),
        (with_tv(curve={"kind": "hill", "scale": 1, "half": 0, "slope": 1}), "channels[0].curve.half", "above 0"),
        (
            with_tv(curve={"kind": "mean_hill", "scale": [1, 2], "half": [1], "slope": [1]}),
            "channels[0].curve",
            "same number of draws",
        ),
        (
            with_tv(curve={"kind": "mean_hill", "scale": [], "half": [1], "slope": [1]}),
            "channels[0].curve.scale",
            "at least one number",
        ),
        (
            with_tv(curve={"kind": "mean_hill", "scale": [1], "half": [-1], "slope": [1]}),
            "channels[0].curve.half[0]",
            "above 0",
        ),
    ],
)
def test_a_document_that_is_no_problem_is_refused_at_its_field(document: object, path: str, message: str) -> None:
    with pytest.raises(InvalidDocument) as caught:
        allocate_document(document, unit="exact")
    assert list(caught.value.fields) == [path]
    assert message in caught.value.fields[path]


def test_every_refusal_is_of_one_kind() -> None:
    with pytest.raises(Invalid):
        allocate_document(problem(budget=-1), unit="exact")


def drawn(name: str, *, spread: float) -> dict[str, Any]:
    """A channel whose curve is known as three draws."""
    scale = [9e5 * (1 - spread), 9e5, 9e5 * (1 + spread)]
    return {"name": name, "curve": {"kind": "mean_hill", "scale": scale, "half": [1e5] * 3, "slope": [1.0] * 3}}


def test_groups_limit_several_channels_together() -> None:
    group = {"name": "screen", "channels": ["tv"], "max_share": 0.25, "min": 10}
    for unit in ("exact", "cents"):
        result = solve(problem(groups=[group]), unit=unit)
        assert result["allocation"]["tv"] == pytest.approx(250_000)
        (held,) = [each for each in result["binding"] if "group" in each]
        assert (held["group"], held["limit"]) == ("screen", "max")
        assert held["price"] > 0


def test_the_least_spend_for_an_outcome_is_proven() -> None:
    for unit in ("exact", "cents"):
        result = solve(problem(goal={"kind": "least_spend", "outcome": 1e6}), unit=unit)
        spent = sum(result["allocation"].values())
        assert result["value"] >= 1e6 * (1 - 1e-9)
        assert result["goal"]["reached"] is True
        assert spent * (1 - 1e-5) <= result["goal"]["least_possible"] <= spent * (1 + 1e-9)
        assert result["unspent"]["amount"] == pytest.approx(1_000_000 - spent)
        assert result["unspent"]["reason"]
    far = solve(problem(goal={"kind": "least_spend", "outcome": 1e9}))
    assert far["goal"]["reached"] is False
    assert sum(far["allocation"].values()) == pytest.approx(1_000_000)


def test_spending_stops_at_a_floor() -> None:
    result = solve(problem(goal={"kind": "marginal_floor", "floor": 0.8}), unit="cents")
    assert 0 < sum(result["allocation"].values()) < 1_000_000
    assert result["goal"]["net_bound"] >= result["goal"]["net"]
    assert result["gap"] <= 1e-5


def test_the_worst_cases_can_count() -> None:
    channels = [drawn("sure", spread=0.05), drawn("wild", spread=0.9)]
    usual = solve({"budget": 200_000, "channels": channels})
    careful = solve({"budget": 200_000, "channels": channels, "goal": {"risk": "cvar", "level": 0.34}}, unit="cents")
    assert careful["allocation"]["wild"] < usual["allocation"]["wild"]
    assert careful["value"] < usual["value"]
    assert careful["upper_bound"] >= careful["value"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"groups": {}}, "groups"),
        ({"groups": [{"name": "g", "channels": ["tv"]}]}, "groups[0]"),
        ({"groups": [{"name": "", "channels": ["tv"], "max": 1}]}, "groups[0].name"),
        ({"groups": [{"name": "g", "channels": "tv", "max": 1}]}, "groups[0].channels"),
        ({"groups": [{"name": "g", "channels": ["tv"], "max_share": 2}]}, "groups[0].max_share"),
        ({"groups": [{"name": "g", "channels": ["tv"], "min": 5, "max": 1}]}, "groups[0]"),
        ({"groups": [{"name": "g", "channels": ["radio"], "max": 1}]}, "groups"),
        ({"groups": [{"name": "tv", "channels": ["search"], "max": 1}]}, "groups"),
        ({"goal": {"kind": "fame"}}, "goal.kind"),
        ({"goal": {"kind": "least_spend"}}, "goal.outcome"),
        ({"goal": {"outcome": 5}}, "goal.outcome"),
        ({"goal": {"kind": "marginal_floor"}}, "goal.floor"),
        ({"goal": {"kind": "least_spend", "outcome": 5, "risk": "cvar"}}, "goal.risk"),
        ({"goal": {"risk": "cvar"}}, "goal.risk"),
        ({"goal": {"level": 1.5}}, "goal.level"),
    ],
)
def test_groups_and_goals_name_what_to_correct(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidDocument) as refusal:
        allocate_document(problem(**changes), unit="exact")
    assert field in refusal.value.fields
