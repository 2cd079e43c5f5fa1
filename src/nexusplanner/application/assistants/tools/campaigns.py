"""Read tools on the campaigns of the workspace."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from nexusplanner.application.assistants.findings import Fact, Findings, NotKnown
from nexusplanner.application.assistants.names import NameKind
from nexusplanner.application.assistants.scene import Scene
from nexusplanner.application.assistants.words import between, counted, day, figure, listed, money, percent
from nexusplanner.application.ports.reads import PAGE_SIZE_MAX
from nexusplanner.application.ports.rows import CampaignRow, RunRow
from nexusplanner.domain.campaigns import CampaignStatus
from nexusplanner.domain.identity import Permission
from nexusplanner.domain.measurement import ModelState
from nexusplanner.domain.runs import RunState
from nexusplanner.domain.sessions import Topic
from nexusplanner.domain.shared import Money, total

SHOWN = 8
SOON = timedelta(days=21)
STATUS_WORDS = {
    CampaignStatus.DRAFT: ("draft", "drafts", "unfinished"),
    CampaignStatus.IN_REVIEW: ("review", "reviewed", "reviewing"),
    CampaignStatus.APPROVED: ("approved",),
    CampaignStatus.ACTIVE: ("active", "running", "live"),
    CampaignStatus.PAUSED: ("paused",),
    CampaignStatus.COMPLETED: ("completed", "finished", "past", "done", "ended", "old", "earlier"),
    CampaignStatus.CANCELLED: ("cancelled", "canceled"),
}
STATUS_NAMES = {status: status.value.replace("_", " ") for status in CampaignStatus}


def campaign_fact(row: CampaignRow) -> Fact:
    """A campaign of the list in one sentence."""
    expected = ""
    if row.expected is not None and row.outcome_name:
        unit = f"{row.budget.currency} of {row.outcome_name}" if row.outcome_is_money else row.outcome_name
        expected = f", with {figure(row.expected.mean)} {unit} expected {between(row.expected)}"
    return Fact(
        id=f"campaign:{row.id}",
        title=row.name,
        text=(
            f"“{row.name}” for {row.service_name} ({row.brand_name}) is {_is(row.status)} and runs from"
            f" {day(row.start_date)} to {day(row.end_date)} on a budget of {money(row.budget)}{expected}."
        ),
        url=f"/campaigns/{row.id}",
    )


def _is(status: CampaignStatus) -> str:
    """The status after "is"."""
    return "a draft" if status is CampaignStatus.DRAFT else STATUS_NAMES[status]


def _asked_statuses(scene: Scene) -> tuple[CampaignStatus, ...]:
    said = {*scene.words}
    return tuple(status for status, words in STATUS_WORDS.items() if said & {*words})


def _rows(scene: Scene) -> tuple[Sequence[CampaignRow], str, str]:
    """The campaigns a question is about; of which status and whose they are, in words."""
    statuses, brand = _asked_statuses(scene), scene.named_brand
    service = scene.service if scene.keys(NameKind.SERVICE) else None
    rows: Sequence[CampaignRow] = scene.names.campaigns
    if statuses:
        rows = [row for row in rows if row.status in statuses]
    if service is not None:
        rows = [row for row in rows if row.service_id == service.id]
    elif brand is not None:
        rows = [row for row in rows if row.brand_id == brand.id]
    owner = f" of {service.name}" if service else f" of {brand.name}" if brand else ""
    return rows, listed([STATUS_NAMES[status] for status in statuses]).replace(" and ", " or "), owner


def _count_fact(scene: Scene) -> Fact:
    rows = scene.names.campaigns
    parts = [
        counted(sum(row.status is status for row in rows), STATUS_NAMES[status], STATUS_NAMES[status])
        for status in CampaignStatus
        if any(row.status is status for row in rows)
    ]
    told = f"The workspace has {counted(len(rows), 'campaign')}: {listed(parts)}." if parts else ""
    return Fact(
        id="workspace:campaigns",
        title="Campaigns by status",
        text=told or "The workspace has no campaigns.",
        url="/campaigns",
    )


async def list_campaigns(scene: Scene) -> Findings:
    """Which campaigns there are, by status, brand or service."""
    rows, kind, owner = _rows(scene)
    all_of_them = _count_fact(scene)
    if not rows:
        return Findings(
            lead=f"No campaign{owner} is {kind} now." if kind else f"There is no campaign{owner} yet.",
            behind=(all_of_them,),
            close=all_of_them.text,
        )
    points = tuple(campaign_fact(row) for row in rows[:SHOWN])
    named = f"{counted(len(rows), f'{kind} campaign'.strip())}{owner}"
    count = Fact(
        id="workspace:found",
        title="Campaigns found",
        text=f"{named[0].upper()}{named[1:]} {'is' if len(rows) == 1 else 'are'} in the workspace.",
        url="/campaigns",
    )
    more = "The page Campaigns lists the rest." if len(rows) > SHOWN else ""
    topic = Topic(campaign_id=rows[0].id) if len(rows) == 1 else Topic()
    return Findings(lead=count.text, points=points, behind=(count, all_of_them), close=more, topic=topic)


async def campaign_status(scene: Scene) -> Findings:
    """Where one campaign stands, and when it runs."""
    campaign = await scene.campaign()
    row = scene.names.campaign(campaign.id)
    if row is None:
        raise NotKnown(f"“{campaign.name}” was deleted. Restore it first.")
    fact = campaign_fact(row)
    today, dates = scene.now.date(), campaign.brief.dates
    if today < dates.start:
        when = f"It starts in {counted((dates.start - today).days, 'day')}."
    elif today <= dates.end:
        when = f"It has {counted((dates.end - today).days, 'day')} left."
    else:
        when = f"It ended {counted((today - dates.end).days, 'day')} ago."
    length = Fact(
        id=f"dates:{campaign.id}",
        title=f"Dates of {campaign.name}",
        text=f"“{campaign.name}” lasts {counted(dates.days, 'day')}. {when}",
        url=fact.url,
    )
    supported = Fact(
        id=f"support:{campaign.id}",
        title=f"Sources of {campaign.name}",
        text=(
            f"{percent(row.supported_share)} of what its {counted(row.ideas, 'idea')} assert is supported by a source."
            if row.supported_share is not None
            else "It has no plan yet."
        ),
        url=fact.url,
    )
    return Findings(
        lead=f"“{campaign.name}” is {_is(campaign.status)}. {when}",
        points=(fact, supported),
        behind=(length,),
        topic=Topic(campaign_id=campaign.id, service=str(campaign.brief.service_id)),
    )


async def campaign_budgets(scene: Scene) -> Findings:
    """How much money the campaigns have, one by one and together."""
    rows, kind, owner = _rows(scene)
    if not rows:
        return Findings(
            lead=f"There is no {kind} campaign{owner}, so there is no budget.", behind=(_count_fact(scene),)
        )
    sums = [
        total((row.budget for row in rows if row.budget.currency == currency), currency=currency)
        for currency in dict.fromkeys(row.budget.currency for row in rows)
    ]
    number = counted(len(rows), f"{kind} campaign".strip())
    whole = Fact(
        id="workspace:budget",
        title="Budgets together",
        text=f"The budgets of {number}{owner} come to {listed(map(money, sums))} together.",
        url="/campaigns",
    )
    largest = sorted(rows, key=lambda row: -row.budget.amount)
    points = tuple(
        Fact(
            id=f"campaign:{row.id}",
            title=row.name,
            text=f"“{row.name}” ({STATUS_NAMES[row.status]}) has {money(row.budget)}.",
            url=f"/campaigns/{row.id}/budget",
        )
        for row in largest[:SHOWN]
    )
    return Findings(lead=whole.text, points=points, behind=(whole,))


async def needs_me(scene: Scene) -> Findings:
    """What waits for a decision or goes wrong."""
    points = [*_waiting(scene), *await _runs(scene), *await _models(scene)]
    if not points:
        calm = _count_fact(scene)
        return Findings(lead="Nothing waits for you just now.", behind=(calm,), close=calm.text)
    lead = "One thing needs you." if len(points) == 1 else "These need you, the most urgent first."
    return Findings(lead=lead, points=tuple(points[:SHOWN]))


def _waiting(scene: Scene) -> list[Fact]:
    approves = Permission.APPROVE in scene.uow.actor.permissions
    today, found = scene.now.date(), []
    for row in scene.names.campaigns:
        url = f"/campaigns/{row.id}"
        starts = f"It starts on {day(row.start_date)}."
        if row.status is CampaignStatus.IN_REVIEW and approves:
            text = f"“{row.name}” waits for approval. {starts}"
        elif row.status is CampaignStatus.APPROVED and row.start_date <= today:
            text = f"“{row.name}” is approved and should have started on {day(row.start_date)}; it is not active."
        elif row.status is CampaignStatus.DRAFT and row.expected is None:
            text = f"“{row.name}” is a draft without a plan. {starts}"
        elif row.status is CampaignStatus.DRAFT and (row.supported_share or 0) < 1:
            share = percent(1 - (row.supported_share or 0))
            text = f"{share} of the claims in “{row.name}” have no source, which keeps it from approval. {starts}"
        elif row.status is CampaignStatus.DRAFT and today <= row.start_date <= today + SOON:
            text = f"“{row.name}” starts on {day(row.start_date)} and is still a draft: send it to review."
        else:
            continue
        found.append((row.start_date, Fact(id=f"campaign:{row.id}", title=row.name, text=text, url=url)))
    return [fact for _, fact in sorted(found, key=lambda each: each[0])]


async def _runs(scene: Scene) -> list[Fact]:
    page = await scene.uow.read.runs.page(user_id=scene.uow.actor.user_id, active=False, limit=20)
    return [_run_fact(row) for row in page.items if row.state is RunState.FAILED][:3]


async def _models(scene: Scene) -> list[Fact]:
    rows = (await scene.uow.read.measurement.models(limit=PAGE_SIZE_MAX)).items
    brands = {row.id: row.name for row in scene.names.brands}
    return [
        Fact(
            id=f"model:{row.id}",
            title=f"Version {row.number} of {brands.get(row.brand_id, 'the brand')}'s model",
            text=f"Version {row.number} of the response model of {brands.get(row.brand_id, 'a brand')} waits for a"
            " decision: adopt or reject it.",
            url=f"/measurement/models/{row.id}",
        )
        for row in rows
        if row.state is ModelState.CANDIDATE
    ][:3]


def _run_fact(row: RunRow) -> Fact:
    name = f"“{row.campaign_name}”" if row.campaign_name else "the measurement"
    kind = row.kind.value.replace("_", " ")
    why = f" {row.error}" if row.error else ""
    step = f", now at {row.step.replace('_', ' ')}" if row.step and row.state is RunState.RUNNING else ""
    text = f"The run ({kind}) for {name} {'is' if row.ended_at is None else 'has'} {row.state.value}{step}.{why}"
    return Fact(id=f"run:{row.id}", title=f"Run for {name}", text=text, url=f"/runs/{row.id}")


async def list_runs(scene: Scene) -> Findings:
    """What runs just now, and what ran last."""
    active = (await scene.uow.read.runs.page(active=True, limit=SHOWN)).items
    latest = (await scene.uow.read.runs.page(active=False, limit=3)).items
    points = tuple(_run_fact(row) for row in (*active, *latest))
    if not points:
        return Findings(lead="Nothing runs, and nothing has run yet.", behind=(_count_fact(scene),))
    lead = "These runs go on; the newest that ended follow." if active else "Nothing runs just now. These ended last."
    return Findings(lead=lead, points=points)


async def overview(scene: Scene) -> Findings:
    """The workspace at a glance."""
    rows = scene.names.campaigns
    going = [row for row in rows if row.status in {CampaignStatus.ACTIVE, CampaignStatus.APPROVED}]
    spending = [
        Fact(
            id="workspace:going",
            title="Approved and active",
            text=f"{counted(len(going), 'campaign').capitalize()} {'is' if len(going) == 1 else 'are'} approved or"
            f" active{_worth([row.budget for row in going])}.",
            url="/campaigns",
        )
    ]
    customers = (await scene.uow.read.customers.page(limit=1)).total
    known = Fact(
        id="workspace:known",
        title="What is known",
        text=f"The workspace knows {counted(len(scene.names.brands), 'brand')},"
        f" {counted(len(scene.names.services), 'service')},"
        f" {counted(customers, 'customer')} and"
        f" {counted(len(scene.names.segments), 'segment')} of them.",
        url="/services",
    )
    signals = (await scene.uow.read.signals.page(limit=1)).total
    news = Fact(
        id="workspace:signals",
        title="Signals",
        text=f"It holds {counted(signals, 'signal')} from the market.",
        url="/market",
    )
    waiting = (await needs_me(scene)).points[:3]
    return Findings(
        lead="This is where the workspace stands.", points=(_count_fact(scene), *spending, known, news, *waiting)
    )


def _worth(budgets: Sequence[Money]) -> str:
    sums = [
        total((each for each in budgets if each.currency == currency), currency=currency)
        for currency in dict.fromkeys(each.currency for each in budgets)
    ]
    return f" with {listed(map(money, sums))}" if sums else ""
