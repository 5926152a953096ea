"""What happened to one row, as a page tells it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.apps import apps

from tenants.registry.enums import LedgerState
from tenants.registry.fields import BY_NAME, label_of, place_of
from tenants.registry.transitions import Event, RatingEvent

_EVENTS = {
    **{event.value: event.label for event in Event},
    **{f"rating_{event.value}": event.label for event in RatingEvent},
    "import_create": "批量导入登记",
    "import_edit": "批量导入更新",
    "edit_own": "组织自行维护",
    "record_year": "登记年度情况",
    "add_person": "登记负责人",
    "edit_person": "修改负责人",
    "end_person": "负责人卸任",
    "plan": "制定联系计划",
    "end_plan": "结束联系计划",
    "log": "登记联系记录",
    "name_officers": "指定知悉人",
    "attach": "添加附件",
    "remove_attachment": "移除附件",
    "transfer_out": "随工会撤并划出",
    "transfer_in": "随工会撤并划入",
    "transfer_join": "撤并时与同一组织并为一条",
    "transfer_unjoin": "撤销划转时恢复",
}


@dataclass(frozen=True)
class HistoryChange:
    label: str
    old: str
    new: str


@dataclass(frozen=True)
class HistoryEntry:
    """One line of a timeline."""

    at: datetime
    who: str
    what: str
    note: str
    changes: list[HistoryChange]


def history(object_id: UUID, *, most: int = 50) -> list[HistoryEntry]:
    """The last changes of a row of this union, newest first; one statement. The caller has decided that the row may be seen."""
    rows = apps.get_model("history", "Change").objects.filter(object_id=object_id).order_by("-at", "-id")[:most]
    return [_entry(row) for row in rows]


def event_label(event: str) -> str:
    """What an event of a history is called; the code itself when it is no longer declared."""
    return _EVENTS.get(event, event)


def _entry(row: Any) -> HistoryEntry:
    event, before, after = row.event, row.from_state, row.to_state
    what = event_label(event)
    if before and after and before != after:
        what = f"{what}（{LedgerState.label_of(before)} → {LedgerState.label_of(after)}）"
    return HistoryEntry(
        at=row.at,
        who=row.by_name,
        what=what,
        note=row.reason,
        changes=[
            HistoryChange(label_of(name), _shown(name, old), _shown(name, new))
            for name, (old, new) in sorted(row.changes.items(), key=lambda item: place_of(item[0]))
        ],
    )


def _shown(name: str, value: object) -> str:
    if value is None or value == "" or value == []:
        return ""
    field = BY_NAME.get(name)
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(field.choices.label_of(str(item)) if field and field.choices else str(item) for item in value)
    return field.choices.label_of(str(value)) if field and field.choices else str(value)
