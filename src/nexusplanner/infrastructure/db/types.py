"""What every table is made of: the registry, column types, keys."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, ClassVar, Generic, TypeVar, cast

from pydantic import TypeAdapter
from sqlalchemy import (
    UUID,
    BigInteger,
    Column,
    DateTime,
    Dialect,
    Enum,
    ForeignKeyConstraint,
    MetaData,
    PrimaryKeyConstraint,
    String,
    TypeDecorator,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Composite, composite, registry

from nexusplanner.domain.shared import Money

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)

mapper_registry = registry(
    metadata=MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
)
metadata = mapper_registry.metadata


class Jsonb(TypeDecorator[T], Generic[T]):
    """A frozen value, or a collection of them, in one JSONB column; it is validated when it is loaded.

    kind: the value's type as pydantic reads it, such as `Plan` or `tuple[str, ...]`.
    """

    impl = JSONB
    cache_ok = True
    _adapters: ClassVar[dict[Any, TypeAdapter[Any]]] = {}

    def __init__(self, kind: Any) -> None:
        super().__init__(none_as_null=True)
        self.kind = kind

    @property
    def _adapter(self) -> TypeAdapter[T]:
        if self.kind not in self._adapters:
            self._adapters[self.kind] = TypeAdapter(self.kind)
        return cast("TypeAdapter[T]", self._adapters[self.kind])

    def process_bind_param(self, value: T | None, dialect: Dialect) -> Any:
        """The value as JSON-able data."""
        del dialect
        return None if value is None else self._adapter.dump_python(value, mode="json")

    def process_result_value(self, value: Any, dialect: Dialect) -> T | None:
        """The value, its own rules checked. Raises ValidationError when the row does not fit the type."""
        del dialect
        return None if value is None else self._adapter.validate_python(value)


def texts(name: str) -> Column[tuple[str, ...]]:
    """A column for a few words or sentences."""
    return Column(name, Jsonb[tuple[str, ...]](tuple[str, ...]), nullable=False)


def words(kind: type[E]) -> Enum:
    """The type of a column that holds the values of `kind` as text."""
    return Enum(
        kind,
        native_enum=False,
        create_constraint=False,
        length=32,
        values_callable=lambda each: [e.value for e in each],
    )


def uuid_column(name: str, *, nullable: bool = False) -> Column[Any]:
    """A reference to a record."""
    return Column(name, UUID(as_uuid=True), nullable=nullable)


def instant(name: str, *, nullable: bool = False) -> Column[Any]:
    """An instant with its time zone, to the microsecond."""
    return Column(name, DateTime(timezone=True), nullable=nullable)


def money_columns(name: str, *, nullable: bool = False) -> tuple[Column[Any], Column[Any]]:
    """Minor units and currency of an amount."""
    return (
        Column(f"{name}_minor", BigInteger, nullable=nullable),
        Column(f"{name}_currency", String(3), nullable=nullable),
    )


def money(minor: Column[Any], currency: Column[Any]) -> Composite[Any]:
    """The amount that two columns hold, None when both are empty."""
    return composite(Money, minor, currency, return_none_on=lambda *values: all(value is None for value in values))


def tenant_key() -> tuple[Column[Any], Column[Any], PrimaryKeyConstraint]:
    """The key of a tenant's record: its tenant and its id."""
    return uuid_column("tenant_id"), uuid_column("id"), PrimaryKeyConstraint("tenant_id", "id")


def of_tenant(
    column: str, target: str, *, ondelete: str | None = None, closes_circle: bool = False
) -> ForeignKeyConstraint:
    """A foreign key that cannot leave the tenant; checked at the end of the transaction, so that order is free.

    closes_circle: the target refers to this table too, so this key is added when both are made.
    """
    return ForeignKeyConstraint(
        ["tenant_id", column],
        [f"{target}.tenant_id", f"{target}.id"],
        ondelete=ondelete,
        deferrable=True,
        initially="DEFERRED",
        use_alter=closes_circle,
    )


def in_tenant() -> ForeignKeyConstraint:
    """The foreign key of a record that hangs on nothing but its tenant."""
    return ForeignKeyConstraint(["tenant_id"], ["tenants.id"], deferrable=True, initially="DEFERRED")
