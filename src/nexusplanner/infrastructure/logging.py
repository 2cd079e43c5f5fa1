"""Logs as one JSON object per line, without what names people or opens doors."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, TextIO

from nexusplanner.application.tracing import TRACE_ID

HIDDEN: Final = "[hidden]"
_SECRET_NAMES: Final = re.compile(
    r"pass(word|wd)|secret|token|authori[sz]ation|cookie|api_?key|e-?mail|prompt|^(remote_)?(ip|addr|address)$|client_host",
    re.IGNORECASE,
)
_PATTERNS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+",
        r"eyJ[\w-]+\.[\w-]+\.[\w-]+",
        r"(?i)\bbearer\s+\S+",
        r"\bsk-[\w-]{8,}",
        r"\b(?:AKIA|ASIA)[A-Z0-9]{12,}(?::\S+)?",
        r"\b(?:ABSK|bedrock-api-key-)[\w+/=-]{8,}",
        r"(?<=://)[^/\s:@]+:[^/\s@]+(?=@)",
        r"\b(?:\d{1,3}\.){3}\d{1,3}\b",
        r"(?<![\w:])(?:[0-9a-fA-F]{1,4}:){4,7}[0-9a-fA-F]{1,4}",
        r"(?<![\w:])[0-9a-fA-F:]*::[0-9a-fA-F:]+",
    )
)
_STANDARD: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_DEEPEST: Final = 8
_OF_MODELS: Final = ("botocore", "httpcore", "httpcore2", "httpx", "httpx2", "openai", "pydantic_ai", "urllib3")


def redacted(value: object, *, depth: int = 0) -> Any:
    """`value` as JSON-able data without addresses, tokens and secrets, at any depth. Never raises."""
    try:
        if depth > _DEEPEST:
            return HIDDEN
        if isinstance(value, Mapping):
            return {
                str(name): HIDDEN if _SECRET_NAMES.search(str(name)) else redacted(inner, depth=depth + 1)
                for name, inner in value.items()
            }
        if isinstance(value, list | tuple | set | frozenset):
            return [redacted(inner, depth=depth + 1) for inner in value]
        if value is None or isinstance(value, bool | int | float):
            return value
        return _without_patterns(str(value))
    except Exception:
        return HIDDEN


def _without_patterns(text: str) -> str:
    for pattern in _PATTERNS:
        text = pattern.sub(HIDDEN, text)
    return text


class JsonFormatter(logging.Formatter):
    """One object per record: time, level, logger, message, trace id, and whatever the caller added."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line. Never raises: a log that fails would hide what it was to tell."""
        try:
            message = record.getMessage()
        except Exception:
            message = str(record.msg)
        entry: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _without_patterns(message),
        }
        if trace_id := TRACE_ID.get():
            entry["trace_id"] = trace_id
        entry |= redacted({name: value for name, value in vars(record).items() if name not in _STANDARD})
        if record.exc_info:
            entry["exception"] = _without_patterns(self.formatException(record.exc_info))
        return json.dumps(entry, ensure_ascii=False, default=str)


def configure(*, level: str, stream: TextIO | None = None) -> None:
    """Send every logger of the process through the formatter. stream: standard error when not given."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    quieten_model_libraries()
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = (
            name != "uvicorn.access"
        )  # it would write down addresses; the access log of the edge does not


def quieten_model_libraries() -> None:
    """Let the libraries that speak to other servers say no more than warnings.

    At DEBUG they write down prompts and keys, and httpx writes whole addresses at INFO.
    """
    for name in _OF_MODELS:
        logging.getLogger(name).setLevel(logging.WARNING)
