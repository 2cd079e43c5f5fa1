"""The steps as pure functions: the same inputs, earlier outputs and answers of models give the same output."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from typing import TypeVar
from uuid import UUID, uuid5

import numpy as np

from nexusplanner.application.agents.coordinator import AgentCoordinator, MakesId, Worked
from nexusplanner.application.agents.outputs import Allocated, Channels, Explained, Ideas, Opportunities
from nexusplanner.application.generation.inputs import Allocating, Flighting, Gathering, Ideating, Rewriting
from nexusplanner.domain.agents import BriefContext, MarketAnalysis
from nexusplanner.domain.shared import RunId

T = TypeVar("T")

INPUTS: Mapping[str, type] = {
    "gather_context": Gathering,
    "ideate": Ideating,
    "allocate": Allocating,
    "flight": Flighting,
    "write_strategies": Rewriting,
}
"""What each step reads from the workspace; steps that are not named read nothing."""

OUTPUTS: Mapping[str, type] = {
    "gather_context": BriefContext,
    "analyse_market": MarketAnalysis,
    "find_opportunities": Opportunities,
    "ideate": Ideas,
    "refine": Ideas,
    "allocate": Allocated,
    "flight": Channels,
    "explain": Explained,
    "write_strategies": Channels,
}
"""What each step hands on."""

NEEDS: Mapping[str, tuple[str, ...]] = {
    "gather_context": (),
    "analyse_market": ("gather_context",),
    "find_opportunities": ("gather_context", "analyse_market"),
    "ideate": ("gather_context", "find_opportunities"),
    "refine": ("gather_context", "ideate"),
    "allocate": (),
    "flight": ("allocate",),
    "explain": ("gather_context", "analyse_market", "find_opportunities", "refine", "allocate", "flight"),
    "write_strategies": ("gather_context",),
}
"""The earlier steps whose outputs each step works on."""


class Earlier:
    """Outputs of earlier steps by name."""

    def __init__(self, outputs: Mapping[str, object]) -> None:
        self._outputs = outputs

    def get(self, step: str, *, kind: type[T]) -> T:
        """What the step handed on. Raises TypeError when that is something else, or nothing."""
        found = self._outputs.get(step)
        if not isinstance(found, kind):
            message = f"The step {step} handed on {type(found).__name__}, not {kind.__name__}."
            raise TypeError(message)
        return found

    @property
    def context(self) -> BriefContext:
        """What was gathered."""
        return self.get("gather_context", kind=BriefContext)


def ids_of(run_id: RunId) -> MakesId:
    """Ids that a run gives to what it makes: the same name has the same id in every repetition."""

    def make_id(name: str) -> UUID:
        return uuid5(run_id, name)

    return make_id


async def make(
    agents: AgentCoordinator, *, step: str, inputs: object | None, earlier: Earlier, ids: MakesId
) -> Worked[object]:
    """Do one step. Raises ValueError for a step that does not fit its inputs."""
    doing: Awaitable[Worked[object]]
    match step, inputs:
        case "gather_context", Gathering():
            doing = agents.gather(inputs.facts, note=inputs.note, disliked=inputs.disliked)
        case "analyse_market", None:
            doing = agents.analyse(earlier.context)
        case "find_opportunities", None:
            doing = agents.find(earlier.context, earlier.get("analyse_market", kind=MarketAnalysis))
        case "ideate", Ideating():
            found = earlier.get("find_opportunities", kind=Opportunities)
            doing = agents.ideate(
                earlier.context, found, count=inputs.count, avoid=inputs.avoid, ids=ids, replaces=inputs.replaces
            )
        case "refine", None:
            doing = agents.refine(earlier.context, earlier.get("ideate", kind=Ideas))
        case "allocate", Allocating():
            doing = agents.allocate(inputs.offer, inputs.known, committed=inputs.committed)
        case "flight", Flighting():
            before = np.array(inputs.before) if inputs.before is not None else None
            beside = np.array(inputs.beside) if inputs.beside else None
            allocated = earlier.get("allocate", kind=Allocated)
            doing = agents.flight(inputs.brief, allocated, before=before, beside=beside, ids=ids)
        case "explain", None:
            doing = agents.explain(
                earlier.context,
                analysis=earlier.get("analyse_market", kind=MarketAnalysis),
                opportunities=earlier.get("find_opportunities", kind=Opportunities),
                ideas=earlier.get("refine", kind=Ideas),
                plans=earlier.get("flight", kind=Channels).plans,
                allocated=earlier.get("allocate", kind=Allocated),
            )
        case "write_strategies", Rewriting():
            doing = agents.write_strategies(earlier.context, Ideas(ideas=inputs.ideas), inputs.plans)
        case _:
            message = f"The step {step} cannot be done on {type(inputs).__name__}."
            raise ValueError(message)
    return await doing
