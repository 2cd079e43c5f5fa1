"""The id that ties together everything written while one request is served."""

from contextvars import ContextVar

TRACE_ID: ContextVar[str] = ContextVar("trace_id", default="")
