"""A `TracerProvider` that remembers spans, through nothing but the API."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import NonRecordingSpan, Span, SpanContext, SpanKind, Status, Tracer, TracerProvider


class RememberedSpan(NonRecordingSpan):
    """What was said of one span. Times are in nanoseconds."""

    def __init__(
        self, name: str, *, parent: SpanContext, kind: SpanKind, attributes: Mapping[str, Any], start: int | None
    ) -> None:
        super().__init__(parent)
        self.name = name
        self.trace_id = parent.trace_id
        self.kind = kind
        self.attributes = dict(attributes)
        self.start = start
        self.ended: int | None = None
        self.status: Status | None = None

    def set_status(self, status: Any, description: str | None = None) -> None:
        self.status = status

    def end(self, end_time: int | None = None) -> None:
        self.ended = end_time


@dataclass
class RememberedSpans(TracerProvider):
    """Every span of every tracer."""

    spans: list[RememberedSpan] = field(default_factory=list)

    def get_tracer(self, *args: Any, **kwargs: Any) -> Tracer:
        return _Tracer(self.spans)


class _Tracer(Tracer):
    def __init__(self, spans: list[RememberedSpan]) -> None:
        self._spans = spans

    def start_span(self, name: str, context: Context | None = None, *args: Any, **said: Any) -> Span:
        parent = trace.get_current_span(context).get_span_context()
        span = RememberedSpan(
            name, parent=parent, kind=said["kind"], attributes=said["attributes"], start=said["start_time"]
        )
        self._spans.append(span)
        return span

    @contextmanager
    def start_as_current_span(self, *args: Any, **kwargs: Any) -> Any:
        yield self.start_span(*args, **kwargs)
