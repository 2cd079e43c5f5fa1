"""Commands on language models: providers, keys, limits and what they cost."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from nexusplanner.application.settings import models as use_cases
from nexusplanner.application.settings.models import AiChange, KnownAi
from nexusplanner.application.settings.trial import Tried
from nexusplanner.application.settings.usage import UsageReport
from nexusplanner.application.settings.usage import usage as read_usage
from nexusplanner.cli.console import errors, out
from nexusplanner.cli.workspace import Workspace, act
from nexusplanner.domain.ai import Effort, Provider, ProviderKind
from nexusplanner.domain.shared import Invalid
from nexusplanner.domain.spending import Standing, dollars, limit_of

ai = typer.Typer(name="ai", help="Language models: providers, keys, limits and what they cost.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="The provider's name, such as openai.")]
Tenant = Annotated[str, typer.Option("--tenant", help="Short name of a workspace; the default one when not given.")]
Limit = Annotated[str | None, typer.Option(help="US dollars such as 20.00, or none.")]
NO_LIMIT = "none"


@ai.command()
def show(*, tenant: Tenant = "") -> None:
    """Providers in the order they are asked, efforts and limits. Keys are never shown."""
    _print(act(_read, tenant=tenant))


@ai.command("set-provider")
def set_provider(
    name: Name,
    *,
    kind: Annotated[ProviderKind | None, typer.Option(help="The protocol; needed for a new provider.")] = None,
    model: Annotated[str, typer.Option(help="The model for every step.")] = "",
    light: Annotated[str, typer.Option(help="The model for undemanding steps.")] = "",
    standard: Annotated[str, typer.Option(help="The model for most steps.")] = "",
    strong: Annotated[str, typer.Option(help="The model for demanding steps.")] = "",
    base_url: Annotated[str | None, typer.Option(help="The server's address; empty for the provider's own.")] = None,
    region: Annotated[str | None, typer.Option(help="The AWS region of Bedrock.")] = None,
    input_price: Annotated[float | None, typer.Option(help="US dollars per million tokens read.")] = None,
    output_price: Annotated[float | None, typer.Option(help="US dollars per million tokens written.")] = None,
    enabled: Annotated[bool | None, typer.Option("--enabled/--disabled", help="Whether it is asked.")] = None,
    first: Annotated[bool, typer.Option("--first", help="Ask it before the others.")] = False,
    tenant: Tenant = "",
) -> None:
    """Add a provider, or change what is given of one. A new address destroys its key."""
    named = dict(zip(Effort, (light or model, standard or model, strong or model), strict=True))
    given: dict[str, Any] = {"kind": kind, "base_url": base_url, "region": region, "enabled": enabled}
    given |= {"input_price": input_price, "output_price": output_price}
    changes = {field: value for field, value in given.items() if value is not None}

    def change(now: AiChange) -> AiChange:
        old = next((each for each in now.providers if each.name == name), None)
        if old is None and kind is None:
            raise Invalid(f"Say with --kind which protocol {name} speaks: {', '.join(ProviderKind)}.")
        base = old or Provider(name=name, kind=kind or ProviderKind.COMPATIBLE, models={})
        models = {**base.models, **{effort: value for effort, value in named.items() if value}}
        made = replace(base, models=models, **changes)
        others = [each for each in now.providers if each.name != name]
        at = 0 if first else next((i for i, each in enumerate(now.providers) if each.name == name), len(others))
        return replace(now, providers=(*others[:at], made, *others[at:]))

    _print(_change(change, tenant=tenant))


@ai.command("remove-provider")
def remove_provider(name: Name, *, tenant: Tenant = "") -> None:
    """Forget a provider and destroy its key."""

    def change(now: AiChange) -> AiChange:
        kept = tuple(each for each in now.providers if each.name != name)
        if len(kept) == len(now.providers):
            raise Invalid(f"There is no provider {name} in this workspace.")
        return replace(now, providers=kept)

    _print(_change(change, tenant=tenant))


@ai.command("set-key")
def set_key(name: Name, *, tenant: Tenant = "") -> None:
    """Set a provider's key, which is read from the standard input or asked for; an argument would stay in the shell."""
    key = typer.prompt("Key", hide_input=True, err=True) if sys.stdin.isatty() else sys.stdin.read()

    async def use(workspace: Workspace) -> None:
        container = workspace.container
        async with container.units.for_actor(workspace.actor) as uow:
            await use_cases.set_provider_key(uow, name=name, key=key.strip(), now=container.clock.now())

    act(use, tenant=tenant)
    errors.print(f"The key of {escape(name)} is kept, sealed.", highlight=False)


@ai.command("remove-key")
def remove_key(name: Name, *, tenant: Tenant = "") -> None:
    """Destroy a provider's key."""

    async def use(workspace: Workspace) -> None:
        container = workspace.container
        async with container.units.for_actor(workspace.actor) as uow:
            await use_cases.remove_provider_key(uow, name=name, now=container.clock.now())

    act(use, tenant=tenant)
    errors.print(f"{escape(name)} has no key any more.", highlight=False)


