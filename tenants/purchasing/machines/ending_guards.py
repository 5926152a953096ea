"""A union that is to end begins nothing that it would have to finish first. Source: SM-01 archive, no open contracts."""

from __future__ import annotations

from collections.abc import Mapping

from commons.boundaries import calendar
from commons.boundaries.enums import ChangeKind
from commons.boundaries.standing import ENDS
from commons.tenancy import door
from commons.workflow.declaration import Guard, Step


def _stays(step: Step) -> Mapping[str, object] | None:
    end = calendar.decided().filter(union=door.current(), kind__in=ENDS).first()
    if end is None:
        return None
    return {"day": f"{end.effective_on:%Y年%m月%d日}", "what": ChangeKind.label_of(end.kind)}


STAYS = Guard(
    "PURCHASING.UNION_ENDS",
    "本会没有即将撤并或终止的安排",
    "本会已安排自%(day)s起%(what)s，不能再发布招募公告或签订合同。请由承接工作的工会办理。",
    _stays,
    "SM-01 archive",
)
