"""Asking the API as people and partners do."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import orjson
import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client

from api.kit.ids import to_global
from commons.access import partners
from commons.access.actors import system
from commons.boundaries.enums import ChangeKind, ChangeState
from commons.boundaries.models import TreeChange
from commons.boundaries.transfer.enums import Mode, TransferState
from commons.boundaries.transfer.models import Transfer
from commons.hierarchy.models import Division, TradeUnion
from commons.kit.clock import month_index, now
from commons.onboarding.models import OnboardingApplication
from commons.people.enums import AccountKind, Role
from commons.people.models import OrgAccountLink
from commons.quality.enums import Check
from commons.quality.models import Ticket
from commons.tenancy import door
from tenants.attachments import actions as attachments
from tenants.discussion import actions as discussion
from tenants.notices import actions as notices
from tenants.notices.enums import NoticeKind
from tenants.registry.enums import Classification, ContactFrequency, ContactKind
from tenants.registry.models import ContactLog, ContactPlan, OrgPerson, OrgRating, OrgYearFact, SocialOrganization
from tests.api.needs.rows import rows as need_rows
from tests.api.purchasing.rows import rows as purchase_rows
from tests.api.subsidies.rows import rows as subsidy_rows
from tests.factories import organizations, people
from tests.factories.uploads import upload

_codes = itertools.count(60)
Ask = Callable[..., dict[str, Any]]


def post(client: Client, query: str, variables: dict[str, Any] | None = None, **headers: str) -> HttpResponse:
    body = orjson.dumps({"query": query, "variables": variables or {}})
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    response: HttpResponse = client.post("/graphql", body, content_type="application/json", headers=named)
    return response


def ask(client: Client, query: str, variables: dict[str, Any] | None = None, **headers: str) -> dict[str, Any]:
    """The answer's body; the request must have been understood."""
    response = post(client, query, variables, **headers)
    assert response.status_code == 200, response.content.decode()
    answer: dict[str, Any] = orjson.loads(response.content)
    answer.pop("extensions", None)
    return answer


class Bearer(Client):
    """A partner system."""

    def __init__(self, token: str) -> None:
        super().__init__(headers={"Authorization": f"Bearer {token}"})


