"""Runs: executions of a durable workflow, with named steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import uuid4

from nexusplanner.domain.shared import BrandId, CampaignId, Conflict, ModelId, RunId, TenantId, UserId


class RunKind(StrEnum):
    """What a run does."""

    GENERATE = "generate"
    REGENERATE_IDEAS = "regenerate_ideas"
    REGENERATE_IDEA = "regenerate_idea"
    REGENERATE_STRATEGIES = "regenerate_strategies"
    REFIT = "refit"
    FETCH_SOURCE = "fetch_source"
    SYNC_CONNECTION = "sync_connection"
    READ_DOCUMENT = "read_document"


PLANNING_KINDS = frozenset(
    {RunKind.GENERATE, RunKind.REGENERATE_IDEAS, RunKind.REGENERATE_IDEA, RunKind.REGENERATE_STRATEGIES}
)
"""Runs that make or change a plan."""


class RunState(StrEnum):
    """Where a run stands."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


RUN_TRANSITIONS: Mapping[RunState, frozenset[RunState]] = {
    RunState.QUEUED: frozenset({RunState.RUNNING, RunState.FAILED, RunState.CANCELLED}),
    RunState.RUNNING: frozenset({RunState.SUCCEEDED, RunState.FAILED, RunState.CANCELLED}),
    RunState.FAILED: frozenset({RunState.QUEUED}),
    RunState.SUCCEEDED: frozenset(),
    RunState.CANCELLED: frozenset({RunState.QUEUED}),
}

STEPS: Mapping[RunKind, tuple[str, ...]] = {
    RunKind.GENERATE: (
        "gather_context",
        "analyse_market",
        "find_opportunities",
        "ideate",
        "refine",
        "allocate",
        "flight",
        "explain",
        "save",
    ),
    RunKind.REGENERATE_IDEAS: ("gather_context", "analyse_market", "find_opportunities", "ideate", "refine", "save"),
    RunKind.REGENERATE_IDEA: ("gather_context", "analyse_market", "find_opportunities", "ideate", "refine", "save"),
    RunKind.REGENERATE_STRATEGIES: ("gather_context", "write_strategies", "save"),
    RunKind.REFIT: ("load_history", "fit", "score", "compare", "save_model"),
    RunKind.FETCH_SOURCE: ("fetch", "sort_in"),
    RunKind.SYNC_CONNECTION: ("read_companies", "read_customers", "read_deals", "read_deletions", "summarise"),
    RunKind.READ_DOCUMENT: ("fetch", "parse", "index"),
}


class StepState(StrEnum):
    """Where a step stands."""

    PENDING = "pending"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class Step:
    """A named step of a run. detail: what it found, in words. provider: who wrote its texts, where it wrote any."""

    name: str
    state: StepState = StepState.PENDING
    detail: str = ""
    provider: str = ""
    started_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class PartialIdea:
    """An idea that is still being written."""

    theme: str
    description: str


@dataclass(eq=False, kw_only=True)
class Run:
    """One execution of a durable workflow.

    request: what was asked, JSON-able, never changed. attempts: the fencing token, which grows whenever a worker
    starts the run or a user retries it; what holders of an older one write is refused. steps: in order of execution.
    campaign_id: the campaign it makes or changes, known when it is saved. model_id: the model version it made.
    partial: ideas as far as they are written, while a step writes them.
    """

    id: RunId = field(default_factory=lambda: RunId(uuid4()))
    tenant_id: TenantId
    brand_id: BrandId | None = None
    user_id: UserId
    kind: RunKind
    state: RunState = RunState.QUEUED
    request: Mapping[str, Any]
    campaign_id: CampaignId | None = None
    model_id: ModelId | None = None
    steps: tuple[Step, ...] = ()
    partial: tuple[PartialIdea, ...] = ()
    attempts: int = 0
    error: str = ""
    retryable: bool = False
    created_at: datetime
    started_at: datetime | None = None
    ended_at: datetime | None = None

    def __post_init__(self) -> None:
        if not self.steps:
            self.steps = tuple(Step(name=name) for name in STEPS[self.kind])

    @property
    def progress(self) -> float:
        """Share of steps done, 0 to 1."""
        return sum(step.state is StepState.DONE for step in self.steps) / len(self.steps)

    @property
    def active(self) -> bool:
        """Whether the run may still change by itself."""
        return self.state in {RunState.QUEUED, RunState.RUNNING}

    def _move(self, state: RunState) -> None:
        if state not in RUN_TRANSITIONS[self.state]:
            raise Conflict(f"A run that is {self.state} cannot become {state}.", code="RUN_STATE")
        self.state = state

    def start(self, *, at: datetime) -> None:
        """A worker begins, or another takes over what a lost one left."""
        if self.state is not RunState.RUNNING:
            self._move(RunState.RUNNING)
        self.attempts += 1
        self.started_at, self.partial = self.started_at or at, ()

    def succeed(self, *, at: datetime, campaign_id: CampaignId | None = None, model_id: ModelId | None = None) -> None:
        """Everything is saved. What a run made stays named when it is left out here."""
        self._move(RunState.SUCCEEDED)
        self.campaign_id = campaign_id or self.campaign_id
        self.model_id = model_id or self.model_id
        self.ended_at = at

    def fail(self, *, error: str, retryable: bool, at: datetime) -> None:
        """The run ends with a message a user can act on; finished steps are kept."""
        self._move(RunState.FAILED)
        self.error, self.retryable, self.ended_at, self.partial = error, retryable, at, ()

    def cancel(self, *, at: datetime) -> None:
        """A user stops the run; finished steps are kept."""
        self._move(RunState.CANCELLED)
        self.ended_at, self.retryable = at, True
        self._forget_unfinished()

    def retry(self) -> None:
        """Queue the run again; finished steps are not repeated.

        Raises: Conflict unless it failed in a way that may pass (`retryable`) or was cancelled.
        """
        if self.state is RunState.FAILED and not self.retryable:
            raise Conflict(
                "Trying this run again would fail again. Correct what it says and start a new one.",
                code="RUN_NOT_RETRYABLE",
            )
        self._move(RunState.QUEUED)
        self._forget_unfinished()
        self.attempts += 1
        self.error, self.started_at, self.ended_at, self.retryable = "", None, None, False

    def _forget_unfinished(self) -> None:
        self.steps = tuple(step if step.state is StepState.DONE else Step(name=step.name) for step in self.steps)
        self.partial = ()

    def step(self, name: str) -> Step:
        """The step of this name. Raises KeyError when the run has none."""
        for step in self.steps:
            if step.name == name:
                return step
        raise KeyError(name)

    def mark(self, name: str, *, state: StepState, at: datetime, detail: str = "", provider: str = "") -> None:
        """Note where a step stands now; what was half written belongs to the step before or the try before."""
        step, self.partial = self.step(name), ()
        ended = at if state in {StepState.DONE, StepState.FAILED} else None
        marked = replace(
            step,
            state=state,
            detail=detail or step.detail,
            provider=provider or step.provider,
            started_at=step.started_at or at,
            ended_at=ended,
        )
        self.steps = tuple(marked if each.name == name else each for each in self.steps)
