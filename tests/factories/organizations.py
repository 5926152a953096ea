"""Ledger entries, made directly: for tests that are not about how they come to be. Call inside a union's door."""

import itertools
from datetime import UTC, date, datetime

from commons.directory.credit_code import ALPHABET, check_character
from commons.directory.enums import OrgType
from tenants.registry.enums import LedgerState, OrgDomain, RightsDomain
from tenants.registry.models import Confirmation, LedgerSpan, SocialOrganization

_serial = itertools.count(1)
PREFIXES = {OrgType.SOCIAL_GROUP: "51", OrgType.SOCIAL_SERVICE_INSTITUTION: "52", OrgType.FOUNDATION: "53"}


def credit_code(serial: int | None = None, *, org_type: OrgType = OrgType.SOCIAL_GROUP, region: str = "430105") -> str:
    """A valid code of civil affairs, different for each serial."""
    number = next(_serial) if serial is None else serial
    tail = ""
    for _ in range(6):
        number, digit = divmod(number, len(ALPHABET))
        tail = ALPHABET[digit] + tail
    first = f"{PREFIXES[org_type]}{region}MJJ{tail}"
    return first + check_character(first)


def organization(
    *,
    name: str = "",
    uscc: str | None = None,
    org_type: OrgType = OrgType.SOCIAL_GROUP,
    state: LedgerState = LedgerState.ACTIVE,
    active_on: date = date(2026, 3, 1),
    region_code: str = "430105",
    serial: int | None = None,
    **fields: object,
) -> SocialOrganization:
    """An entry in `state`; an active one with its span and confirmation from `active_on`."""
    number = next(_serial)
    registered = org_type is not OrgType.UNREGISTERED
    row = SocialOrganization.objects.create(
        serial=number if serial is None else serial,
        uscc=(credit_code(org_type=org_type) if uscc is None else uscc) if registered else "",
        name=name or f"长沙市启航职工服务中心{number}",
        org_type=org_type,
        registration_status="registered" if registered else "unregistered",
        region_code=region_code,
        state=state,
        first_active_on=active_on if state is LedgerState.ACTIVE else None,
        last_verified_on=active_on if state is LedgerState.ACTIVE else None,
        rights_domains=[RightsDomain.EMPLOYMENT],
        org_domains=[OrgDomain.SKILLS_TRAINING],
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
        updated_at=datetime(2026, 1, 1, tzinfo=UTC),
        **fields,
    )
    if state is LedgerState.ACTIVE:
        LedgerSpan.objects.create(organization=row, from_on=active_on)
        Confirmation.objects.create(organization=row, confirmed_on=active_on, by_name="张三")
    return row
