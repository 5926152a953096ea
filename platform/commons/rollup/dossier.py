"""
The indicators of DOMAIN §5.2 that nobody has declared yet, and which records each waits for.

They stand in `dossier.csv`. One that is declared leaves the list by itself, so that declaring it touches no other file. A
composite of the dossier ("A / B") is two indicators, `a` and `b`; FED-02G is FED-02 without deduplication, FAIR-07C the
coefficient of variation beside FAIR-07.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from commons.kit.labels import Code
from commons.rollup.declaration import CATALOGUE, Catalogue
from commons.rollup.enums import Aggregation

FILE = Path(__file__).with_name("dossier.csv")


class Awaited(Code):
    """Records that the platform does not keep yet. Source: DOMAIN §2.2–§2.10."""

    SUPERVISOR = "supervisor", "业务主管单位与工会的对应关系", "the business supervisor as a union, not as text"
    VETTING = "vetting", "背景核查及其有效期", "vetting with its period of validity"
    HONOUR = "honour", "荣誉", "honours"
    COMPLIANCE = "compliance", "守法诚信记录", "compliance records"
    UNION_BUILDING = "union_building", "建会情况（状态和日期）", "union building with states and days"
    PARTY_BUILDING = "party_building", "党组织情况（类型和日期）", "Party organizations with kinds and days"
    CONFERENCE = "conference", "联席会议的成员、会议和决议", "joint conferences: members, meetings, resolutions"
    FEDERATION = "federation", "联合会及其会员", "federations and their members"
    INCUBATION_BASE = "incubation_base", "孵化基地和孵化扶持", "incubation bases and support given"
    INCUBATION = "incubation", "入孵和出壳记录", "incubations, from entry to exit"
    PROJECT = "project", "购买服务项目和合同", "purchased projects and contracts"
    PAYMENT = "payment", "项目付款", "payments of projects"
    CAPACITY = "capacity", "力量保障的年度数据", "yearly capacity of each union"
    POST = "post", "购买的岗位", "purchased posts"
    SERVICE_RECORD = "service_record", "服务记录和评价", "service records and ratings"
    PROJECT_REVIEW = "project_review", "立项评审", "project reviews"
    ASSESSMENT = "assessment", "中期评估和绩效考核", "mid-term evaluations and assessments"
    SUPERVISION_CONTRACT = "supervision_contract", "第三方监管合同", "contracts of third-party supervision"
    SUBSIDY = "subsidy", "上级对下级的经费补贴", "subsidies between levels"
    CATALOGUE = "catalogue", "购买服务目录", "the catalogue of services"
    CALL = "call", "招募公告和投标", "calls and bids"
    MATCH = "match", "供需对接", "matches of supply and demand"
    AWARD = "award", "中标结果", "awards with their bids"
    SURVEY = "survey", "需求调查", "need surveys"
    NEED = "need", "职工需求", "needs of workers"
    ORDER = "order", "职工点单", "orders of workers"
    APPEAL = "appeal", "职工诉求", "appeals"
    CENTRE = "centre", "服务中心", "service centres"
    STATION = "station", "服务站点", "service stations"
    SOCIAL_WORKER = "social_worker", "社会工作者", "social workers"
    VOLUNTEER = "volunteer", "志愿者和志愿服务队", "volunteers and teams"
    VOLUNTEER_ACTIVITY = "volunteer_activity", "志愿服务活动和积分", "volunteer activities and points"
    LEGAL_SERVICE = "legal_service", "法律服务月报", "monthly legal service"
    TRAINING = "training", "培训班次", "training classes"
    TRAINING_BASE = "training_base", "技能培训基地", "training bases"
    SPECIAL_FUND = "special_fund", "专项资金年度数据", "yearly special funds"
    EMPLOYMENT = "employment", "就业创业服务", "employment services"
    AID = "aid", "帮扶基金发放", "disbursements of the aid fund"
    PARTNER = "partner", "公益伙伴和关爱服务", "partners, networks and care projects"
    BRAND = "brand", "品牌项目", "brands"
    MEDIA = "media", "宣传报道", "media items"
    COORDINATION = "coordination", "领导小组、协调机制和群团联合", "leading groups and coordination"
    RULE = "rule", "制度和政策文件", "rules and policy documents"
    PILOT = "pilot", "试点", "pilots"
    CASE = "case", "典型案例", "typical cases"
    TASK = "task", "下达的任务", "dispatched tasks"
    REPORT = "report", "年度报告报送", "reports submitted upward"
    INSPECTION = "inspection", "督导检查", "inspections"
    PUBLISHING = "publishing", "信息发布和资料下载", "published items and downloads"
    BROADCAST = "broadcast", "下发通知和签收", "broadcasts and receipts"
    MESSAGE = "message", "即时交流", "messages"
    OVERSEAS = "overseas", "境外组织境内活动", "activities of overseas organizations"
    INTERNATIONAL = "international", "国际交流活动", "international activities"
    THINK_TANK = "think_tank", "社会智库和课题成果", "think tanks and research outputs"
    NEW_STRATA = "new_strata", "新阶层活动", "new-strata activities"
    VETTING_AND_PROJECTS = "vetting_and_projects", "背景核查和已完成的项目", "vetting and completed projects"


@dataclass(frozen=True)
class Waiting:
    """An indicator of the dossier whose records do not exist yet."""

    code: str
    zh: str
    en: str
    unit: str
    aggregation: Aggregation
    awaits: Awaited


def waiting(catalogue: Catalogue = CATALOGUE) -> list[Waiting]:
    """Those of the dossier that are not declared, in its order."""
    return [found for found in _listed() if found.code not in catalogue.indicators]


@cache
def _listed() -> tuple[Waiting, ...]:
    with FILE.open(encoding="utf-8", newline="") as lines:
        return tuple(
            Waiting(
                code=row["code"],
                zh=row["zh"],
                en=row["en"],
                unit=row["unit"],
                aggregation=Aggregation(row["aggregation"]),
                awaits=Awaited(row["awaits"]),
            )
            for row in csv.DictReader(lines)
        )
