"""Ids are UUIDv7: they sort by the time they were made, so that indexes stay compact and newest-first is by id."""

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """A new id, greater than every earlier one of this process."""
    return uuid7()
