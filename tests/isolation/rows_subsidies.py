"""A round that a union draws up and an application that it has not handed in: what is its own alone of shared rows with two parties."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from commons.access.actors import Actor
from commons.hierarchy.models import TradeUnion
from commons.subsidies.machines import ROUND, SUBSIDY
from commons.subsidies.models import SubsidisedProject, Subsidy, SubsidyRound
from commons.workflow.rows import made
from commons.workflow.transitions import begun

_TERMS = {"year": 2026, "standard": Decimal(100), "budget": Decimal(500_000), "apply_by": date(2086, 12, 31)}


def fill(union: TradeUnion, canary: str, author: Actor, at: datetime) -> dict[str, UUID]:
    """The keys of what has an address."""
    own = SubsidyRound.objects.create(
        from_union=union, title=f"补贴{canary}", note=canary, **_TERMS, **made(author, at)
    )
    begun(ROUND, own, by=author, at=at)
    # Nobody is above the nation, which so only gives; the one below has not handed it in, and the nation does not see it.
    giver = union.parent or union
    taker = union if union.parent else TradeUnion.objects.filter(parent=union).order_by("code")[0]
    taking, _ = SubsidyRound.objects.get_or_create(
        from_union=giver, title="拟定中的补贴", defaults={**_TERMS, **made(author, at), "created_by_name": "王芳"}
    )
    row = Subsidy.objects.create(
        round=taking,
        from_union=giver,
        to_union=taker,
        headcount=2000,
        standard=taking.standard,
        ceiling=Decimal(200_000),
        applied=Decimal(1_000),
        projects=[{"id": str(own.pk), "number": "FW-2026-0001", "title": f"项目{canary}", "amount": "1000.00"}],
        statement=f"申请{canary}",
        signed_by_name=canary,
        **made(author, at),
    )
    begun(SUBSIDY, row, by=author, at=at)
    SubsidisedProject.objects.create(
        subsidy=row,
        project_id=own.pk,
        number="FW-2026-0001",
        title=f"项目{canary}",
        state="实施中",
        provider=canary,
        as_of=at,
    )
    return {"subsidy_round": own.pk, "subsidy": row.pk}
