"""Rows of needs in any state, made directly: for tests of what is counted of them. Call inside a union's door."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from commons.kit.ids import uuid7
from tenants.needs.models import Appeal, MenuItem, Need, NeedSurvey, ServiceOrder, SurveyResponse

_serial = itertools.count(1)
MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
BEGUN = {"created_at": MOMENT, "updated_at": MOMENT, "created_by_id": None, "created_by_name": "李敏"}


def survey(closed_on: date | None = None, **fields: Any) -> NeedSurvey:
    return NeedSurvey.objects.create(
        **{
            "title": f"职工需求调查{next(_serial)}",
            "year": 2026,
            "opens_on": date(2026, 1, 1),
            "closes_on": date(2026, 12, 31),
            "closed_on": closed_on,
            "state": "closed" if closed_on else "open",
            **BEGUN,
            **fields,
        }
    )


def response(to: NeedSurvey, answered_on: date, **fields: Any) -> SurveyResponse:
    return SurveyResponse.objects.create(id=uuid7(), survey=to, answered_on=answered_on, **fields)


def need(collected_on: date, **fields: Any) -> Need:
    number = next(_serial)
    return Need.objects.create(
        **{
            "serial": number,
            "title": f"希望开展心理疏导{number}",
            "source": "unit_report",
            "field": "psychological",
            "year": collected_on.year,
            "collected_on": collected_on,
            **BEGUN,
            **fields,
        }
    )


def menu_item(**fields: Any) -> MenuItem:
    return MenuItem.objects.create(
        **{
            "title": "一对一心理咨询",
            "field": "psychological",
            "provider_name": "长沙市启航职工服务中心",
            "provider_uscc": "",
            "price": Decimal("200.00"),
            "cap": Decimal("20000.00"),
            "from_on": date(2026, 1, 1),
            **BEGUN,
            **fields,
        }
    )


def order(of: MenuItem, ordered_on: date, state: str = "ordered", **fields: Any) -> ServiceOrder:
    number = next(_serial)
    return ServiceOrder.objects.create(
        **{
            "serial": number,
            "item": of,
            "worker_mark": f"{number:064x}",
            "ordered_on": ordered_on,
            "state": state,
            **BEGUN,
            **fields,
        }
    )


def appeal(received_on: date, due_on: date, **fields: Any) -> Appeal:
    return Appeal.objects.create(
        **{
            "serial": next(_serial),
            "channel": "phone",
            "category": "wage",
            "text": "反映拖欠工资",
            "received_on": received_on,
            "due_on": due_on,
            **BEGUN,
            **fields,
        }
    )
