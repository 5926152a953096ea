"""Rows put down in bulk."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

from django.db.models import Model

from commons.kit.ids import uuid7

M = TypeVar("M", bound=Model)
FIRST = date(2022, 1, 10)


def put(rows: Iterable[M], *, update: list[str] | None = None) -> list[M]:
    held = list(rows)
    if held and update:
        type(held[0])._default_manager.bulk_update(held, update, batch_size=500)  # type: ignore[arg-type]
    elif held:
        type(held[0])._default_manager.bulk_create(held, batch_size=1000)  # type: ignore[arg-type]
    return held


def day(chance: random.Random, first: date, last: date) -> date:
    return first + timedelta(days=chance.randrange((last - first).days))


def made(day: date) -> dict[str, Any]:
    at = datetime(day.year, day.month, day.day, 2, tzinfo=UTC)
    return {"created_at": at, "updated_at": at, "created_by_id": uuid7(), "created_by_name": "王五"}
