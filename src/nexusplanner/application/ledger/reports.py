"""Report a text that was written automatically. Reports are entries of the ledger, so that nobody can lose one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from nexusplanner.application.ledger.decisions import record_report
from nexusplanner.application.ledger.masking import masked
from nexusplanner.application.ports.rows import DecisionRow
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.domain.identity import Permission
from nexusplanner.domain.reports import Report, ReportTarget
from nexusplanner.domain.sessions import MessageRole
from nexusplanner.domain.shared import CampaignId, DecisionId, IdeaId, MessageId, NotFound, Page, UserId

REPORT = "report"
"""The step under which reports stand in the ledger."""


@dataclass(frozen=True, kw_only=True)
class ReportRow:
    """A report as it was made. name, text: of what was reported, as it stood then.

    Texts are empty where somebody made the entry unreadable; the check of the ledger names it.
    """

    id: DecisionId
    sequence: int
    reported_at: datetime
    reported_by: str
    campaign_id: CampaignId | None
    campaign_name: str | None
    target: str
    target_id: str
    name: str
    text: str
    reason: str
    comment: str


async def report(uow: UnitOfWork, given: Report, *, now: datetime) -> None:
    """Keep a report with the text as it stands now. Raises Forbidden, Invalid, NotFound.

    Addresses, numbers and secrets in it are taken out first: what stands in the ledger stays there.
    """
    uow.actor.require(Permission.FEEDBACK)
    given.check()
    campaign_id, name, text = await _reported(uow, given)
    told = masked({"name": name, "text": text, "comment": given.comment.strip()}).value
    await record_report(
        uow,
        step=REPORT,
        summary=f"“{told['name']}” was reported: {given.reason.words}.",
        campaign_id=campaign_id,
        output={
            "target": given.target.value,
            "target_id": str(given.target_id),
            "reason": given.reason.value,
            **told,
        },
        now=now,
    )


async def list_reports(uow: UnitOfWork, *, cursor: str | None, limit: int) -> Page[ReportRow]:
    """What was reported in the workspace, newest first. Raises Forbidden."""
    uow.actor.require(Permission.ADMINISTER)
    page = await uow.read.decisions.page(step=REPORT, sort="-sequence", cursor=cursor, limit=limit)
    names = {user: await _name(uow, user) for user in {_user(row) for row in page.items}}
    items = tuple(_row(row, by=names[_user(row)]) for row in page.items)
    return Page(items=items, total=page.total, next_cursor=page.next_cursor)


async def _reported(uow: UnitOfWork, given: Report) -> tuple[CampaignId | None, str, str]:
    """The campaign, the name and the words of what is reported. Raises NotFound."""
    if given.target is ReportTarget.ANSWER:
        return await _answered(uow, MessageId(given.target_id))
    if given.campaign_id is None:
        row = await uow.read.decisions.get(DecisionId(given.target_id))
        summary = row.entry.get("summary", "")
        return row.campaign_id, f"Entry {row.sequence}: {row.step.replace('_', ' ')}", str(summary)
    campaign = await uow.campaigns.get(given.campaign_id)
    if given.target is ReportTarget.IDEA:
        idea = campaign.idea(IdeaId(given.target_id))
        return campaign.id, idea.theme, idea.prose
    for plan in campaign.plan.channel_plans if campaign.plan else ():
        if plan.id == given.target_id:
            return campaign.id, plan.channel.replace("_", " "), plan.strategy
    raise NotFound.of("channel plan", given.target_id)


async def _answered(uow: UnitOfWork, message_id: MessageId) -> tuple[CampaignId | None, str, str]:
    """An answer in one of the actor's own conversations; what was asked stays there. Raises NotFound."""
    answer = await uow.sessions.message(message_id)
    if answer.role is not MessageRole.ASSISTANT:
        raise NotFound.of("answer", message_id)
    session = await uow.sessions.get(answer.session_id)
    return session.campaign_id, f"Answer of the {session.assistant} assistant", answer.text


def _part(row: DecisionRow, name: str) -> Mapping[str, Any]:
    part = row.entry.get(name)
    return part if isinstance(part, dict) else {}


def _user(row: DecisionRow) -> str:
    return str(_part(row, "inputs").get("user", ""))


async def _name(uow: UnitOfWork, user: str) -> str:
    try:
        return (await uow.identity.user(UserId(UUID(user)))).name
    except (NotFound, ValueError):
        return ""


def _row(row: DecisionRow, *, by: str) -> ReportRow:
    said = {
        name: str(_part(row, "output").get(name, ""))
        for name in ("target", "target_id", "name", "text", "reason", "comment")
    }
    return ReportRow(
        id=row.id,
        sequence=row.sequence,
        reported_at=row.decided_at,
        reported_by=by,
        campaign_id=row.campaign_id,
        campaign_name=row.campaign_name,
        **said,
    )