@ai.command("test")
def try_(
    name: Name,
    *,
    effort: Annotated[Effort, typer.Option(help="Which of its models to ask.")] = Effort.STANDARD,
    tenant: Tenant = "",
) -> None:
    """Ask a provider one tiny question; it counts as usage."""

    async def use(workspace: Workspace) -> Tried:
        return await workspace.container.tester(workspace.actor, name=name, effort=effort)

    tried = act(use, tenant=tenant)
    if not tried.ok:
        errors.print(f"[bold red]No answer[/] from {escape(tried.model)}: {escape(tried.reason)}", highlight=False)
        raise typer.Exit(1)
    who = tried.model_answered or tried.model
    out.print(f"{escape(who)} answered in {tried.latency_ms} ms for ${dollars(tried.cost)}.", highlight=False)


@ai.command("rules-only")
def rules_only(
    state: Annotated[str, typer.Argument(help="on: no model is asked. off: models are asked again.")],
    *,
    tenant: Tenant = "",
) -> None:
    """Have rules write everything, or models again."""
    if state not in {"on", "off"}:
        raise Invalid("Write on or off.")
    _print(_change(lambda now: replace(now, rules_only=state == "on"), tenant=tenant))


@ai.command()
def limits(*, workspace: Limit = None, user: Limit = None, campaign: Limit = None, tenant: Tenant = "") -> None:
    """Set the most that model calls may cost: of the workspace and of each user a day, and of each campaign."""
    given = {"workspace_per_day": workspace, "user_per_day": user, "campaign": campaign}
    chosen = {name: None if text == NO_LIMIT else limit_of(text) for name, text in given.items() if text is not None}
    _print(_change(lambda now: replace(now, limits=replace(now.limits, **chosen)), tenant=tenant))


@ai.command()
def usage(*, tenant: Tenant = "") -> None:
    """What models cost in the last thirty days, and what is left of today's limits."""

    async def use(workspace: Workspace) -> UsageReport:
        container = workspace.container
        async with container.units.for_actor(workspace.actor) as uow:
            return await read_usage(uow, first=None, last=None, now=container.clock.now())

    report = act(use, tenant=tenant)
    table = Table("model", "calls", "failed", "read", "written", "cost", box=None, pad_edge=False)
    for row in report.models:
        counts = (row.calls, row.failed, row.input_tokens, row.output_tokens)
        table.add_row(escape(f"{row.provider} {row.model}"), *(f"{each:,}" for each in counts), f"${dollars(row.cost)}")
    out.print(table)
    total = report.total
    out.print(f"{report.first} to {report.last}: {total.calls} calls, ${dollars(total.cost)}", highlight=False)
    out.print(f"Today: workspace {_spent(report.workspace)}, you {_spent(report.me)}", highlight=False)
    for alert in report.alerts:
        errors.print(f"{alert.at.date()} {escape(alert.text)}", highlight=False)


async def _read(workspace: Workspace) -> KnownAi:
    async with workspace.container.units.for_actor(workspace.actor) as uow:
        return await use_cases.read_ai_settings(uow)


def _change(make: Callable[[AiChange], AiChange], *, tenant: str) -> KnownAi:
    async def use(workspace: Workspace) -> KnownAi:
        container = workspace.container
        async with container.units.for_actor(workspace.actor) as uow:
            found = (await use_cases.read_ai_settings(uow)).settings
            now = AiChange(
                providers=found.providers, rules_only=found.rules_only, efforts=found.efforts, limits=found.limits
            )
            return await use_cases.save_ai_settings(
                uow, change=make(now), version=found.version, now=container.clock.now()
            )

    return act(use, tenant=tenant)


def _print(known: KnownAi) -> None:
    settings = known.settings
    table = Table("", "provider", "protocol", "models", "key", "where", box=None, pad_edge=False)
    for at, each in enumerate(settings.providers, start=1):
        models = ", ".join(f"{effort}: {model}" for effort, model in each.models.items() if model)
        set_at = known.key_dates.get(each.name)
        key = f"set {set_at:%Y-%m-%d}" if set_at else "none"
        where = each.base_url or each.region
        state = str(at) if each.enabled else "off"
        table.add_row(state, escape(each.name), each.kind, escape(models), key, escape(where))
    if settings.providers:
        out.print(table)
    most = settings.limits
    named = {"workspace a day": most.workspace_per_day, "user a day": most.user_per_day, "campaign": most.campaign}
    told = ", ".join(f"{name} {'none' if each is None else f'${dollars(each)}'}" for name, each in named.items())
    out.print(f"Texts: {escape(known.in_words)}", highlight=False, soft_wrap=True)
    out.print(f"Limits: {told}", highlight=False)
    for warning in known.warnings:
        errors.print(f"[yellow]Look at:[/] {escape(warning)}", highlight=False)


def _spent(standing: Standing) -> str:
    limit = "no limit" if standing.limit is None else f"${dollars(standing.limit)}"
    return f"${dollars(standing.spent)} of {limit}"
