"""What the tests of the ledger begin with."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest

from commons.access.actors import Actor
from commons.hierarchy.models import TradeUnion
from commons.people.enums import Role
from commons.tenancy import door
from tenants.registry.actions import entries, ledger
from tenants.registry.models import SocialOrganization
from tests.factories.organizations import credit_code


def entry_fields(**other: object) -> dict[str, object]:
    """The fields of a complete registered entry."""
    return {
        "name": "长沙市启航职工服务中心",
        "uscc": credit_code(),
        "org_type": "social_group",
        "certificate_number": "湘民证字第010234号",
        "founding_mode": "independent",
        "scope": "labour_relations",
        "rights_domains": ["employment", "skills_training"],
        "org_domains": ["skills_training"],
        "activity_content": "开展职工技能培训",
        "working_mode": "进企业上门服务",
        "funding_sources": "会费、政府购买服务",
        "staff": 12,
        "region_code": "430105",
        "industry": "社会工作",
        "contact_name": "李四",
        "contact_phone": "13812345678",
        **other,
    }


@pytest.fixture
def kaifu(country: dict[str, TradeUnion]) -> Iterator[TradeUnion]:
    """Inside the schema of 开福区总工会."""
    with door.inside(country["430105"]) as union:
        yield union


@pytest.fixture
def staff(kaifu: TradeUnion, actor_of: Callable[..., Actor]) -> Actor:
    return actor_of("430105", Role.UNION_STAFF)


@pytest.fixture
def admin(kaifu: TradeUnion, actor_of: Callable[..., Actor]) -> Actor:
    return actor_of("430105", Role.UNION_ADMIN)


@pytest.fixture
def leader(kaifu: TradeUnion, actor_of: Callable[..., Actor]) -> Actor:
    return actor_of("430105", Role.LEADER)


@pytest.fixture
def draft(staff: Actor, at: datetime) -> SocialOrganization:
    return entries.create(fields=entry_fields(), by=staff, at=at)


@pytest.fixture
def to_verify(draft: SocialOrganization, staff: Actor, at: datetime) -> SocialOrganization:
    return ledger.submit(organization=draft, by=staff, at=at)


@pytest.fixture
def active(to_verify: SocialOrganization, staff: Actor, at: datetime) -> SocialOrganization:
    return ledger.verify(organization=to_verify, by=staff, at=at)
