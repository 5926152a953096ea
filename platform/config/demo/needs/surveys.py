"""Three surveys: one running, one closed and analysed with its results published, one still drafted."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

from commons.codelists.services import ServiceField, TargetGroup
from commons.kit.clock import today
from commons.workflow.transitions import transition
from config.demo.cast import Cast
from tenants.needs.actions import surveys
from tenants.needs.enums import AgeBand, SurveyMethod
from tenants.needs.machines.survey import SURVEY, SurveyEvent
from tenants.needs.models import NeedSurvey
from tenants.needs.questions import QuestionKind

_WANTED = ["心理咨询和减压活动", "高温防护和歇脚点", "法律咨询", "技能培训补贴", "子女假期托管", "免费体检"]
_ASKED: list[dict[str, Any]] = [
    {
        "text": "您最希望工会提供哪些服务？（可多选）",
        "kind": QuestionKind.MULTIPLE,
        "choices": _WANTED,
        "required": True,
        "field": ServiceField.HUMANISTIC_CARE,
    },
    {
        "text": "您更愿意在什么时间参加活动？",
        "kind": QuestionKind.SINGLE,
        "choices": ["工作日中午", "工作日晚上", "周末白天", "都可以"],
    },
    {"text": "您对现有工会服务的满意程度", "kind": QuestionKind.SCALE, "required": True},
    {"text": "您对工会服务还有什么建议？", "kind": QuestionKind.TEXT},
]
_SAID = ["希望活动安排在下班以后", "离驻点有点远，希望能送到站点来", "报名渠道多宣传一下", ""]


def fill(there: Cast, *, at: datetime) -> None:
    day = today(at)
    running = _survey(
        there, f"{there.place}新就业形态劳动者服务需求调查", day - timedelta(days=9), day + timedelta(days=21), 200, at
    )
    transition(SURVEY, running, SurveyEvent.OPEN, by=there.staff, at=at)
    _answer(there, running, 18, at)

    over = _survey(there, f"{there.place}园区职工关爱服务需求调查", day - timedelta(days=40), day, 30, at)
    transition(SURVEY, over, SurveyEvent.OPEN, by=there.staff, at=at)
    _answer(there, over, 32, at)
    transition(SURVEY, over, SurveyEvent.CLOSE, by=there.staff, at=at)
    report = "心理减压和子女假期托管的呼声最高，周末白天参加活动的意愿明显高于工作日。建议列入明年购买服务目录。"
    transition(SURVEY, over, SurveyEvent.ANALYSE, by=there.staff, at=at, data={"report": report})
    transition(SURVEY, over, SurveyEvent.PUBLISH, by=there.admin, at=at)

    _survey(
        there, f"{there.place}户外劳动者驿站使用情况调查", day + timedelta(days=7), day + timedelta(days=37), 150, at
    )


def _survey(there: Cast, title: str, opens_on: Any, closes_on: Any, sample: int, at: datetime) -> NeedSurvey:
    return surveys.create(
        title=title,
        intro="问卷不记名，约需两分钟。结果只用于安排工会服务，五人以下的选项不公布。",
        opens_on=opens_on,
        closes_on=closes_on,
        method=SurveyMethod.ONLINE,
        target_groups=[TargetGroup.ALL_WORKERS, TargetGroup.OUTDOOR],
        region_code=there.union.code,
        sample_target=sample,
        asked=_ASKED,
        by=there.staff,
        at=at,
    )


def _answer(there: Cast, survey: NeedSurvey, count: int, at: datetime) -> None:
    survey.refresh_from_db()
    chance = Random(f"answers {there.union.code} {survey.title}")
    for _ in range(count):
        given = {
            "q1": chance.sample([f"c{number}" for number in range(1, len(_WANTED) + 1)], 2),
            "q2": f"c{chance.randrange(1, 5)}",
            "q3": str(chance.choice([3, 4, 4, 5])),
            "q4": chance.choice(_SAID),
            "age_band": str(chance.choice(list(AgeBand))),
        }
        surveys.answer(survey=survey, given=given, at=at)
