"""The plan that the outputs of a run's steps make together."""

from __future__ import annotations

from nexusplanner.application.agents.outputs import Allocated, Channels, Explained, Ideas
from nexusplanner.application.agents.solving.standing import about
from nexusplanner.application.generation.making import Earlier
from nexusplanner.domain.campaigns import Plan
from nexusplanner.domain.shared import RunId

PLAN_STEPS = ("gather_context", "refine", "allocate", "flight", "explain")
"""The steps whose outputs a new plan is made of."""


def assembled(run_id: RunId, *, earlier: Earlier) -> Plan:
    """The plan of a run that made one anew. Raises TypeError when an output of `PLAN_STEPS` is missing."""
    context = earlier.context
    allocated = earlier.get("allocate", kind=Allocated)
    explained = earlier.get("explain", kind=Explained)
    model = allocated.model
    plan = Plan(
        ideas=earlier.get("refine", kind=Ideas).ideas,
        channel_plans=explained.plans,
        certificate=allocated.allocation.certificate,
        flight_certificate=earlier.get("flight", kind=Channels).certificate,
        expected_outcome=allocated.allocation.expected_outcome,
        outcome_name=context.brand.outcome_name,
        outcome_is_money=context.brand.outcome_is_money,
        explanation=explained.explanation,
        evidence=(),
        model={"run_id": str(run_id), **about(model)},
    )
    return plan.citing(context.passages)
