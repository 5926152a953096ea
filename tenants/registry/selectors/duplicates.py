"""Entries that may be the same organization."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from commons.access.actors import Actor
from commons.kit.labels import Code
from tenants.registry.models import SocialOrganization
from tenants.registry.names import normalized_name
from tenants.registry.selectors.organizations import organizations
from tenants.registry.validation import cleaned


class Likeness(Code):
    CODE = "code", "信用代码相同", "Same code"
    NAME_REGION = "name_region", "名称和地区相同", "Same name and region"


@dataclass(frozen=True)
class Duplicate:
    """An entry that looks the same, and why."""

    organization: SocialOrganization
    likeness: Likeness


def duplicates(actor: Actor, fields: Mapping[str, object], *, besides: UUID | None = None) -> list[Duplicate]:
    """Visible entries with the same code, or with the same name (spelling aside) in the same region; the same code first."""
    given = cleaned(fields)
    rows = organizations(actor).exclude(pk=besides) if besides else organizations(actor)
    found: dict[UUID, Duplicate] = {}
    if code := str(given.get("uscc") or ""):
        for row in rows.filter(uscc=code):
            found[row.pk] = Duplicate(row, Likeness.CODE)
    name, region = normalized_name(str(given.get("name") or "")), str(given.get("region_code") or "")
    if name and region:
        for row in rows.filter(region_code=region):
            if row.pk not in found and normalized_name(row.name) == name:
                found[row.pk] = Duplicate(row, Likeness.NAME_REGION)
    return list(found.values())
