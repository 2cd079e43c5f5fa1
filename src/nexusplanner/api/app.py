"""The ASGI application: routes, error envelope and everything that surrounds a request."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any, Final

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import Lifespan

from nexusplanner.api import analytics, catalog, demo, errors, identity, imports, runs
from nexusplanner.api.campaigns import (
    allocation,
    alternatives,
    counterfactuals,
    evidence,
    flights,
    regenerating,
    routes,
    scenarios,
)
from nexusplanner.api.connections import routes as connections
from nexusplanner.api.customers import companies, erasure, segments
from nexusplanner.api.customers import records as customers
from nexusplanner.api.decisions import audit, quality, replay, reports
from nexusplanner.api.edge import Edge
from nexusplanner.api.knowledge import brief as knowledge
from nexusplanner.api.knowledge import documents, retrieval, retrieval_settings, search, service_drafts
from nexusplanner.api.learning import feedback
from nexusplanner.api.learning import memory as learning
from nexusplanner.api.market import hooks, signals, sources
from nexusplanner.api.market import insights as signal_insights
from nexusplanner.api.market import links as signals_link
from nexusplanner.api.measurement import experiments, models
from nexusplanner.api.models import sessions, usage
from nexusplanner.api.models import settings as ai
from nexusplanner.api.routing import BEARER
from nexusplanner.api.serving import docs, health
from nexusplanner.api.serving.middleware import BodyLimit, Surround, TimeLimit
from nexusplanner.api.serving.pages import Pages

PREFIX: Final = "/api/v1"
ROUTERS: Final = (
    identity.router,
    demo.router,
    knowledge.router,
    routes.router,
    regenerating.router,
    alternatives.router,
    allocation.router,
    flights.router,
    scenarios.router,
    counterfactuals.router,
    evidence.router,
    runs.router,
    feedback.router,
    learning.router,
    quality.router,
    audit.router,
    reports.router,
    catalog.router,
    service_drafts.router,
    signal_insights.router,
    signals.router,
    signals_link.router,
    sources.router,
    hooks.router,
    customers.router,
    segments.router,
    companies.router,
    erasure.router,
    analytics.router,
    imports.router,
    models.router,
    experiments.router,
    replay.router,
    ai.router,
    usage.router,
    sessions.router,
    search.router,
    retrieval.router,
    retrieval_settings.router,
    documents.router,
    connections.router,
)
DESCRIPTION: Final = (
    "From a brief to an optimised, explained campaign. Send the access token as Authorization: Bearer. Every failure "
    "has one form, the ErrorEnvelope. Edits carry the record's version in If-Match; requests that create may carry an "
    "Idempotency-Key. Amounts are decimal strings in major units."
)


def _operation_id(route: APIRoute) -> str:
    first, *rest = route.name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def create_app(edge: Edge, *, lifespan: Lifespan[FastAPI] | None = None) -> FastAPI:
    """The application over `edge`."""
    app = documented_app(lifespan=lifespan)
    app.state.edge = edge
    errors.install(app)
    docs.install(app)
    app.router.default = Pages(edge.pages)
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=6)
    app.add_middleware(BodyLimit, limit=edge.rules.body_bytes)
    app.add_middleware(TimeLimit, seconds=edge.rules.request_seconds)
    if edge.rules.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=sorted(edge.rules.cors_origins),
            allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
            allow_headers=["Authorization", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match", "Prefer"],
            allow_credentials=True,
            expose_headers=[
                "ETag",
                "Location",
                "Preference-Applied",
                "RateLimit-Remaining",
                "Retry-After",
                "X-Trace-Id",
            ],
        )
    app.add_middleware(Surround)
    return app


def documented_app(*, lifespan: Lifespan[FastAPI] | None = None) -> FastAPI:
    """The routes and their document, without anything behind them."""
    app = FastAPI(
        title="NexusPlanner",
        version=version("nexusplanner"),
        description=DESCRIPTION,
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=_operation_id,
        separate_input_output_schemas=False,
        lifespan=lifespan,
    )
    app.include_router(health.router)
    for router in ROUTERS:
        app.include_router(router, prefix=PREFIX)
    _describe_sign_in(app)
    return app


def _describe_sign_in(app: FastAPI) -> None:
    """Name the bearer token in the document; the routes that need it refer to it."""
    plain = app.openapi

    def described() -> dict[str, Any]:
        document = plain()
        schemes = {BEARER: {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
        document["components"]["securitySchemes"] = schemes
        return document

    app.openapi = described  # type: ignore[method-assign]
