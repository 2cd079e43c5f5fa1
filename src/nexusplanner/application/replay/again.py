"""Runs made again from what was kept of them: every step must give the same bytes."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from nexusplanner.application.agents.coordinator import Worked
from nexusplanner.application.agents.decided import Record
from nexusplanner.application.agents.ideation import IdeationServices
from nexusplanner.application.generation.assembling import PLAN_STEPS, assembled
from nexusplanner.application.generation.making import INPUTS, NEEDS, OUTPUTS, Earlier, ids_of, make
from nexusplanner.application.generation.steps import AgentsOver, as_filed
from nexusplanner.application.ledger.decisions import record_step
from nexusplanner.application.models.recorded_desk import RecordedDesk
from nexusplanner.application.origins import PERSON
from nexusplanner.application.ports.models import AnswerReader
from nexusplanner.application.ports.replay import Recording, Seal
from nexusplanner.application.ports.unit_of_work import Clock, UnitOfWork, UnitsOfWork
from nexusplanner.domain.identity import Actor, Permission
from nexusplanner.domain.runs import PLANNING_KINDS, Run, RunKind, RunState
from nexusplanner.domain.shared import Conflict, RunId

PLAN = "save"
"""The step under which the hash of a new plan is recorded."""


class NotReplayable(Conflict):
    """The run cannot be made again from what was kept of it; the message says why."""

    code = "RUN_NOT_REPLAYABLE"


@dataclass(frozen=True, kw_only=True)
class ReplayedStep:
    """One step made again. sha256, recorded_sha256: of the canonical bytes of its output now and then.

    differences: in words, what was not as it was recorded; empty when nothing was.
    """

    step: str
    sha256: str
    recorded_sha256: str
    differences: tuple[str, ...] = ()

    @property
    def identical(self) -> bool:
        """Whether everything is as it was recorded, to the byte."""
        return self.sha256 == self.recorded_sha256 and not self.differences


@dataclass(frozen=True, kw_only=True)
class Replayed:
    """A run made again. releases: those that did its steps. release: the one that did them now."""

    run_id: RunId
    steps: tuple[ReplayedStep, ...]
    releases: tuple[str, ...]
    release: str

    @property
    def identical(self) -> bool:
        """Whether every step gave the same bytes."""
        return all(step.identical for step in self.steps)

    @property
    def text(self) -> str:
        """The result in words."""
        if self.identical:
            return f"All {len(self.steps)} steps gave the same bytes."
        first = next(step for step in self.steps if not step.identical)
        named = first.step.replace("_", " ")
        count = sum(not step.identical for step in self.steps)
        told = f"{count} of {len(self.steps)} steps differ, the first: {named}"
        why = f" ({'; '.join(first.differences)})" if first.differences else ""
        return f"{told}{why}.{self._other_release}"

    @property
    def _other_release(self) -> str:
        others = [each for each in self.releases if each != self.release]
        if not others:
            return ""
        return f" The run was made by release {', '.join(others)}, this is {self.release}: rules and data may differ."


@dataclass(frozen=True, kw_only=True)
class KeptRun:
    """All that is kept of a run: what its steps were given, handed on and were answered."""

    run: Run
    steps: tuple[str, ...]
    inputs: Mapping[str, object | None]
    outputs: Mapping[str, object]
    recordings: Mapping[str, Recording]
    releases: tuple[str, ...] = field(default=())


async def load_kept(uow: UnitOfWork, run_id: RunId) -> KeptRun:
    """Everything that is kept of a run. Raises: NotFound, NotReplayable, StepUnreadable."""
    run = await uow.runs.get(run_id)
    recordings = {each.step: each for each in await uow.recordings.of_run(run)}
    steps = tuple(step.name for step in run.steps if step.name in OUTPUTS)
    require_replayable(run, steps=steps, recordings=recordings)
    return KeptRun(
        run=run,
        steps=steps,
        inputs={
            step: await uow.recordings.inputs(run, step=step, kind=INPUTS[step]) if step in INPUTS else None
            for step in steps
        },
        outputs={step: await uow.runs.output(run, step=step, kind=OUTPUTS[step]) for step in steps},
        recordings=recordings,
        releases=tuple(sorted({each.release for each in recordings.values()})),
    )


def require_replayable(run: Run, *, steps: Sequence[str], recordings: Mapping[str, Recording]) -> None:
    """Raise NotReplayable unless all that replay needs was kept."""
    if run.kind is RunKind.REFIT:
        raise NotReplayable(
            "A refit is not replayed: its model is named by the hash of its input, and refitting the same input gives "
            "the same model, which is filed once."
        )
    if run.kind not in PLANNING_KINDS:
        raise NotReplayable("Only runs that made or changed a plan can be replayed; this one brought facts in.")
    if run.state is not RunState.SUCCEEDED:
        raise NotReplayable(f"The run is {run.state.value}: only a run that succeeded can be replayed.")
    missing = [step for step in steps if step not in recordings]
    if missing:
        raise NotReplayable("The run was made before the inputs of its steps were kept, so it cannot be replayed.")


class Replayer:
    """Makes runs again in memory; writes nothing but a note in the ledger."""

    def __init__(
        self,
        *,
        units: UnitsOfWork,
        agents: AgentsOver,
        ideation: IdeationServices,
        reader: AnswerReader,
        seal: Seal,
        clock: Clock,
        release: str,
    ) -> None:
        self._units = units
        self._agents_over = agents
        self._ideation = ideation
        self._reader = reader
        self._seal = seal
        self._clock = clock
        self._release = release

    async def replay(self, actor: Actor, *, run_id: RunId) -> Replayed:
        """Make every step again from its kept inputs and answers, and compare the bytes.

        Raises: Forbidden, NotFound, NotReplayable, StepUnreadable.
        """
        actor.require(Permission.PLAN)
        async with self._units.for_actor(actor) as uow:
            kept = await load_kept(uow, run_id)
        replayed = await asyncio.to_thread(asyncio.run, self._all_steps(kept))
        async with self._units.for_actor(actor) as uow:
            run = await uow.runs.get(run_id)
            await record_step(uow, _record(replayed, actor=actor), run=run, step="replay", now=self._clock.now())
        return replayed

    async def _all_steps(self, kept: KeptRun) -> Replayed:
        """Done in a thread, because it computes for seconds and asks nobody."""
        steps, made = [], {}
        for step in kept.steps:
            desk = RecordedDesk(kept.recordings[step].answers, reader=self._reader)
            worked = await self._made(kept, step=step, desk=desk)
            made[step] = worked.output
            steps.append(self._compared(kept, step=step, output=worked.output, differences=desk.differences))
        if PLAN in kept.recordings and set(PLAN_STEPS) <= set(kept.steps):
            steps.append(self._plan(kept, made=made))
        return Replayed(run_id=kept.run.id, steps=tuple(steps), releases=kept.releases, release=self._release)

    async def _made(self, kept: KeptRun, *, step: str, desk: RecordedDesk) -> Worked[object]:
        agents = self._agents_over(self._ideation.over(desk))
        earlier = Earlier({name: kept.outputs[name] for name in NEEDS[step]})
        worked = await make(agents, step=step, inputs=kept.inputs[step], earlier=earlier, ids=ids_of(kept.run.id))
        return as_filed(worked, kept=kept.outputs[step])

    def _compared(self, kept: KeptRun, *, step: str, output: object, differences: Sequence[str]) -> ReplayedStep:
        recording = kept.recordings[step]
        sealed = recording.sealed
        found = list(differences)
        if not recording.intact:
            found.append("the kept inputs are not those that were recorded")
        if self._seal(kept.outputs[step]) != sealed.output:
            found.append("the kept output is not the one that was recorded")
        return ReplayedStep(
            step=step, sha256=self._seal(output), recorded_sha256=sealed.output, differences=tuple(found)
        )

    def _plan(self, kept: KeptRun, *, made: Mapping[str, object]) -> ReplayedStep:
        plan = assembled(kept.run.id, earlier=Earlier(made))
        return ReplayedStep(step=PLAN, sha256=self._seal(plan), recorded_sha256=kept.recordings[PLAN].sealed.output)


def _record(replayed: Replayed, *, actor: Actor) -> Record:
    return Record(
        agent="replay",
        agent_version="1",
        origin=PERSON,
        summary=f"Replayed the run. {replayed.text}",
        inputs={"user": str(actor.user_id), **{step.step: step.recorded_sha256 for step in replayed.steps}},
        output={"identical": replayed.identical, **{step.step: step.sha256 for step in replayed.steps}},
    )
