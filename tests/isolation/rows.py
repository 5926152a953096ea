"""One row of everything that belongs to one union, with a text that must never be seen elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.db import connection, models

from commons.access import grants, partners
from commons.access.actors import Actor, acting, system
from commons.accounts import actions as accounts
from commons.boundaries.enums import ChangeKind
from commons.boundaries.models import TreeChange
from commons.boundaries.transfer.enums import Mode, TransferState
from commons.boundaries.transfer.models import Transfer
from commons.calls import actions as calls
from commons.calls.actions import Notice
from commons.files import actions as files
from commons.files.enums import FileKind
from commons.hierarchy.enums import Kind, Level
from commons.hierarchy.models import TradeUnion
from commons.jobs.enums import JobState
from commons.jobs.models import Job
from commons.kit.clock import month_index, now
from commons.kit.ids import uuid7
from commons.onboarding.models import OnboardingApplication
from commons.people import organizations as dealings
from commons.people.enums import AccountKind, LinkState, Role
from commons.people.models import OrgAccountLink, RoleAssignment
from commons.portal import proofs
from commons.quality.enums import Check, TicketEvent, TicketState
from commons.quality.models import Ticket, TicketChange
from commons.tables.exporting import EXPORT
from commons.tenancy import door
from tenants.attachments import actions as attachments
from tenants.discussion import actions as discussion
from tenants.history.models import Change
from tenants.notices import actions as notices
from tenants.notices.enums import NoticeKind
from tenants.registry.enums import Classification, ContactFrequency, ContactKind, ImportState
from tenants.registry.imports import packing
from tenants.registry.imports.sheets import Row
from tenants.registry.models import (
    ContactLog,
    ContactPlan,
    ImportBatch,
    OrgPerson,
    OrgRating,
    OrgYearFact,
    SocialOrganization,
)
from tenants.rollup.models import Tenure
from tenants.views.models import SavedView
from tests.factories import organizations, people
from tests.factories.uploads import upload
from tests.isolation import opendata_rows, rows_purchases, rows_subsidies

YEAR = 2026


@dataclass(frozen=True)
class Rows:
    """What `fill` has made in one union: the key of each kind of row, by the kind's name."""

    union: TradeUnion
    canary: str
    admin: Actor
    keys: dict[str, UUID]
    token: str


def canary_of(union: TradeUnion) -> str:
    return f"CANARY-{union.code}"


def fill(union: TradeUnion) -> Rows:
    """At least one row in each tenant table and in each shared table whose rows belong to one union."""
    canary, at = canary_of(union), now()
    admin = people.actor(union.code, Role.UNION_ADMIN, holder=people.user(f"管理员{canary}"))
    clerk = people.user(f"李雷{canary}")
    people.assign(clerk, union, Role.UNION_STAFF)
    author = acting(clerk, union)
    assert author is not None
    assert admin.user is not None
    keys = {"user": clerk.pk, "assignment": RoleAssignment.objects.get(user=clerk, union=union).pk}
    with door.inside(union):
        keys |= _records(union, canary, author, at)
        keys |= rows_purchases.needs(canary, author, at) | rows_purchases.purchases(canary, author, at)
        keys |= _words(union, canary, keys["organization"], admin, at)
        _seal(canary, author, at)
    keys |= _shared(union, canary, admin, author, at)
    keys |= _portal(union, canary, keys["organization"], admin, at)
    invitation, token = accounts.invite(
        union=union, role=Role.UNION_STAFF, name=f"韩梅梅{canary}"[:60], by=admin, at=at
    )
    partners.issue(name=f"合作系统{canary}", root=union, by=system("测试"), at=at)
    return Rows(union, canary, admin, {**keys, "invitation": invitation.pk}, token)


