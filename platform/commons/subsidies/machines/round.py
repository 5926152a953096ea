"""SM-24, the round: opened under the measures in force, closed by hand. Source: DOMAIN §3.7; E18."""

from __future__ import annotations

from commons.kit.clock import today
from commons.kit.labels import Code
from commons.subsidies import sources
from commons.subsidies.enums import RoundState
from commons.subsidies.policies import UPPER_ADMIN, rounds
from commons.workflow.declaration import Guard, Machine, Step, Transition

HISTORY = "subsidies.SubsidyChange"


class RoundEvent(Code):
    OPEN = "open", "开放申请", "Open"
    CLOSE = "close", "截止申请", "Close"
    REOPEN = "reopen", "重新开放", "Reopen"


def _no_measures(step: Step) -> dict[str, object] | None:
    return None if sources.measures(today(step.at)) else {}


def _past(step: Step) -> dict[str, object] | None:
    return None if step.row.apply_by >= today(step.at) else {}


MEASURES = Guard(
    code="SUBSIDY.NO_MEASURES",
    zh="补贴办法现行有效",
    sentence="本会没有现行有效的补贴办法。请先在购买制度中制定并启用补贴办法，再开放申请。",
    check=_no_measures,
    source="E18 ★",
)
IN_TIME = Guard(
    code="SUBSIDY.ROUND_DAY_PAST",
    zh="申请截止日期未过",
    sentence="申请截止日期已过，请先修改截止日期，再开放申请。",
    check=_past,
)


def _open(step: Step) -> None:
    step.set(measures=sources.measures(today(step.at))[:200])


E, S = RoundEvent, RoundState
ROUND = Machine(
    code="SM-24A",
    zh="补贴批次",
    en="Subsidy round",
    model="subsidies.SubsidyRound",
    states=RoundState,
    events=RoundEvent,
    visible=rounds,
    url=lambda row: f"/subsidies/rounds/{row.pk}",
    initial=(S.DRAFT,),
    history=HISTORY,
    transitions=(
        Transition(
            E.OPEN,
            (S.DRAFT,),
            S.OPEN,
            (UPPER_ADMIN,),
            guards=(MEASURES, IN_TIME),
            effects=(_open,),
            hint="开放后下级工会可以看到并申请；标准、限额和总额不能再改。",
        ),
        Transition(E.CLOSE, (S.OPEN,), S.CLOSED, (UPPER_ADMIN,)),
        Transition(E.REOPEN, (S.CLOSED,), S.OPEN, (UPPER_ADMIN,), guards=(MEASURES, IN_TIME), needs_reason=True),
    ),
    labels={"measures": "补贴办法", "apply_by": "申请截止日期"},
    source="SM-24, E18",
)
