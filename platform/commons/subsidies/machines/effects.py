"""What the steps of a subsidy write, and which rows wait for whom."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from commons.access.actors import Actor
from commons.jobs import actions as jobs
from commons.kit.clock import today
from commons.subsidies.sources import PUBLISH
from commons.workflow.declaration import Step


def sign(step: Step) -> None:
    row = step.row
    # By the round's standard, which does not change while it is open. Source: E19.
    standard, ceiling = row.round.standard, row.headcount * row.round.standard
    if (row.standard, row.ceiling) != (standard, ceiling):
        step.set(standard=standard, ceiling=ceiling)
    step.set(signed_by_id=step.by.user_id, signed_by_name=step.by.name[:120])


def unsign(step: Step) -> None:
    step.set(signed_by_id=None, signed_by_name="")


def apply(step: Step) -> None:
    step.set(applied_by_name=step.by.name[:120], applied_on=today(step.at))


def review(step: Step) -> None:
    step.set(
        proposed=step.data["proposed"],
        review=step.data["review"],
        reviewed_by_id=step.by.user_id,
        reviewed_by_name=step.by.name[:120],
    )


def reopen(step: Step) -> None:
    """Another application is reviewed and signed anew."""
    step.set(proposed=None, reviewed_by_id=None, reviewed_by_name="", review="", signed_by_id=None, signed_by_name="")


def grant(step: Step) -> None:
    step.set(granted=step.data["granted"], granted_on=today(step.at), granted_by_name=step.by.name[:120])
    # The owner of the projects writes what the funder may see: nobody reads another union's schema. Source: V4.
    jobs.enqueue(
        kind=PUBLISH,
        union=step.row.to_union,
        payload={"subsidy_id": str(step.row.pk)},
        key=f"{step.row.pk}:{step.row.version}",
        by=step.by,
        at=step.at,
    )


def pay(step: Step) -> None:
    step.set(paid_on=step.data["paid_on"], voucher_no=step.data["voucher_no"])


def account(step: Step) -> None:
    accounts = [
        {
            "number": project["number"],
            "title": project["title"],
            "contracts": step.data[f"contracts_{index}"],
            "spent": str(step.data[f"spent_{index}"]),
        }
        for index, project in enumerate(step.row.projects, start=1)
    ]
    spent = sum((Decimal(one["spent"]) for one in accounts), Decimal(0))
    step.set(accounts=accounts, spent=spent, accounted_on=today(step.at))


def verify(step: Step) -> None:
    step.set(
        verified=step.data["verified"],
        verified_on=today(step.at),
        verified_by_name=step.by.name[:120],
        refund=step.row.granted - step.data["verified"],
    )


def refund(step: Step) -> None:
    step.set(refunded_on=step.data["refunded_on"])


def of_receiver(actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(to_union=actor.union)


def of_funder(actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(from_union=actor.union)


def unreviewed(actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(from_union=actor.union, reviewed_by_name="")


def reviewed(actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(from_union=actor.union).exclude(reviewed_by_name="")


def to_come_back(actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(from_union=actor.union, refund__gt=0, refunded_on=None)
