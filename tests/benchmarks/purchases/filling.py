"""One union's purchases of five years, row by row as its people leave them, put down in bulk. Call inside a union's door."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import connection

from commons.codelists.services import FundSource, PurchaseCategory, ServiceField, TargetGroup
from tenants.history.models import Change
from tenants.purchasing import offers
from tenants.purchasing.enums import (
    BidState,
    CallState,
    ContractState,
    ExpertKind,
    MemberState,
    ProjectState,
    ProviderKind,
    VettingResult,
)
from tenants.purchasing.models import (
    Bid,
    Call,
    Contract,
    Expert,
    FundingLine,
    Provider,
    Review,
    ServiceProject,
    UnionUnit,
)
from tenants.purchasing.models import PanelMember as Member
from tests.benchmarks.purchases import performing
from tests.benchmarks.purchases.bulk import FIRST, day, made, put
from tests.benchmarks.purchases.performing import OVER
from tests.factories.organizations import credit_code
from tests.factories.purchasing import calls as call_factory
from tests.factories.purchasing import projects as factory

P, C, B = ProjectState, CallState, BidState
LAST = date(2026, 11, 15)
# How many of a hundred projects are in which state, and where the call of such a project is.
STATES: tuple[tuple[P, int, C | None], ...] = (
    (P.DRAFT, 2, None),
    (P.APPROVAL_REVIEW, 1, None),
    (P.REJECTED, 1, None),
    (P.APPROVED, 1, C.DRAFT),
    (P.SOURCING, 2, C.PUBLISHED),
    (P.SOURCING, 1, C.QUALIFICATION),
    (P.SOURCING, 1, C.REVIEW),
    (P.SOURCING, 1, C.PUBLICISED),
    (P.AWARDED, 4, C.CONFIRMED),
    (P.RUNNING, 16, C.DONE),
    (P.MIDTERM, 3, C.DONE),
    (P.RECTIFYING, 1, C.DONE),
    (P.ASSESSING, 3, C.DONE),
    (P.COMPLETED, 8, C.DONE),
    (P.FAILED, 1, C.DONE),
    (P.TERMINATED, 1, C.DONE),
    (P.ARCHIVED, 53, C.DONE),
)
PLACES = ("开福区", "芙蓉街道", "湘江新区", "捞刀河镇", "望麓园街道", "四方坪街道", "新河街道", "沙坪街道")
WHOM = ("新就业形态劳动者", "环卫工人", "困难职工", "女职工", "农民工", "快递员", "货车司机", "一线职工", "职工家庭")
WHAT = (
    ("心理疏导", ServiceField.PSYCHOLOGICAL, PurchaseCategory.LIFE_SERVICE),
    ("法律援助", ServiceField.LEGAL_AID, PurchaseCategory.WORK_SERVICE),
    ("技能培训", ServiceField.SKILLS_TRAINING, PurchaseCategory.CAREER_SERVICE),
    ("暑期托管", ServiceField.CHILD_CARE, PurchaseCategory.LIFE_SERVICE),
    ("婚恋交友", ServiceField.MARRIAGE_DATING, PurchaseCategory.CULTURE_SERVICE),
    ("健康体检", ServiceField.OCCUPATIONAL_HEALTH, PurchaseCategory.LIFE_SERVICE),
    ("文体活动", ServiceField.CULTURE_SPORTS, PurchaseCategory.CULTURE_SERVICE),
)
NAMES = ("星城", "湘江", "同心", "启航", "暖阳", "弘毅", "德馨", "绿洲", "蓝天", "众诚", "博爱", "和平")
KINDS = ("职工服务中心", "社会工作服务中心", "心理服务中心", "法律服务中心", "志愿者协会", "公益促进会")
PLAN = (
    "一、服务需求分析。二、服务目标和内容：全年开展团体辅导、个案服务和主题活动。三、人员配备和督导。四、风险预案。"
    * 12
)
# Bids in the call with the most, and in an ordinary one.
BUSY, ORDINARY = 200, 10


@dataclass
class Filled:
    """What was put down, and the calls whose pages are asked for."""

    union: str
    projects: int = 0
    bids: int = 0
    busy: Call = field(default_factory=Call)
    ordinary: Call = field(default_factory=Call)
    running: ServiceProject = field(default_factory=ServiceProject)
    contract: Contract = field(default_factory=Contract)
    provider: Provider = field(default_factory=Provider)


class Purchases:
    """The rows of one union; the same seed makes the same rows."""

    def __init__(self, code: str, *, projects: int, bids: int, seed: int = 17) -> None:
        self.chance, self.wanted = random.Random(seed), projects
        self.filled = Filled(code)
        self.bids_left = bids

    def fill(self) -> Filled:
        """All of them, with the statistics that a planner has of tables in use."""
        self.rules = {**factory.rules(), "bid_system": call_factory.bid_system()}
        self.units = put(UnionUnit(kind="department", name=f"第{n}部室", **factory.MADE) for n in range(1, 9))
        self.providers = put(self._providers())
        self.experts = put(self._experts())
        projects = put(self._projects())
        put(
            FundingLine(project=one, source=FundSource.UNION_FUNDS, amount=one.budget) for one in projects if one.budget
        )
        calls = put(self._calls(projects))
        bids = put(self._bids(calls))
        put(calls_record(calls, bids), update=["opening_record", "draw_record"])
        members = put(self._members(calls))
        put(self._reviews(members, bids))
        contracts = put(performing.contracts(projects, calls, bids))
        parts = put(performing.parts(contracts, self.chance))
        put(performing.payments(parts))
        performing.course(contracts)
        put(performing.history([*projects, *calls, *contracts]))
        with connection.cursor() as cursor:
            for model in (*apps.get_app_config("purchasing").get_models(), Change):
                cursor.execute(f'ANALYZE "{model._meta.db_table}"')
        return self._found(projects, calls, bids, contracts)

    def _found(
        self, projects: list[ServiceProject], calls: list[Call], bids: list[Bid], contracts: list[Contract]
    ) -> Filled:
        filled = self.filled
        filled.projects, filled.bids = len(projects), len(bids)
        filled.busy = next(call for call in calls if call.state == C.PUBLICISED)
        filled.ordinary = next(call for call in calls if call.state == C.CONFIRMED)
        filled.contract = next(one for one in contracts if one.state == ContractState.PERFORMING)
        assert filled.contract.project is not None
        filled.running = filled.contract.project
        filled.provider = filled.contract.provider
        return filled

    def _providers(self) -> Iterator[Provider]:
        for n in range(2 * BUSY):
            yield Provider(
                kind=ProviderKind.SOCIAL_ORG,
                name=f"长沙市{self.chance.choice(NAMES)}{self.chance.choice(KINDS)}{n}",
                uscc=credit_code(700_000 + n),
                org_type="social_service_institution",
                founding_mode=self.chance.choice(["union_founded", "independent", "independent"]),
                vetting_result=VettingResult.CLEAR,
                vetting_until=date(2030, 1, 1),
                bank_account="6222020200012345678",
                bank_name="中国工商银行长沙开福支行",
                **factory.MADE,
            )

    def _experts(self) -> Iterator[Expert]:
        for n in range(1, 41):
            kind = self.chance.choice(list(ExpertKind))
            yield Expert(number=n, name=f"专家{n}", kind=kind, unit="湖南师范大学", **factory.MADE)

    def _projects(self) -> Iterator[ServiceProject]:
        states = [state for state, share, _ in STATES for _ in range(share)]
        for n in range(self.wanted):
            # The states lie among one another as they do over years: what is over is older.
            state = states[n * 37 % len(states)]
            begun = (
                day(self.chance, FIRST, date(2025, 6, 1)) if state in OVER else day(self.chance, date(2025, 9, 1), LAST)
            )
            what, of, category = self.chance.choice(WHAT)
            budget = Decimal(self.chance.randrange(20, 600)) * 1000
            yield ServiceProject(
                year=begun.year,
                serial=n + 1,
                title=f"{self.chance.choice(PLACES)}{self.chance.choice(WHOM)}{what}服务项目（{n + 1}）",
                summary="面向辖区职工提供专业服务。" * 6,
                fields=[of],
                category=category,
                target_groups=[self.chance.choice(list(TargetGroup))],
                business_owner=self.chance.choice(self.units),
                test_concentrated=True,
                test_benefit=True,
                test_suitable=True,
                budget=budget,
                starts_on=begun + timedelta(days=60),
                ends_on=begun + timedelta(days=360),
                midterm_on=begun + timedelta(days=200),
                target_person_times=600,
                target_persons=300,
                target_sessions=20,
                state=state,
                approved_on=begun + timedelta(days=20)
                if state not in {P.DRAFT, P.APPROVAL_REVIEW, P.REJECTED}
                else None,
                ended_on=begun + timedelta(days=380) if state in OVER else None,
                **(self.rules if state != P.DRAFT else {}),
                **made(begun),
            )

    def _calls(self, projects: list[ServiceProject]) -> Iterator[Call]:
        where = [at for _, share, at in STATES for _ in range(share)]
        for n, project in enumerate(projects):
            state = where[n * 37 % len(where)]
            if state is None:
                continue
            begun = project.created_at.date()
            due = datetime(begun.year, begun.month, begun.day, 9, tzinfo=UTC) + timedelta(days=35)
            if state in {C.DRAFT, C.PUBLISHED}:
                due = datetime.now(UTC).replace(microsecond=0) + timedelta(days=12)
            call = Call(
                project=project,
                title=f"{project.title}招募公告",
                text="采购需求：" + PLAN,
                ceiling=project.budget,
                admission=call_factory.OPEN_TO_ALL.as_json(),
                state=state,
                bid_deadline=due,
                **made(begun),
            )
            if state != C.DRAFT:
                call.envelope, call.envelope_public = offers.enveloped(call, due)
                call.published_on = begun + timedelta(days=22)
            if state in {C.PUBLICISED, C.CONFIRMED, C.DONE}:
                call.publicity_from, call.publicity_until = due.date(), due.date() + timedelta(days=7)
            if state in {C.CONFIRMED, C.DONE}:
                call.confirmed_on = due.date() + timedelta(days=8)
            yield call

    def _bids(self, calls: list[Call]) -> Iterator[Bid]:
        """Sealed as their bidders sealed them; opened where the call was."""
        with_bids = [call for call in calls if call.state != C.DRAFT]
        busy = next(call for call in with_bids if call.state == C.PUBLICISED)
        many = BUSY if self.wanted > BUSY else ORDINARY
        least, more = divmod(self.bids_left - many, len(with_bids) - 1)
        others = (least + (place < more) for place in range(len(with_bids) - 1))
        for call in with_bids:
            number = many if call is busy else next(others)
            for place, provider in enumerate(self.chance.sample(self.providers, number)):
                yield self._bid(call, provider, place)

    def _bid(self, call: Call, provider: Provider, place: int) -> Bid:
        total = (call.ceiling * self.chance.randrange(70, 100) / 100).quantize(Decimal("0.01"))
        offer = call_factory.offer(provider.uscc, name=provider.name, total=total, plan=PLAN)
        sealed, receipt = offers.sealed(call, offer)
        due = call.bid_deadline
        assert due is not None
        bid = Bid(
            call=call,
            owner_mark=offers.mark_of(call, provider.uscc),
            sealed=sealed,
            receipt=receipt,
            state=B.SUBMITTED,
            submitted_at=due - timedelta(days=1, minutes=place),
            created_at=due - timedelta(days=2),
            updated_at=due - timedelta(days=1),
            created_by_name="申报单位",
        )
        if call.state == C.PUBLISHED:
            return bid
        bid.provider, bid.opened_at, bid.total = provider, due, total
        bid.plan, bid.lines, bid.team, bid.founding_mode = offer.plan, offer.lines, offer.team, provider.founding_mode
        bid.state = B.QUALIFIED
        if call.state not in {C.QUALIFICATION, C.REVIEW}:
            bid.rank, bid.score = place + 1, Decimal(95) - Decimal(place) / 4
            bid.state = B.SCORED
        if call.state in {C.CONFIRMED, C.DONE}:
            bid.state = (B.WON, B.RESERVE)[place] if place < 2 else B.LOST
            bid.confirmed_on = call.confirmed_on
            bid.award_amount = total if place == 0 else None
        return bid

    def _members(self, calls: list[Call]) -> Iterator[Member]:
        for call in calls:
            if call.state in {C.DRAFT, C.PUBLISHED, C.QUALIFICATION}:
                continue
            for place, expert in enumerate(self.chance.sample(self.experts, 3), 1):
                yield Member(
                    call=call,
                    expert=expert,
                    position=place,
                    is_chair=place == 1,
                    state=MemberState.CONFIRMED,
                    declared_at=call.bid_deadline,
                    **made(call.created_at.date()),
                )

    def _reviews(self, members: list[Member], bids: list[Bid]) -> Iterator[Review]:
        seats: dict[Any, list[Member]] = {}
        for member in members:
            seats.setdefault(member.call_id, []).append(member)
        for bid in bids:
            for member in seats.get(bid.call_id, []):
                scores = {str(item["code"]): str(self.chance.randrange(60, 100)) for item in call_factory.ITEMS}
                locked = None if member.call.state == C.REVIEW else bid.opened_at
                yield Review(member=member, bid=bid, scores=scores, locked_at=locked, **made(bid.created_at.date()))


def calls_record(calls: list[Call], bids: list[Bid]) -> Iterator[Call]:
    """The calls that were opened, with the record of it."""
    opened: dict[Any, list[Bid]] = {}
    for bid in bids:
        if bid.opened_at is not None:
            opened.setdefault(bid.call_id, []).append(bid)
    for call in calls:
        if found := opened.get(call.pk):
            lines = [
                {"bid": str(bid.pk), "receipt": bid.receipt, "submitted_at": bid.submitted_at.isoformat()}
                for bid in found
                if bid.submitted_at is not None
            ]
            call.opened_at = call.bid_deadline
            call.opening_record = {"opened": lines, "damaged": [], "submitted": len(lines), "withdrawn": 0}
            pool = [f"ZJ-{number:04d}" for number in range(1, 41)]
            call.draw_record = {"text": str(call.pk), "seed": "0" * 64, "pool": pool, "wanted": 3, "excluded": []}
            yield call
