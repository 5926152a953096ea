"""A round of a union and an application to it, which neither the unions above nor those below are party to."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from commons.hierarchy.models import TradeUnion
from commons.subsidies.enums import SubsidyState
from commons.subsidies.models import Subsidy, SubsidyRound

AT = datetime(2026, 11, 1, tzinfo=UTC)
_base = {"created_at": AT, "updated_at": AT, "created_by_name": "王芳"}


def rows(union: TradeUnion, canary: str) -> dict[str, Any]:
    """By type name. The applicant is of another province, so that it is none of those whose answers are compared."""
    applicant = TradeUnion.objects.get(code="440304" if union.code != "440304" else "310115")
    taking = SubsidyRound.objects.create(
        from_union=union,
        year=2026,
        title=f"服务补贴{canary}",
        standard=Decimal("100.00"),
        budget=Decimal("500000.00"),
        apply_by=date(2026, 12, 31),
        note=f"说明{canary}",
        **_base,
    )
    subsidy = Subsidy.objects.create(
        round=taking,
        from_union=union,
        to_union=applicant,
        headcount=2000,
        standard=taking.standard,
        ceiling=Decimal("200000.00"),
        applied=Decimal("150000.00"),
        statement=f"理由{canary}",
        state=SubsidyState.APPLIED,
        **_base,
    )
    return {"SubsidyRound": taking, "Subsidy": subsidy}
