"""What the product tells OpenTelemetry of decisions and model calls: figures, names and ids, never a text.

The one place that knows the names of attributes: the `gen_ai.*` conventions (1.41, still in development) and our own
under `nexusplanner.*`. Spans go through the OpenTelemetry API; without an exporter they are nothing and cost nothing.
All spans of a run are in one trace, whose id is the run's.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib import import_module
from importlib.metadata import version
from typing import Any, Final
from uuid import UUID

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import NonRecordingSpan, SpanContext, SpanKind, Status, StatusCode, TraceFlags, TracerProvider
from opentelemetry.util.types import AttributeValue

from nexusplanner.application.agents.checking.redaction import redact
from nexusplanner.application.ports.models import Budgets, CallMade, Spender
from nexusplanner.domain.ai import ProviderKind
from nexusplanner.domain.audit import Decision
from nexusplanner.domain.campaigns import Author

SCOPE: Final = "nexusplanner"
ANSWERED: Final = "answered"
PROVIDERS: Final[Mapping[ProviderKind, str]] = {ProviderKind.BEDROCK: "aws.bedrock", ProviderKind.OPENAI: "openai"}
"""Names of the conventions; other providers go by the name they have in the workspace."""
PARAMETERS: Final = ("temperature", "top_p", "top_k", "max_tokens", "frequency_penalty", "presence_penalty")
USAGE: Final[Mapping[str, str]] = {
    "input_tokens": "gen_ai.usage.input_tokens",
    "output_tokens": "gen_ai.usage.output_tokens",
    "cached_tokens": "gen_ai.usage.cache_read.input_tokens",
}
_NAME = re.compile(r"[\w.:/@-]{1,120}")
"""What a server calls its model or its end is believed to be a name only when it looks like one, and not like a key."""
_log = logging.getLogger(__name__)

Attributes = Mapping[str, AttributeValue]


class TelemetryUnavailable(RuntimeError):
    """Spans are to be sent somewhere, and the packages that do it are not installed."""


def decision_attributes(decision: Decision) -> Attributes:
    """A ledger entry as attributes, without a word of what was asked, answered or decided."""
    asked = decision.author is Author.AI or bool(decision.attempts)
    return _known(
        {
            "gen_ai.operation.name": "invoke_agent",
            "gen_ai.agent.name": decision.agent,
            "gen_ai.agent.version": decision.agent_version,
            "gen_ai.provider.name": decision.provider if asked else None,
            "gen_ai.request.model": _name(decision.model),
            "gen_ai.response.model": _name(decision.model_answered),
            "gen_ai.request.seed": decision.seed if asked else None,
            **{f"gen_ai.request.{name}": _number(decision.parameters.get(name)) for name in PARAMETERS},
            "gen_ai.prompt.name": decision.prompt,
            "gen_ai.response.finish_reasons": [reason] if (reason := _name(decision.finish_reason)) else None,
            **{name: _number(decision.usage.get(ours)) for ours, name in USAGE.items()},
            "nexusplanner.tenant.id": str(decision.tenant_id),
            "nexusplanner.run.id": _id(decision.run_id),
            "nexusplanner.campaign.id": _id(decision.campaign_id),
            "nexusplanner.decision.id": str(decision.id),
            "nexusplanner.step": decision.step,
            "nexusplanner.author": decision.author.value,
            "nexusplanner.prompt.version": decision.prompt_version,
            "nexusplanner.prompt.sha256": decision.prompt_sha256,
            "nexusplanner.cost_microunits": decision.cost_microunits,
            "nexusplanner.price_version": decision.price_version,
            "nexusplanner.attempts": len(decision.attempts),
            "nexusplanner.fallback": bool(decision.fallback_reason),
            "nexusplanner.evidence": len(decision.evidence),
        }
    )


def call_attributes(spender: Spender, call: CallMade) -> Attributes:
    """One try at a model as attributes."""
    return _known(
        {
            "gen_ai.operation.name": "chat",
            "gen_ai.provider.name": PROVIDERS.get(call.kind, call.provider),
            "gen_ai.request.model": _name(call.model),
            "gen_ai.response.model": _name(call.model_answered),
            **{name: getattr(call.usage, ours) for ours, name in USAGE.items()},
            "error.type": None if call.outcome == ANSWERED else call.outcome,
            "nexusplanner.tenant.id": str(spender.tenant_id),
            "nexusplanner.run.id": _id(spender.run_id),
            "nexusplanner.campaign.id": _id(spender.campaign_id),
            "nexusplanner.step": str(call.step),
            "nexusplanner.cost_microunits": call.cost.microunits,
            "nexusplanner.price_version": call.cost.version,
        }
    )


@dataclass(frozen=True, kw_only=True)
class Telemetry:
    """Makes spans of what has happened. provider: the process's own when none is given."""

    provider: TracerProvider | None = None
    shutdown: Callable[[], None] = field(default=lambda: None, repr=False)

    def decision(self, decision: Decision) -> None:
        """Tell of an entry of the ledger. Never raises."""
        self._tell(
            f"invoke_agent {decision.agent}",
            kind=SpanKind.INTERNAL,
            attributes=decision_attributes,
            of=(decision,),
            run_id=decision.run_id,
            took=timedelta(milliseconds=decision.latency_ms),
            ended=decision.decided_at,
        )

    def call(self, spender: Spender, call: CallMade) -> None:
        """Tell of one try at a model that has just ended. Never raises."""
        self._tell(
            f"chat {call.model}",
            kind=SpanKind.CLIENT,
            attributes=call_attributes,
            of=(spender, call),
            run_id=spender.run_id,
            took=timedelta(milliseconds=call.latency_ms),
            ended=datetime.now(UTC),
            failed=call.outcome != ANSWERED,
        )

    def _tell(
        self,
        name: str,
        *,
        kind: SpanKind,
        attributes: Callable[..., Attributes],
        of: tuple[object, ...],
        run_id: UUID | None,
        took: timedelta,
        ended: datetime,
        failed: bool = False,
    ) -> None:
        try:
            tracer = trace.get_tracer(SCOPE, version(SCOPE), self.provider)
            span = tracer.start_span(
                name,
                context=_trace_of(run_id),
                kind=kind,
                attributes=attributes(*of),
                start_time=_nanoseconds(ended - took),
            )
            if failed:
                span.set_status(Status(StatusCode.ERROR))
            span.end(end_time=_nanoseconds(ended))
        except Exception as error:
            _log.warning("A span could not be made: %s", type(error).__name__)


