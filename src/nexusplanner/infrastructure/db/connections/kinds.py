"""Where records of each kind are kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, and_, func

from nexusplanner.domain.connections import Connection, CrmObject
from nexusplanner.infrastructure.db.companies import companies, deals
from nexusplanner.infrastructure.db.connections.tables import records
from nexusplanner.infrastructure.db.customers import customers

TABLES: Mapping[CrmObject, Table] = {
    CrmObject.COMPANIES: companies,
    CrmObject.CUSTOMERS: customers,
    CrmObject.DEALS: deals,
}
RECORD_ID: Mapping[CrmObject, Column[Any]] = {
    CrmObject.COMPANIES: records.c.company_id,
    CrmObject.CUSTOMERS: records.c.customer_id,
    CrmObject.DEALS: records.c.deal_id,
}
"""The column of `connection_records` that names our record."""


def came_through(connection: Connection, *, kind: CrmObject) -> ColumnElement[bool]:
    """Rows of `connection_records` for records of this kind of this connection."""
    return and_(
        records.c.tenant_id == connection.tenant_id,
        records.c.connection_id == connection.id,
        records.c.kind == kind,
    )


def merged_away() -> ColumnElement[bool]:
    """Rows that only remember that a record became part of another: it may still be found for a while."""
    return func.num_nonnulls(*RECORD_ID.values()) == 0
