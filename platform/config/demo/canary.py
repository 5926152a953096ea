"""
A text `CANARY-<code>-<table>` in every text-bearing row that is private to its union.

Whoever finds one in an answer to somebody else has found a leak. Numbers of entries are the same small ones in every union, so that ids of two
unions are easily confused if anything is.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.apps import apps
from django.core.files.base import ContentFile
from django.db import models, transaction

from commons.access.actors import system
from commons.audit.recording import Changed, record_changes
from commons.hierarchy.models import TradeUnion
from commons.kit.clock import today
from commons.kit.fields import CodeField
from commons.kit.ids import uuid7
from commons.tenancy import door
from config.demo import canary_purchases
from tenants.attachments import actions as attachments
from tenants.attachments.models import Attachment
from tenants.discussion import actions as discussion
from tenants.discussion.models import Comment
from tenants.notices.enums import NoticeKind
from tenants.notices.models import Notice
from tenants.purchasing.models import Payment
from tenants.registry.enums import Classification, ContactKind, RatingState
from tenants.registry.models import (
    ContactLog,
    ContactPlan,
    ImportBatch,
    OrgPerson,
    OrgRating,
    SocialOrganization,
)
from tenants.views.models import SavedView

# The text of a row that says nothing to the rules: changing it breaks none.
TEXT_OF = {
    **canary_purchases.TEXT_OF,
    "registry.socialorganization": "note",
    "registry.orgperson": "name",
    "registry.orgrating": "reason",
    "registry.contactplan": "officer_name",
    "registry.contactlog": "topics",
    "registry.confirmation": "by_name",
    "registry.importbatch": "file_name",
    "views.savedview": "name",
    "attachments.attachment": "label",
    "discussion.comment": "text",
    "notices.notice": "title",
}
# Only ever added to (database trigger): each entry gets one more row with the text.
APPEND_ONLY = "history.change"


def text(union: TradeUnion, model: type[models.Model]) -> str:
    return f"CANARY-{union.code}-{model._meta.db_table}"


def private_models() -> list[type[models.Model]]:
    """The tables of a union that bear free text, third-party ones aside (guardian's generic tables stay empty)."""
    return [model for model in apps.get_models() if model.__module__.startswith("tenants.") and _free_text(model)]


def _free_text(model: type[models.Model]) -> bool:
    """Marks hold codes of families: no text of a person's."""
    if model._meta.label_lower == "marks.mark":
        return False
    return any(
        isinstance(field, models.CharField | models.TextField) and not isinstance(field, CodeField)
        for field in model._meta.concrete_fields
    )


@transaction.atomic
def mark(union: TradeUnion, *, at: datetime) -> dict[str, int]:
    """
    Write the canary into each private row of `union`, making a row where a table has none; {table: rows marked}.

    Raises: LookupError for a table that bears text and is not known here.
    """
    counts = {}
    with door.inside(union):
        _complete(union, at)
        for model in private_models():
            label = model._meta.label_lower
            if label == APPEND_ONLY:
                rows = list(SocialOrganization.objects.all())
                actor = system(text(union, model), union)
                record_changes(
                    "canary", rows=[Changed(row, str(row.state), str(row.state), {}) for row in rows], by=actor, at=at
                )
                counts[model._meta.db_table] = len(rows)
                continue
            if label in canary_purchases.WRITTEN_ONCE:
                borne = {canary_purchases.WRITTEN_ONCE[label]: text(union, model)[:60]}
                counts[model._meta.db_table] = model._default_manager.filter(**borne).count()
                continue
            if label not in TEXT_OF:
                raise LookupError(f"{label} bears text and has no place for a canary")
            counts[model._meta.db_table] = model._default_manager.update(**{TEXT_OF[label]: text(union, model)})
    return counts


def _complete(union: TradeUnion, at: datetime) -> None:
    """At least one row in each table, a confidential contact log among them."""
    row = SocialOrganization.objects.order_by("serial").first()
    if row is None:
        raise LookupError(f"union {union.code} has no entries; run seed_demo for it first")
    day = today(at)
    canary_purchases.complete(union, text(union, Payment)[:60], at)
    if not OrgPerson.objects.exists():
        OrgPerson.objects.create(organization=row, name="-", role="head")
    if not OrgRating.objects.exists():
        OrgRating.objects.create(organization=row, grade="A3", state=RatingState.DECLARED)
    if not ContactPlan.objects.exists():
        ContactPlan.objects.create(
            organization=row, officer_id=uuid7(), officer_name="-", frequency="yearly", from_on=day
        )
    if not ContactLog.objects.filter(classification=Classification.CONFIDENTIAL).exists():
        ContactLog.objects.create(
            organization=row,
            contacted_on=day - timedelta(days=3),
            kind=ContactKind.VISIT,
            topics="-",
            classification=Classification.CONFIDENTIAL,
            created_at=at,
            created_by_name="-",
            updated_at=at,
        )
    if not ImportBatch.objects.exists():
        ImportBatch.objects.create(file_name="-", sha256="0" * 64, created_at=at, created_by_name="-")
    if not Attachment.objects.exists():
        paper = ContentFile(b"%PDF-1.4\n%%EOF\n", name="-.pdf")
        attachments.attach(on=row, upload=paper, label="-", by=system("canary", union), at=at)
    if not Comment.objects.exists():
        discussion.comment(on=row, text="-", by=system("canary", union), at=at)
    if not Notice.objects.exists():
        Notice.objects.create(
            user_id=uuid7(),
            kind=NoticeKind.PROGRESS,
            title="-",
            url="/",
            object_kind=row._meta.label_lower,
            object_id=row.pk,
            created_at=at,
        )
    if not SavedView.objects.exists():
        SavedView.objects.create(user_id=uuid7(), list_name="organizations", name="-")
