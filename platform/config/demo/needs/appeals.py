"""Appeals of workers: just received, being handled, answered and closed, passed on."""

from __future__ import annotations

from datetime import datetime, timedelta

from commons.kit.clock import today
from commons.workflow.transitions import transition
from config.demo.cast import Cast
from tenants.needs.actions import appeals
from tenants.needs.enums import AppealCategory as C
from tenants.needs.enums import AppealChannel as Ch
from tenants.needs.machines.appeal import APPEAL, AppealEvent

_RECEIVED = [
    (Ch.PHONE, C.WAGE, "建筑工地班组反映两个月工资没有足额发放，希望工会帮助协调。", 3, "received"),
    (Ch.VISIT, C.LABOUR_DISPUTE, "物业公司保安被口头辞退，没有书面通知，询问能否要求补偿。", 8, "handling"),
    (Ch.LETTER, C.SAFETY, "仓储园区夏季高温时段没有轮休，也没有发放防暑用品。", 25, "closed"),
    (Ch.ONLINE, C.SO_STAFF, "社会组织的社工反映没有缴纳住房公积金。", 12, "transferred"),
]
_REPLY = "已会同街道工会上门了解情况，企业已调整高温时段作业安排并补发防暑用品，我们将继续跟踪。"


def fill(there: Cast, *, at: datetime) -> None:
    for channel, category, text, days, until in _RECEIVED:
        row = appeals.receive(
            channel=channel,
            category=category,
            text=text,
            received_on=today(at) - timedelta(days=days),
            by=there.admin,
            at=at,
        )
        if until == "received":
            continue
        if until == "transferred":
            data = {"transferred_to": "住房公积金管理中心"}
            reason = "公积金缴存由管理中心受理，已告知反映人。"
            transition(APPEAL, row, AppealEvent.TRANSFER, by=there.admin, at=at, reason=reason, data=data)
            continue
        data_ = {"officers": [str(there.staff.user_id)]}
        transition(APPEAL, row, AppealEvent.ASSIGN, by=there.admin, at=at, data=data_)
        row.refresh_from_db()
        transition(APPEAL, row, AppealEvent.START, by=there.staff, at=at)
        if until == "closed":
            row.refresh_from_db()
            transition(APPEAL, row, AppealEvent.REPLY, by=there.staff, at=at, data={"reply": _REPLY})
            row.refresh_from_db()
            transition(APPEAL, row, AppealEvent.CLOSE, by=there.staff, at=at)
