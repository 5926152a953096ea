"""Which purchases of the months before each union of the demonstration tells of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from commons.codelists.services import PurchaseCategory as C
from commons.codelists.services import ServiceField as F
from commons.codelists.services import TargetGroup as G
from config.demo.purchases.begun import Life
from tenants.purchasing.enums import MilestoneCondition as W
from tenants.purchasing.enums import ProcurementMethod

# When the purchases of each course happen, and what is paid when. Units: days before now.
_FULFILLED: dict[str, Any] = {
    "begins": 430, "starts": 372, "midterm": 215, "ends": 62, "bidders": (0, 1, 2), "asked": True,
    "parts": ((W.SIGNED, 40, 372), (W.MIDTERM_PASSED, 30, 215), (W.PERFORMANCE_PASSED, 30, 62)),
}  # fmt: skip
_RUNNING: dict[str, Any] = {
    "begins": 310, "starts": 252, "midterm": 80, "ends": -105, "bidders": (0, 2, 3), "supervised": True,
    "parts": ((W.SIGNED, 30, 252), (W.DATE, 20, 150), (W.MIDTERM_PASSED, 20, -10), (W.PERFORMANCE_PASSED, 30, -105)),
}  # fmt: skip
# The winner speaks in no call that is open now: it is blocked.
_UNQUALIFIED: dict[str, Any] = {
    "begins": 320, "starts": 262, "ends": 95, "bidders": (4, 3, 2), "promised": 85,
    "parts": ((W.SIGNED, 60, 262), (W.PERFORMANCE_PASSED, 40, 95)),
}  # fmt: skip
_ENTRUSTED: dict[str, Any] = {
    "begins": 130, "starts": 100, "ends": -60, "bidders": (1,), "method": ProcurementMethod.DIRECT,
    "direct_reason": "本地同时具备法律服务资质和工会驻点经验的机构只有一家，经比较无其他合适单位。",
    "parts": ((W.DATE, 50, 5), (W.PERFORMANCE_PASSED, 50, -60)),
}  # fmt: skip
_FAILED: dict[str, Any] = {"begins": 80, "starts": -45, "ends": -200, "bidders": (3,)}
_PUBLICISED: dict[str, Any] = {"begins": 45, "starts": -30, "ends": -190, "bidders": (3, 1, 0)}


@dataclass(frozen=True)
class Past:
    """A union's purchases, by what became of each."""

    fulfilled: Life | None = None
    running: Life | None = None
    unqualified: Life | None = None
    entrusted: Life | None = None
    failed: Life | None = None
    publicised: Life | None = None


# In each line of unions every service stands once: what is paid for above is not paid for below. Source: R6.
PASTS = {
    "430000": Past(
        running=Life(
            "“劳模工匠助企行”技术帮扶", "劳模工匠助企服务", C.CAREER_SERVICE, F.CAREER_DEVELOPMENT, G.ALL_WORKERS, 420_000, **_RUNNING
        ),
    ),
    "430100": Past(
        fulfilled=Life(
            "“解忧小站”新就业形态劳动者心理服务", "新就业形态劳动者心理服务", C.LIFE_SERVICE, F.PSYCHOLOGICAL, G.OUTDOOR, 238_600,
            from_above=60_000, **_FULFILLED,
        ),
        running=Life(
            "“技能筑梦”产业工人技能提升", "产业工人技能提升服务", C.CAREER_SERVICE, F.SKILLS_TRAINING, G.ALL_WORKERS, 356_000,
            from_above=50_000, **_RUNNING,
        ),
        unqualified=Life(
            "“文艺轻骑兵”进园区", "园区职工文艺服务", C.CULTURE_SERVICE, F.CULTURE_SPORTS, G.NEW_GENERATION, 90_000, **_UNQUALIFIED
        ),
        entrusted=Life(
            "劳动争议调解进企业", "劳动争议调解服务", C.WORK_SERVICE, F.LEGAL_SERVICE, G.ALL_WORKERS, 80_000, **_ENTRUSTED
        ),
        failed=Life(
            "职工运动会赛事保障", "职工赛事保障服务", C.CULTURE_SERVICE, F.OCCUPATIONAL_HEALTH, G.ALL_WORKERS, 70_000, **_FAILED
        ),
        publicised=Life(
            "职工家庭关系辅导", "职工家庭关系辅导服务", C.LIFE_SERVICE, F.FAMILY_MEDIATION, G.FAMILY_MEMBERS, 110_000, **_PUBLICISED
        ),
    ),
    "430105": Past(
        fulfilled=Life(
            "“城市美容师”环卫工人健康服务", "环卫工人健康服务", C.LIFE_SERVICE, F.OCCUPATIONAL_HEALTH, G.SANITATION, 148_500,
            from_above=40_000, **_FULFILLED,
        ),
        running=Life(
            "“四点半课堂”职工子女托管", "职工子女课后托管服务", C.LIFE_SERVICE, F.CHILD_CARE, G.FAMILY_MEMBERS, 186_000,
            from_above=30_000, **_RUNNING,
        ),
        unqualified=Life(
            "职工非遗手作体验课", "职工非遗体验服务", C.CULTURE_SERVICE, F.CULTURAL_HERITAGE, G.NEW_GENERATION, 60_000, **_UNQUALIFIED
        ),
        entrusted=Life(
            "农民工欠薪法律援助", "农民工欠薪法律援助服务", C.WORK_SERVICE, F.LEGAL_AID, G.MIGRANT_WORKERS, 58_000, **_ENTRUSTED
        ),
        failed=Life(
            "女职工母婴关爱小屋运营", "母婴关爱小屋运营服务", C.LIFE_SERVICE, F.HUMANISTIC_CARE, G.WOMEN, 50_000, **_FAILED
        ),
        publicised=Life(
            "青年职工交友联谊", "青年职工交友服务", C.LIFE_SERVICE, F.MARRIAGE_DATING, G.NEW_GENERATION, 80_000, **_PUBLICISED
        ),
    ),
    "430111": Past(
        entrusted=Life(
            "新市民法律服务驻点", "新市民法律服务", C.WORK_SERVICE, F.MIGRANT_RIGHTS, G.MIGRANT_WORKERS, 66_000, **_ENTRUSTED
        ),
    ),
}  # fmt: skip
