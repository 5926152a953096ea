"""What the ledger and its imports refuse: by its code, and nothing has moved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from commons.access.actors import Actor
from commons.audit.models import AuditEvent
from commons.directory.enums import RegistrationStatus
from commons.jobs.models import Job
from commons.kit.errors import DomainError
from tenants.history.models import Change
from tenants.registry.actions import ledger
from tenants.registry.enums import ImportState
from tenants.registry.imports import actions as imports
from tenants.registry.imports import packing
from tenants.registry.imports.sheets import Row
from tenants.registry.models import ImportBatch, LedgerSpan, SocialOrganization

GOOD = {"rows": 2, "good": 1, "bad": 1, "new": 1, "changed": 0, "same": 0, "ready": 1}


def refused(code: str, act: Callable[[], object]) -> DomainError:
    """The refusal, having seen that nothing moved."""

    def everything() -> list[Any]:
        rows = [list(model.objects.order_by("pk").values()) for model in (SocialOrganization, LedgerSpan, ImportBatch)]
        return [*rows, Change.objects.count(), AuditEvent.objects.count(), Job.objects.count()]

    before = everything()
    with pytest.raises(DomainError) as told:
        act()
    assert told.value.code == code
    assert everything() == before
    return told.value


def test_a_reason_has_an_end(active: SocialOrganization, admin: Actor, at: datetime) -> None:
    told = refused(
        "REGISTRY.REASON_TOO_LONG", lambda: ledger.remove(organization=active, reason="重" * 501, by=admin, at=at)
    )
    assert (told.params, told.path) == ({"most": 500}, ("reason",))
    ledger.remove(organization=active, reason="重" * 500, by=admin, at=at)


@pytest.mark.parametrize("status", [RegistrationStatus.CANCELLED, RegistrationStatus.REVOKED])
def test_nobody_is_verified_whose_registration_has_ended(
    to_verify: SocialOrganization, staff: Actor, at: datetime, status: RegistrationStatus
) -> None:
    SocialOrganization.objects.filter(pk=to_verify.pk).update(registration_status=status)
    told = refused("REGISTRY.REGISTRATION_ENDED", lambda: ledger.verify(organization=to_verify, by=staff, at=at))
    assert told.params == {"name": to_verify.name, "status": status.label}


def sheet(at: datetime, by: Actor, state: ImportState = ImportState.CHECKED, **fields: Any) -> ImportBatch:
    values = {
        "file_name": "台账.xlsx",
        "sha256": "0" * 64,
        "headers": ["名称"],
        "mapping": {"name": 0},
        "sheet": packing.packed_rows([Row(2, ["某协会"])]),
        "report": GOOD,
        "created_at": at,
        "created_by_id": by.user_id,
        "created_by_name": by.name,
        **fields,
    }
    return ImportBatch.objects.create(state=state, **values)


@pytest.mark.parametrize(
    ("code", "fields"),
    [
        ("REGISTRY.IMPORT_HAS_BAD_ROWS", {}),
        ("REGISTRY.IMPORT_NOTHING", {"report": {**GOOD, "good": 0}}),
        ("REGISTRY.SHEET_GONE", {"sheet": ""}),
    ],
)
def test_what_is_not_imported(staff: Actor, at: datetime, code: str, fields: dict[str, Any]) -> None:
    row = sheet(at, staff, **fields)
    refused(code, lambda: imports.start(batch=row, good_rows_only=False, verified=False, by=staff, at=at))


@pytest.mark.parametrize("state", [one for one in ImportState if one != ImportState.CHECKED])
def test_an_import_begins_once_it_is_checked(staff: Actor, at: datetime, state: ImportState) -> None:
    row = sheet(at, staff, state)
    told = refused(
        "REGISTRY.IMPORT_STATE",
        lambda: imports.start(batch=row, good_rows_only=True, verified=False, by=staff, at=at),
    )
    assert told.params == {"state": state.label}


@pytest.mark.parametrize("state", [ImportState.CHECKING, ImportState.IMPORTING, ImportState.DONE])
def test_columns_are_chosen_while_nobody_works_on_them(staff: Actor, at: datetime, state: ImportState) -> None:
    row = sheet(at, staff, state)
    refused("REGISTRY.IMPORT_STATE", lambda: imports.choose_columns(batch=row, chosen={0: "name"}, by=staff, at=at))
