"""Appeals in any state, and who handles them."""

import itertools
from datetime import UTC, date, datetime, timedelta

from commons.access import grants
from commons.access.actors import Actor
from tenants.needs.enums import AppealCategory, AppealChannel, AppealState
from tenants.needs.models import Appeal

MADE_AT = datetime(2026, 9, 1, 2, 0, tzinfo=UTC)
TEXT = "车间高温没有降温措施，三次反映没有答复"
_serial = itertools.count(1)


def appeal(state: AppealState = AppealState.RECEIVED, *officers: Actor, **fields: object) -> Appeal:
    serial = next(_serial)
    received = fields.get("received_on", date(2026, 11, 10))
    assert isinstance(received, date)
    values: dict[str, object] = {
        "serial": serial,
        "number": f"SQ-{serial:05d}",
        "channel": AppealChannel.ONLINE,
        "category": AppealCategory.SAFETY,
        "text": TEXT,
        "received_on": received,
        "due_on": received + timedelta(days=15),
        "created_at": MADE_AT,
        "updated_at": MADE_AT,
        "created_by_name": "职工",
    }
    if state in (AppealState.REPLIED, AppealState.CLOSED):
        values |= {"reply": "已安装降温设备。", "replied_on": received + timedelta(days=3)}
    if state == AppealState.CLOSED:
        values["closed_on"] = received + timedelta(days=4)
    row = Appeal.objects.create(state=state, **{**values, **fields})
    for officer in officers:
        assert officer.user is not None
        grants.name_officer(officer.user, row)
    return row
