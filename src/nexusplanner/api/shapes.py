"""What several capabilities share at the edge: money, estimates, pages and the error envelope."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from nexusplanner.domain import shared

T = TypeVar("T")


class Shape(BaseModel):
    """Something the API answers; read from domain values by attribute."""

    model_config = ConfigDict(from_attributes=True)


class Input(BaseModel):
    """Something the API takes; a misspelt field is an error, not silently ignored."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Money(BaseModel):
    """An amount as a decimal string in major units, with its ISO 4217 currency."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)

    amount: Annotated[str, Field(max_length=32, examples=["1234.50"])]
    currency: Annotated[str, Field(max_length=3, examples=["EUR"])]

    @model_validator(mode="before")
    @classmethod
    def _from_domain(cls, value: object) -> object:
        if isinstance(value, shared.Money):
            return {"amount": value.decimal, "currency": value.currency}
        return value

    @model_validator(mode="after")
    def _parses(self) -> Money:
        try:
            self.minor()
        except shared.Invalid as error:
            raise ValueError(error.message) from error
        return self

    def minor(self) -> shared.Money:
        """The same in integer minor units."""
        return shared.Money.parse(self.amount, currency=self.currency)


def minor(amount: Money | None) -> shared.Money | None:
    """Integer minor units of an optional amount."""
    return amount.minor() if amount else None


def _known_currency(value: str) -> str:
    try:
        return shared.check_currency(value)
    except shared.Invalid as error:
        raise ValueError(error.message) from error


def changes_of(body: BaseModel, *, nullable: Collection[str] = ()) -> dict[str, object]:
    """The fields that were sent, as domain values; null leaves a field alone unless it may be empty."""
    changes: dict[str, object] = {}
    for name in body.model_fields_set:
        value = getattr(body, name)
        if value is not None or name in nullable:
            changes[name] = _inner(value)
    return changes


def _inner(value: object) -> object:
    if isinstance(value, Money):
        return value.minor()
    return tuple(value) if isinstance(value, list) else value


Currency = Annotated[str, AfterValidator(_known_currency), Field(examples=["EUR"])]
Line = Annotated[str, Field(max_length=200)]
Text = Annotated[str, Field(max_length=20_000)]
Lines = Annotated[list[Annotated[str, Field(min_length=1, max_length=500)]], Field(max_length=100)]


class Estimate(Shape):
    """A figure with its 90 % interval (5 % and 95 % points)."""

    mean: float
    low: float
    high: float


class Page(Shape, Generic[T]):
    """One page of a list. total: records that match, not records here."""

    items: list[T]
    total: int
    next_cursor: str | None


class ErrorBody(BaseModel):
    """code: a stable word for programs. message: what to do. fields: messages by dotted path into the body."""

    code: str
    message: str
    details: dict[str, Any]
    fields: dict[str, str]
    timestamp: datetime
    trace_id: str


class ErrorEnvelope(BaseModel):
    """Every failure has this form."""

    error: ErrorBody
