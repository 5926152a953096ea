"""The guards of SM-02: each refuses with a sentence that names what is missing."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from commons.directory import selectors as directory
from commons.directory.enums import RegistrationStatus, Source
from commons.kit import clock
from tenants.registry.enums import RightsDomain, Scope
from tenants.registry.errors import (
    DomainMissing,
    FactsMissing,
    ReasonMissing,
    ReasonTooLong,
    RegistrationEnded,
    RegistrationNotProven,
    StateRefused,
)
from tenants.registry.fields import FACT_GROUPS, label_of
from tenants.registry.models import SocialOrganization
from tenants.registry.parsing import is_empty
from tenants.registry.transitions import TRANSITIONS, Event

REASON_LENGTH = 500
ENDED = frozenset({RegistrationStatus.CANCELLED, RegistrationStatus.REVOKED, RegistrationStatus.SUSPENDED})


def require_source(row: SocialOrganization, event: Event, at: datetime) -> None:
    """
    Let `event` happen only from the states SM-02 names.

    Raises: StateRefused.
    """
    if row.state not in TRANSITIONS[event].sources:
        raise StateRefused(name=row.name, state=row.shown_state(clock.today(at)).label, event=event.label)


def required_reason(event: Event, reason: str) -> str:
    """
    The reason, trimmed; empty only where the event needs none.

    Raises: ReasonMissing, ReasonTooLong.
    """
    reason = reason.strip()
    if TRANSITIONS[event].needs_reason and not reason:
        raise ReasonMissing(path=("reason",), event=event.label)
    if len(reason) > REASON_LENGTH:
        raise ReasonTooLong(path=("reason",), most=REASON_LENGTH)
    return reason


def has_domain(scope: object, rights_domains: Collection[str], org_domains: Collection[str]) -> bool:
    """Whether the entry says what it works for: a domain of rights in labour relations, else a business domain. Source: B01, B11."""
    return bool(rights_domains) if scope == Scope.LABOUR_RELATIONS else bool(org_domains)


def require_domain(row: SocialOrganization) -> None:
    """
    Raises: DomainMissing.
    """
    if not has_domain(row.scope, row.rights_domains, row.org_domains):
        rights = row.scope == Scope.LABOUR_RELATIONS
        sample = "、".join(member.zh for member in list(RightsDomain)[:3])
        raise DomainMissing(
            path=("rights_domains" if rights else "org_domains",),
            wanted=f"权益领域（{sample}等）" if rights else "业务领域",
        )


def missing_facts(row: SocialOrganization, staff: int | None) -> list[str]:
    """The fact groups of B15 that are not filled, each with its empty fields; and the domains of B01."""
    values = {name: getattr(row, name, None) for group in FACT_GROUPS for name in group.fields} | {"staff": staff}
    missing = []
    for group in FACT_GROUPS:
        if empty := [label_of(name) for name in group.fields if is_empty(values[name])]:
            missing.append(group.label if empty == [group.label] else f"{group.label}（{'、'.join(empty)}）")
    if not row.org_domains:
        missing.append(label_of("org_domains"))
    if row.scope == Scope.LABOUR_RELATIONS and not row.rights_domains:
        missing.append(label_of("rights_domains"))
    return missing


def require_facts(row: SocialOrganization, staff: int | None) -> None:
    """
    Raises: FactsMissing, naming each missing group. Source: B15.
    """
    if missing := missing_facts(row, staff):
        raise FactsMissing(missing="、".join(missing))


def require_in_force(row: SocialOrganization) -> None:
    """
    Raises: RegistrationEnded.
    """
    if row.registration_status in ENDED:
        raise RegistrationEnded(name=row.name, status=RegistrationStatus.label_of(row.registration_status))


def require_proof(row: SocialOrganization) -> None:
    """
    A registered organization is in the directory, or its certificate number was read. An unregistered group needs neither.

    What a civil-affairs import says of the registration's end holds against the certificate.
    Raises: RegistrationNotProven, RegistrationEnded. Source: SM-02 verify; B05, B06.
    """
    if not row.uscc:
        return
    known = directory.by_codes([row.uscc]).get(row.uscc)
    if known is None and not row.certificate_number:
        raise RegistrationNotProven(path=("certificate_number",), uscc=row.uscc)
    if known is not None and known.source == Source.IMPORT and known.registration_status in ENDED:
        raise RegistrationEnded(name=row.name, status=RegistrationStatus.label_of(known.registration_status))


def day_problem(day: date, *, earliest: date | None, latest: date) -> str:
    """What is wrong with a day that must lie between two others; '' when nothing is."""
    if day > latest:
        return "不能晚于今天。"
    if earliest is not None and day < earliest:
        return f"不能早于列为在册的日期{earliest.isoformat()}。"
    return ""
