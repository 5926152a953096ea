"""Surveys in any state, with answers."""

import uuid
from datetime import UTC, date, datetime, timedelta

from commons.kit.ids import digest
from tenants.needs.enums import LinkPurpose, SurveyState
from tenants.needs.models import NeedSurvey, SurveyResponse, WorkerLink
from tenants.needs.questions import build

MADE_AT = datetime(2026, 9, 1, 2, 0, tzinfo=UTC)
ASKED = [
    {
        "text": "您最希望工会提供哪项服务",
        "kind": "single",
        "choices": ["心理疏导", "技能培训", "法律咨询"],
        "required": True,
        "field": "psychological",
    },
    {"text": "您还愿意参加哪些活动", "kind": "multiple", "choices": ["篮球赛", "读书会", "亲子活动"]},
    {"text": "对现有服务的满意程度", "kind": "scale"},
    {"text": "每周加班时间（小时）", "kind": "number"},
    {"text": "其他建议", "kind": "text"},
]


def survey(state: SurveyState = SurveyState.OPEN, **fields: object) -> NeedSurvey:
    values: dict[str, object] = {
        "title": "2026年职工服务需求调查",
        "year": 2026,
        "questions": [one.stored for one in build(ASKED)],
        "opens_on": date(2026, 11, 1),
        "closes_on": date(2026, 11, 30),
        "open_token": f"open-{uuid.uuid4().hex[:16]}",
        "state": state,
        "created_at": MADE_AT,
        "updated_at": MADE_AT,
        "created_by_name": "王芳",
    }
    return NeedSurvey.objects.create(**{**values, **fields})


def answers(row: NeedSurvey, *told: dict[str, object], group: str = "", times: int = 1, **fields: object) -> None:
    for one in told:
        for _ in range(times):
            SurveyResponse.objects.create(
                **{
                    "id": uuid.uuid4(),
                    "survey": row,
                    "answers": one,
                    "group": group,
                    "answered_on": date(2026, 11, 5),
                    **fields,
                }
            )


def link(
    purpose: LinkPurpose = LinkPurpose.SURVEY, subject: uuid.UUID | None = None, *, token: str = "", uses: int = 1
) -> str:
    """A link good for a hundred days from 2026-10-01; its token."""
    token = token or f"link-{uuid.uuid4().hex[:16]}"
    begun = datetime(2026, 10, 1, tzinfo=UTC)
    WorkerLink.objects.create(
        purpose=purpose,
        subject_id=subject,
        token_digest=digest(token),
        uses_left=uses,
        expires_at=begun + timedelta(days=100),
        created_at=begun,
        created_by_name="王芳",
    )
    return token