def _records(union: TradeUnion, canary: str, author: Actor, at: datetime) -> dict[str, UUID]:
    Tenure.objects.create(record=uuid7(), from_month=month_index(at.date()))
    on = date(YEAR, 10, 8)
    entry = organizations.organization(
        name=f"职工文体协会{canary}",
        note=f"内部备注{canary}",
        contact_name=canary,
        contact_phone="13800001234",
        region_code=union.code[:6],
    )
    person = OrgPerson.objects.create(organization=entry, name=f"王秀英{canary}", role="head", phone="13900005678")
    rating = OrgRating.objects.create(organization=entry, grade="A4", state="declared", reason=canary)
    OrgYearFact.objects.create(organization=entry, year=YEAR, staff=12, updated_at=at)
    plan = ContactPlan.objects.create(
        organization=entry,
        officer_id=author.user_id,
        officer_name=author.name[:60],
        frequency=ContactFrequency.QUARTERLY,
        from_on=on,
    )
    made = {"created_at": at, "updated_at": at, "created_by_id": author.user_id, "created_by_name": author.name}
    log = ContactLog.objects.create(
        organization=entry, contacted_on=on, kind=ContactKind.VISIT, topics=f"了解用工情况{canary}", **made
    )
    secret = ContactLog.objects.create(
        organization=entry,
        contacted_on=on + timedelta(days=1),
        kind=ContactKind.PHONE,
        topics=f"保密事项{canary}",
        classification=Classification.CONFIDENTIAL,
        **made,
    )
    assert author.user is not None
    grants.name_officer(author.user, secret)
    attachment = attachments.attach(
        on=entry, upload=upload(name=f"证书{canary}.pdf"), label=f"登记证书{canary}", by=author, at=at
    )
    batch = ImportBatch.objects.create(
        file_name=f"{canary}.xlsx",
        sha256="0" * 64,
        headers=["名称", canary],
        mapping={"name": 0},
        sheet=packing.packed_rows([Row(2, [f"某协会{canary}", canary])]),
        state=ImportState.CHECKED,
        report={"rows": 1, "good": 1, "bad": 0, "new": 1, "changed": 0, "same": 0, "ready": 0},
        created_at=at,
        created_by_id=author.user_id,
        created_by_name=author.name,
    )
    view = SavedView.objects.create(
        user_id=author.user_id, list_name="organizations", name=canary, filters={"q": [canary]}, shared=True
    )
    return {
        "view": view.pk,
        "organization": entry.pk,
        "org_person": person.pk,
        "rating": rating.pk,
        "plan": plan.pk,
        "contact": log.pk,
        "secret": secret.pk,
        "batch": batch.pk,
        "attachment": attachment.pk,
    }


def _words(union: TradeUnion, canary: str, entry: UUID, admin: Actor, at: datetime) -> dict[str, UUID]:
    """What was said about an entry, and who was told of what."""
    row = SocialOrganization.objects.get(pk=entry)
    comment = discussion.comment(on=row, text=f"请补充材料{canary}", by=admin, at=at)
    assert admin.user is not None
    [notice] = notices.give(
        kind=NoticeKind.MENTION,
        to=[admin.user],
        title=f"李雷提到您{canary}",
        url=f"/organizations/{entry}",
        on=row,
        at=at,
    )
    return {"comment": comment.pk, "notice": notice.pk}


def _seal(canary: str, author: Actor, at: datetime) -> None:
    """What has no address of its own."""
    Change.objects.create(
        object_kind="canary", object_id=author.user_id, event="edit", reason=canary, by_name=author.name, at=at
    )


def _shared(union: TradeUnion, canary: str, admin: Actor, author: Actor, at: datetime) -> dict[str, UUID]:
    file = files.store(
        union=union,
        purpose="tables.organizations",
        name=f"{canary}.xlsx",
        content_type=FileKind.XLSX.content_type,
        content=canary.encode(),
        by=admin,
        at=at,
    )

    def job(state: JobState, **fields: object) -> Job:
        return Job.objects.create(
            kind=EXPORT,
            payload={"table": "organizations", "query": "", "columns": ["name"]},
            union=union,
            key=f"{canary}-{state}",
            state=state,
            run_after=at + timedelta(days=1),
            asked_at=at,
            asked_by_id=admin.user_id,
            asked_by_name=admin.name,
            **fields,
        )

    done = job(JobState.DONE, result={"file": str(file.pk), "rows": 1}, finished_at=at)
    parked = job(JobState.PARKED, error="RuntimeError", finished_at=at)
    application = OnboardingApplication.objects.create(
        code=f"{union.code}_{Kind.ZONE.value[0]}1"[:12],
        name_zh=f"开发区总工会{canary}",
        level=Level.DISTRICT,
        kind=Kind.ZONE,
        parent=union,
        leader_in_charge=canary,
        responsible_department="办公室",
        dedicated_person="李敏",
        admin_name="赵敏",
        applied_by_id=author.user_id,
        applied_by_name=admin.name,
        applied_at=at,
    )
    ticket = Ticket.objects.create(
        union=union,
        kind=Check.PARTS,
        indicator="ORG-03",
        rule="ORG-03<=ORG-01",
        month=month_index(at.date()),
        figures={"value": "12", "against": "10"},
        explained_figures={"value": "12", "against": "10"},
        state=TicketState.REOPENED,
        first_seen_at=at,
        last_seen_at=at,
        note=f"说明{canary}",
        explained_at=at,
        explained_by_id=author.user_id,
        explained_by_name=author.name,
    )
    TicketChange.objects.create(
        ticket=ticket,
        event=TicketEvent.FOUND,
        to_state=TicketState.OPEN,
        figures=ticket.figures,
        by_name=canary,
        at=at,
    )
    change = TreeChange.objects.create(
        kind=ChangeKind.REDEFINE,
        union=union,
        effective_on=date(YEAR + 60, 1, 1),
        name_zh=f"新名总工会{canary}",
        reason=canary,
        by_name="赵敏",
        at=at,
    )
    transfer = Transfer.objects.create(
        change_id=change.pk,
        mode=Mode.SPLIT,
        source=union,
        target=TradeUnion.objects.exclude(pk=union.pk).filter(path__contains=union.path[:1]).order_by("pk")[0],
        month=month_index(at.date()),
        state=TransferState.UNDONE,
        by_name="赵敏",
        at=at,
    )
    keys = {"file": file.pk, "export": done.pk, "job": parked.pk, "application": application.pk}
    keys |= rows_subsidies.fill(union, canary, author, at)
    return keys | {"ticket": ticket.pk, "change": change.pk, "transfer": transfer.pk}