@pytest.fixture(autouse=True)
def _no_rates(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Many questions in one minute are the point of some tests."""
    monkeypatch.setattr("api.kit.rates.REQUESTS_PER_MINUTE", 1_000_000)
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def partner_of(country: dict[str, TradeUnion]) -> Callable[[str], Bearer]:
    """`partner_of("430100")`: a client with a token rooted there."""

    def issue(code: str) -> Bearer:
        issued = partners.issue(name=f"合作系统{code}", root=country[code], by=system("test"), at=now())
        return Bearer(issued.token)

    return issue


@dataclass(frozen=True)
class Records:
    """One union's private rows, by type, as global ids."""

    union: TradeUnion
    organization: SocialOrganization
    ids: dict[str, str]


def records(union: TradeUnion, *, canary: str = "甲") -> Records:
    """An entry with everything that belongs to it."""
    at = datetime(2026, 11, 1, tzinfo=UTC)
    with door.inside(union):
        entry = organizations.organization(
            name=f"{union.short_name_zh}职工文体协会{canary}", note=f"内部备注{canary}", contact_phone="13800001234"
        )
        person = OrgPerson.objects.create(organization=entry, name=f"王秀英{canary}", role="head", phone="13900005678")
        rating = OrgRating.objects.create(
            organization=entry,
            grade="A4",
            state="granted",
            assessor="民政局",
            assessed_on=date(2025, 1, 1),
            valid_until=date(2030, 1, 1),
        )
        fact = OrgYearFact.objects.create(organization=entry, year=2026, staff=12, updated_at=at)
        log = ContactLog.objects.create(
            organization=entry,
            contacted_on=date(2026, 10, 8),
            kind=ContactKind.VISIT,
            topics=f"了解用工情况{canary}",
            created_at=at,
            updated_at=at,
            created_by_name="李雷",
        )
        secret = ContactLog.objects.create(
            organization=entry,
            contacted_on=date(2026, 10, 9),
            kind=ContactKind.PHONE,
            topics=f"保密事项{canary}",
            classification=Classification.CONFIDENTIAL,
            created_at=at,
            updated_at=at,
            created_by_name="李雷",
        )
        officer = people.user(f"何梅{canary}")
        people.assign(officer, union, Role.UNION_STAFF)
        plan = ContactPlan.objects.create(
            organization=entry,
            officer_id=officer.pk,
            officer_name=officer.name,
            frequency=ContactFrequency.MONTHLY,
            from_on=date(2026, 1, 1),
        )
        attachment = attachments.attach(
            on=entry,
            upload=upload(name=f"证书{canary}.pdf"),
            label=f"登记证书{canary}",
            by=system("test", union),
            at=at,
        )
        comment = discussion.comment(on=entry, text=f"请补充材料{canary}", by=system("test", union), at=at)
        [notice] = notices.give(
            kind=NoticeKind.MENTION,
            to=[officer],
            title=f"李雷提到您{canary}",
            url=f"/organizations/{entry.pk}",
            on=entry,
            at=at,
        )
        private = need_rows(canary) | purchase_rows(canary)
    application = OnboardingApplication.objects.create(
        code=f"{union.code[:4]}{next(_codes)}",
        name_zh=f"某某区总工会{canary}",
        level="district",
        parent=union,
        admin_name="刘洋",
        applied_by_name="李雷",
        applied_at=at,
    )
    ticket = Ticket.objects.create(
        union=union,
        kind=Check.PARTS,
        indicator="ORG-03",
        rule="ORG-03<=ORG-01",
        month=month_index(at.date()) - next(_codes),
        figures={"value": "12", "against": "10"},
        first_seen_at=at,
        last_seen_at=at,
        note=f"说明{canary}",
    )
    change = TreeChange.objects.create(
        kind=ChangeKind.REDEFINE,
        state=ChangeState.CANCELLED,
        union=union,
        effective_on=date(2030, 1, 1),
        name_zh=f"新名总工会{canary}",
        reason=f"更名{canary}",
        by_name="李雷",
        at=at,
    )
    transfer = Transfer.objects.create(
        change_id=change.pk,
        mode=Mode.SPLIT,
        source=union,
        target=TradeUnion.objects.exclude(pk=union.pk).order_by("pk")[0],
        month=24360,
        state=TransferState.UNDONE,
        by_name="李雷",
        at=at,
    )
    account = OrgAccountLink.objects.create(
        user=people.user(f"孙丽{canary}", kind=AccountKind.SOCIAL_ORG),
        uscc=entry.uscc,
        organization_name=entry.name[:120],
        claimed_at=at,
    )
    rows = {
        "OrganizationAccount": account,
        "TreeChange": change,
        "RecordTransfer": transfer,
        "SocialOrganization": entry,
        "OrgPerson": person,
        "OrgRating": rating,
        "OrgYearFact": fact,
        "ContactLog": log,
        "ContactPlan": plan,
        "Attachment": attachment,
        "Comment": comment,
        "Notice": notice,
        "User": officer,
        "OnboardingApplication": application,
        "DataQualityTicket": ticket,
        **private,
        **subsidy_rows(union, canary),
    }
    ids = {name: to_global(name, row.pk) for name, row in rows.items()}
    return Records(union, entry, {**ids, "SecretLog": to_global("ContactLog", secret.pk)})


@pytest.fixture
def staff(client_of: Callable[..., Client]) -> Client:
    """A staff member of 开福."""
    return client_of("430105", Role.UNION_STAFF)


@pytest.fixture
def divisions(country: dict[str, TradeUnion]) -> None:
    for code, name, level, parent in (
        ("430000", "湖南省", "province", None),
        ("430100", "长沙市", "city", "430000"),
        ("430105", "开福区", "district", "430100"),
        ("430102", "芙蓉区", "district", "430100"),
    ):
        Division.objects.get_or_create(code=code, defaults={"name": name, "level": level, "parent_id": parent})
