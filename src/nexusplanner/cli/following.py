"""Following a run on the terminal."""

from __future__ import annotations

from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn

from nexusplanner.cli.console import errors
from nexusplanner.cli.workspace import Workspace
from nexusplanner.domain.runs import Run, StepState


async def follow(workspace: Workspace, run: Run) -> Run:
    """The run at its end; its steps are shown meanwhile."""
    container = workspace.container
    bar = Progress(SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), console=errors, transient=True)
    with bar:
        task = bar.add_task("Waiting", total=len(run.steps))
        async for _ in container.events.follow(tenant_id=run.tenant_id, run_id=run.id):
            async with container.units.for_actor(workspace.actor) as uow:
                run = await uow.runs.get(run.id)
            done = sum(step.state is StepState.DONE for step in run.steps)
            now = next((step.name for step in run.steps if step.state is StepState.RUNNING), "")
            bar.update(task, completed=done, description=now.replace("_", " ").capitalize() or "Working")
            if not run.active:
                break
    return run