def _portal(union: TradeUnion, canary: str, entry: UUID, admin: Actor, at: datetime) -> dict[str, UUID]:
    """An account that waits to be verified, one that was revoked, the dealing, and a call, which is public."""
    with door.inside(union):
        uscc = SocialOrganization.objects.get(pk=entry).uscc
    holder = people.user(f"孙丽{canary}", kind=AccountKind.SOCIAL_ORG)
    file = files.store(
        union=union,
        purpose=proofs.PURPOSE,
        name=f"授权书{canary}.pdf",
        content_type="application/pdf",
        content=f"%PDF-{canary}".encode(),
        by=admin,
        at=at,
    )
    told = {"user": holder, "uscc": uscc, "organization_name": canary, "claimed_at": at}
    waiting = OrgAccountLink.objects.create(proof_file_id=file.pk, **told)
    OrgAccountLink.objects.create(
        state=LinkState.REVOKED,
        decided_by_name=canary,
        decided_at=at,
        decided_in_union=union,
        reason=canary,
        **{**told, "user": people.user(f"周婷{canary}", kind=AccountKind.SOCIAL_ORG)},
    )
    dealings.present(uscc, union, at)
    calls.publish(
        notice=Notice(
            call_id=uuid7(),
            number="〔2026〕1号",
            title="职工心理关爱服务",
            buyer_name=union.name_zh,
            fields=["psychological_care"],
            published_on=at.date(),
            deadline_at=at + timedelta(days=30),
            region_code=union.code[:6],
            path="portal",
        ),
        by=system("测试", union),
        at=at,
    )
    opendata_rows.fill(union, at)
    return {"account": waiting.pk}


def tenant_models() -> list[type[models.Model]]:
    """Every model whose table lies in each union's schema."""
    labels = {config.label for config in apps.get_app_configs() if config.name in settings.TENANT_APPS}
    found = [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label in labels]
    return sorted((model for model in found if model._meta.managed), key=lambda model: model._meta.db_table)


def snapshot(union: TradeUnion) -> dict[str, str]:
    """Everything in the union's schema, and each shared row that points at the union, its audit log included."""
    kept: dict[str, str] = {}
    with door.inside(union), connection.cursor() as cursor:
        for model in tenant_models():
            table = model._meta.db_table
            cursor.execute(f"SELECT coalesce(jsonb_agg(t ORDER BY t::text), '[]')::text FROM \"{table}\" t")
            kept[table] = cursor.fetchone()[0]
    with door.outside(), connection.cursor() as cursor:
        for model, columns in _shared_tables():
            where = " OR ".join(f'"{column}" = %s' for column in columns)
            cursor.execute(
                f"SELECT coalesce(jsonb_agg(t ORDER BY t::text), '[]')::text FROM \"{model._meta.db_table}\" t WHERE {where}",
                [union.pk] * len(columns),
            )
            kept[model._meta.db_table] = cursor.fetchone()[0]
    return kept


def _shared_tables() -> list[tuple[type[models.Model], list[str]]]:
    inner = set(tenant_models())
    found = []
    for model in apps.get_models():
        if model in inner or not model._meta.managed:
            continue
        columns = [
            field.column
            for field in model._meta.concrete_fields
            if field.related_model is TradeUnion or field.name == "union_id"
        ]
        if model is TradeUnion:
            columns.append("id")
        if columns:
            found.append((model, columns))
    return found