@dataclass(frozen=True, kw_only=True)
class TracedBudgets:
    """Budgets that tell of every call they are told of."""

    inner: Budgets
    telemetry: Telemetry

    async def reserve(self, spender: Spender, *, microunits: int) -> str:
        """Hold this much under every limit of the spender. Raises BudgetExhausted."""
        return await self.inner.reserve(spender, microunits=microunits)

    async def settle(self, spender: Spender, *, reservation: str | None, call: CallMade) -> None:
        """Charge what the call cost, and make a span of it."""
        self.telemetry.call(spender, call)
        await self.inner.settle(spender, reservation=reservation, call=call)


def sending_to(endpoint: str) -> Telemetry:
    """Telemetry that sends spans to an OTLP address over HTTP. Raises TelemetryUnavailable."""
    try:
        resources: Any = import_module("opentelemetry.sdk.resources")
        sdk: Any = import_module("opentelemetry.sdk.trace")
        exporting: Any = import_module("opentelemetry.sdk.trace.export")
        otlp: Any = import_module("opentelemetry.exporter.otlp.proto.http.trace_exporter")
    except ImportError as error:
        raise TelemetryUnavailable(
            "Spans need the packages opentelemetry-sdk and opentelemetry-exporter-otlp-proto-http. Install them, or "
            "leave NEXUS_OTLP_ENDPOINT empty."
        ) from error
    resource = resources.Resource.create({"service.name": SCOPE, "service.version": version(SCOPE)})
    provider = sdk.TracerProvider(resource=resource)
    provider.add_span_processor(exporting.BatchSpanProcessor(otlp.OTLPSpanExporter(endpoint=endpoint)))
    return Telemetry(provider=provider, shutdown=provider.shutdown)


def _trace_of(run_id: UUID | None) -> Context | None:
    """The trace whose id is the run's; a trace of its own for what belongs to no run."""
    if run_id is None:
        return None
    parent = SpanContext(
        trace_id=run_id.int,
        span_id=run_id.int >> 64 or 1,
        is_remote=True,
        trace_flags=TraceFlags(TraceFlags.SAMPLED),
    )
    return trace.set_span_in_context(NonRecordingSpan(parent), Context())


def _nanoseconds(at: datetime) -> int:
    since = at - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * 1_000_000_000 + since.microseconds * 1000


def _known(values: Mapping[str, AttributeValue | None]) -> Attributes:
    return {name: value for name, value in values.items() if value is not None and value != ""}


def _name(text: str) -> str | None:
    return text if _NAME.fullmatch(text) and not redact(text).found else None


def _number(value: object) -> int | float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _id(value: UUID | None) -> str | None:
    return None if value is None else str(value)
