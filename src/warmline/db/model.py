"""The base of all tables, and the columns and constraints that repeat in them."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import DateTime, ForeignKeyConstraint, MetaData, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column

from warmline.ids import new_id

SCHEMA = "warmline"
NAMES = {
    "ix": "%(table_name)s_%(column_0_N_name)s_idx",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "ck": "%(table_name)s_%(constraint_name)s",
    "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
    "pk": "%(table_name)s_pkey",
}

Tenant = Annotated[UUID, mapped_column(primary_key=True)]
Id = Annotated[UUID, mapped_column(primary_key=True, default=new_id)]
Made = Annotated[datetime, mapped_column(server_default=func.now())]


class Base(DeclarativeBase):
    """Every table is in our own schema; times are aware, JSON is binary."""

    metadata = MetaData(schema=SCHEMA, naming_convention=NAMES)
    type_annotation_map = {
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB(none_as_null=True),
        list[Any]: JSONB(none_as_null=True),
    }


def reaches(column: str, table: str) -> ForeignKeyConstraint:
    """A reference within the organization: a single-column key would accept another tenant's row."""
    return ForeignKeyConstraint(
        ["organization_id", column], [f"{SCHEMA}.{table}.organization_id", f"{SCHEMA}.{table}.id"]
    )


def belongs() -> ForeignKeyConstraint:
    """Every row belongs to an organization that exists."""
    return ForeignKeyConstraint(["organization_id"], [f"{SCHEMA}.organizations.id"])
