"""The rules with which a union begins, so that it may purchase from its first day; every one may be replaced. Source: Appendix C."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from commons.kit.clock import today
from tenants.purchasing.enums import RuleKind, RuleState
from tenants.purchasing.models import PurchaseRule
from tenants.purchasing.rule_templates import COOPERATION_CLAUSES, PROJECT_CLAUSES, SUPERVISION_CLAUSES

AUTHOR = "系统预置"


def _system(pass_mark: int, *items: tuple[str, str, int, str]) -> dict[str, Any]:
    return {
        "items": [
            {
                "code": code,
                "name": name,
                "weight": str(weight),
                "max": "100",
                "guide": guide,
                "is_satisfaction": code == "satisfaction",
            }
            for code, name, weight, guide in items
        ],
        "pass_mark": str(pass_mark),
    }


CONTENTS: dict[RuleKind, dict[str, Any]] = {
    # What it does not say holds by default: see rules.Thresholds.
    RuleKind.MEASURES: {
        "text": "本办法适用于使用工会经费向社会组织购买服务。各项金额、期限和比例见下列标准，可由本级工会修订。"
    },
    RuleKind.PROCESS_SUPERVISION: {
        "text": "监管方按合同约定的次数到服务现场检查，每次填写检查记录，载明发现的问题、风险等级和整改期限。\n"
        "发现高风险问题的，当日报告工会。承接单位在期限内整改，监管方复查后销号。"
    },
    RuleKind.MIDTERM: {
        "text": "实施期满六个月的项目须作中期评估。承接单位提交自评和进展报告，工会组织按中期评估指标体系评分。\n"
        "评估未通过的限期整改，再次未通过的终止项目。"
    },
    RuleKind.PERFORMANCE: {
        "text": "项目实施结束后按绩效考核指标体系评分：90分以上优秀，80分以上良好，60分以上合格，不足60分不合格。\n"
        "职工满意度样本不少于30份或者服务人数的10%。承接单位对结论有异议的，十日内可以申诉，由另一人答复。"
    },
    RuleKind.FUNDS: {
        "text": "项目经费专款专用，按付款节点支付。预算科目之间调剂不超过10%的由承接单位自行安排，超过的报工会同意。\n"
        "结余资金在项目结束后退回。"
    },
    RuleKind.APPROVAL_SYSTEM: _system(
        70,
        ("need", "需求依据", 25, "需求是否相对集中，有无调查、点单等依据"),
        ("suitability", "适宜性", 15, "是否适合由社会组织承接"),
        ("benefit", "比较效益", 20, "与自行组织或者其他方式相比，效益是否突出"),
        ("plan", "方案与指标", 20, "方案是否可行，目标是否可以衡量"),
        ("budget", "预算合理性", 15, "测算依据是否充分"),
        ("risk", "风险与合规", 5, "风险是否可控，有无违反规定的情形"),
    ),
    RuleKind.BID_SYSTEM: _system(
        0,
        ("understanding", "需求理解", 15, "对服务对象和需求的把握"),
        ("plan", "实施方案", 25, "内容、步骤、进度、应急安排"),
        ("team", "团队与资质", 20, "负责人和专业人员的配备"),
        ("experience", "经验与等级", 15, "同类项目经验、社会组织评估等级"),
        ("budget", "报价", 15, "预算构成与报价"),
        ("innovation", "创新与品牌", 10, "创新做法、服务品牌"),
    ),
    RuleKind.MIDTERM_SYSTEM: _system(
        60,
        ("progress", "进度与计划", 30, "按计划完成的程度"),
        ("quantity", "服务数量", 20, "服务人次、场次"),
        ("satisfaction", "服务质量与阶段满意度", 20, "按服务记录中的满意度评价计算"),
        ("funds", "经费使用", 20, "是否按预算使用，凭证是否齐全"),
        ("records", "档案与宣传", 10, "资料是否完整"),
    ),
    RuleKind.PERFORMANCE_SYSTEM: _system(
        60,
        ("target", "目标完成", 25, "约定目标的完成程度"),
        ("quality", "服务质量", 20, "专业性、规范性"),
        ("satisfaction", "职工满意度", 20, "按服务记录中的满意度评价计算"),
        ("social", "社会效益与品牌", 15, "社会影响、典型经验"),
        ("funds", "经费合规", 15, "经费使用的合规性"),
        ("sustainability", "可持续性", 5, "能否持续、推广"),
    ),
    RuleKind.PROJECT_CONTRACT: {"clauses": PROJECT_CLAUSES},
    RuleKind.SUPERVISION_CONTRACT: {"clauses": SUPERVISION_CLAUSES},
    RuleKind.COOPERATION_AGREEMENT: {"clauses": COOPERATION_CLAUSES},
}


def ensure(*, at: datetime) -> int:
    """Give the union whose schema is entered what it lacks of the defaults, in force from today; how many. Two statements."""
    there = set(PurchaseRule.objects.values_list("kind", flat=True).distinct())
    rows = [
        PurchaseRule(
            kind=kind,
            edition=1,
            title=f"{kind.label}（示范）",
            content=content,
            state=RuleState.IN_FORCE,
            in_force_from=today(at),
            created_at=at,
            updated_at=at,
            created_by_name=AUTHOR,
        )
        for kind, content in CONTENTS.items()
        if kind not in there
    ]
    PurchaseRule.objects.bulk_create(rows)
    return len(rows)


def begin(at: datetime) -> None:
    """What a new union begins with."""
    ensure(at=at)
