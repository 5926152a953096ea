"""A ticket as pages show it: its sentence, what to look at, and where."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from commons.access.actors import Actor
from commons.access.policies import may
from commons.kit.clock import month_text
from commons.quality import declaration, policies, sentences
from commons.quality.enums import Check, TicketState
from commons.quality.models import Ticket
from commons.rollup.declaration import CATALOGUE
from commons.rollup.enums import Scope


@dataclass(frozen=True)
class Link:
    label: str
    url: str


@dataclass(frozen=True)
class Line:
    """One ticket."""

    id: UUID
    url: str
    kind: str
    sentence: str
    advice: str
    state: str
    state_label: str
    tone: str
    first_seen_at: datetime
    last_seen_at: datetime
    note: str
    explained_by: str
    links: tuple[Link, ...]
    may_explain: bool


_TONES = {
    TicketState.OPEN: "warn",
    TicketState.REOPENED: "warn",
    TicketState.EXPLAINED: "info",
    TicketState.RESOLVED: "good",
}


def line(actor: Actor, row: Ticket) -> Line:
    assert actor.union is not None
    base = f"/u/{actor.union.code}"
    state = TicketState(row.state)
    return Line(
        id=row.pk,
        url=f"{base}/quality/tickets/{row.pk}",
        kind=Check.label_of(row.kind),
        sentence=sentences.sentence(row),
        advice=sentences.advice(row),
        state=state.value,
        state_label=state.label,
        tone=_TONES[state],
        first_seen_at=row.first_seen_at,
        last_seen_at=row.last_seen_at,
        note=row.note,
        explained_by=row.explained_by_name,
        links=tuple(_links(actor, row, base)),
        may_explain=state != TicketState.RESOLVED and bool(policies.may_explain(actor, row)),
    )


def _links(actor: Actor, row: Ticket, base: str) -> list[Link]:
    indicator = CATALOGUE.indicators.get(row.indicator)
    is_own = actor.union is not None and row.union_id == actor.union.pk
    at = f"{base}/numbers" if is_own else f"{base}/numbers/{row.union.code}"
    scope = Check(row.kind).scope
    asked = f"indicator={row.indicator}&period={month_text(row.month)}&scope={scope.value}"
    links = [Link("查看数据", f"{at}?{asked}")]
    if indicator and is_own and scope is Scope.OWN:
        # The records themselves are the union's own: nobody above is led to them.
        found = declaration.records_of(indicator.measures[0].family.code)
        if found and may(actor, found.permission):
            links.append(Link(found.label, f"{base}{found.path}"))
    return links
