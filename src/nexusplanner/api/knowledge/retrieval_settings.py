"""What the workspace compares passages with, beside their words: nothing more, a provider, or a model on this machine."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import Field

from nexusplanner.api.errors import problems
from nexusplanner.api.routing import EdgeParts, GuardedRoute, Managing, Reading, Version, show_current
from nexusplanner.api.shapes import Input, Money, Shape
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.application.settings import embedder as use_cases
from nexusplanner.application.settings.embedder import KnownRetrieval
from nexusplanner.domain import shared
from nexusplanner.domain.embedding import EmbedderChoice, EmbedderKind, FillingState
from nexusplanner.domain.spending import MICROUNITS

router = APIRouter(route_class=GuardedRoute, tags=["Knowledge"])

_MICROUNITS_PER_CENT = MICROUNITS // 100
_Text = Annotated[str, Field(max_length=200)]


class RetrievalSettingsEdit(Input):
    """What is to make vectors. provider_id: a provider's name in the AI settings.

    directory: a folder below the installation's models. sha256: of its files; leave it out to be told what it is.
    """

    embedder: EmbedderKind
    provider_id: Annotated[str, Field(max_length=40)] = ""
    model: _Text = ""
    directory: _Text = ""
    sha256: _Text = ""


class RetrievalSettings(Shape):
    """What makes vectors, and how far they are: `embedded` of `passages`. dimensions: known from the first vector on.

    state: "failed" says why in `problem`; passages are found without vectors meanwhile. cost: of vectors so far, null
    where they cost nothing.
    """

    embedder: EmbedderKind
    provider_id: str
    model: str
    directory: str
    sha256: str
    dimensions: int | None
    passages: int
    embedded: int
    state: FillingState
    problem: str
    cost: Money | None
    version: int


async def _current(uow: UnitOfWork) -> RetrievalSettings:
    return _shape(await use_cases.read_retrieval_settings(uow))


@router.get("/settings/retrieval", responses=problems(401, 403, 429), summary="Read the retrieval settings")
async def get_retrieval_settings(*, uow: Reading) -> RetrievalSettings:
    """Without an embedder passages are found by words, and by meaning that is learned from themselves."""
    return await _current(uow)


@router.put(
    "/settings/retrieval",
    responses=problems(400, 401, 403, 412, 422, 428, 429),
    summary="Change the retrieval settings as a whole",
)
async def save_retrieval_settings(
    *, request: Request, caller: Managing, edge: EdgeParts, body: RetrievalSettingsEdit, version: Version
) -> RetrievalSettings:
    """Vectors of another embedder are dropped; new ones are made in the background, within the limits of spending."""
    show_current(request, _current)
    known = await use_cases.save_retrieval_settings(
        edge.units,
        caller.actor,
        choice=EmbedderChoice(
            kind=body.embedder,
            provider=body.provider_id,
            model=body.model,
            directory=body.directory,
            sha256=body.sha256.lower(),
        ),
        embedders=edge.embedding.embedders,
        version=version,
        now=edge.clock.now(),
    )
    edge.embedding.wake(caller.actor.tenant_id)
    return _shape(known)


def _shape(known: KnownRetrieval) -> RetrievalSettings:
    settings, filling, choice = known.settings, known.filling, known.settings.choice
    cents = -(-filling.spent // _MICROUNITS_PER_CENT)
    return RetrievalSettings(
        embedder=choice.kind,
        provider_id=choice.provider,
        model=choice.model,
        directory=choice.directory,
        sha256=choice.sha256,
        dimensions=settings.dimensions,
        passages=filling.passages,
        embedded=filling.embedded if settings.on else 0,
        state=filling.state(settings),
        problem=settings.problem,
        cost=Money.model_validate(shared.Money(cents, "USD")) if choice.provider else None,
        version=settings.version,
    )
