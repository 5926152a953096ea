"""Calls, bids and awards: who competes and who wins. Source: DOMAIN §5.2 PUR-23, FAIR-01 to FAIR-05."""

from commons.rollup.declaration import Measure, month_of
from commons.rollup.enums import MeasureKind
from tenants.purchasing.measures.sources import (
    AWARDED,
    BIDS,
    CALLED,
    CALLS,
    CONTRACTS,
    ENTRUSTED,
    FOUNDING,
    METHOD,
    OWN_AMOUNT,
    PROJECTS,
    PROVIDERS,
    SIGNED,
)

# From the deadline on, unless it was called off. A sealed bid is none of these.
_CLOSED = """
    k.bid_deadline IS NOT NULL AND k.state IN (
        'closed', 'opening', 'qualification', 'review', 'publicised', 'confirmed', 'done', 'failed'
    )
"""
_DEADLINE_MONTH = month_of("(k.bid_deadline AT TIME ZONE 'Asia/Shanghai')")
_METHOD = "jsonb_build_object('MD', jsonb_build_array(k.method))"

CALLS_CLOSED = Measure(
    code="pur_calls_closed",
    kind=MeasureKind.SUM,
    family=CALLED,
    dims=(METHOD,),
    sql=f"SELECT k.id, {_METHOD}, {_DEADLINE_MONTH}, NULL::int, 1 FROM {CALLS} k WHERE {_CLOSED}",
)

BIDS_QUALIFIED = Measure(
    code="pur_bids_qualified",
    kind=MeasureKind.SUM,
    family=CALLED,
    dims=(METHOD,),
    sql=f"""
        SELECT b.id, {_METHOD}, {_DEADLINE_MONTH}, NULL::int, 1
        FROM {CALLS} k JOIN {BIDS} b ON b.call_id = k.id
        WHERE {_CLOSED} AND b.state IN ('qualified', 'scored', 'won', 'reserve', 'lost')
    """,
)

_AWARDS = f"""
    {BIDS} b JOIN {CALLS} k ON k.id = b.call_id JOIN {PROJECTS} p ON p.id = k.project_id
    JOIN {PROVIDERS} v ON v.id = b.provider_id
    WHERE b.state = 'won' AND b.confirmed_on IS NOT NULL AND b.award_amount IS NOT NULL
"""
_CONFIRMED_MONTH = month_of("b.confirmed_on")
_AWARD_AMOUNT = "round(b.award_amount * p.own_share / 100, 2)"

AWARD_AMOUNT, AWARD_AMOUNT_FOUNDED, AWARDS, FIRST_AWARDS = (
    Measure(
        code=code,
        kind=MeasureKind.SUM,
        family=AWARDED,
        sql=f"SELECT b.id, '{{}}', {_CONFIRMED_MONTH}, NULL::int, {amount} FROM {_AWARDS}{counted}",
    )
    for code, amount, counted in (
        ("fair_award_amount", _AWARD_AMOUNT, ""),
        ("fair_award_amount_founded", _AWARD_AMOUNT, " AND b.founding_mode = 'union_founded'"),
        ("fair_awards", "1", ""),
        ("fair_awards_first", "1", " AND b.is_first_award"),
    )
)

AWARDED_TO = Measure(
    code="fair_awarded_to",
    kind=MeasureKind.KEYED_SUM,
    family=AWARDED,
    sql=f"""
        SELECT p.id, v.uscc, '{{}}', {_CONFIRMED_MONTH}, {_CONFIRMED_MONTH} + 1, {_AWARD_AMOUNT}, 0
        FROM {_AWARDS} AND v.uscc <> ''
    """,
)

# Bids that were opened in calls that somebody won in competition. Of the winner it is kept how it was founded then.
_BIDS_DECIDED = f"""
    {BIDS} b JOIN {CALLS} k ON k.id = b.call_id JOIN {PROVIDERS} v ON v.id = b.provider_id
    CROSS JOIN LATERAL (SELECT coalesce(nullif(b.founding_mode, ''), v.founding_mode) AS founded) w
    WHERE k.method <> 'direct' AND k.state IN ('confirmed', 'done') AND k.confirmed_on IS NOT NULL
"""
_FOUNDED = "jsonb_build_object('FM', CASE WHEN w.founded = '' THEN '[]' ELSE jsonb_build_array(w.founded) END)"

BIDS_DECIDED, BIDS_WON = (
    Measure(
        code=code,
        kind=MeasureKind.SUM,
        family=AWARDED,
        dims=(FOUNDING,),
        sql=f"SELECT b.id, {_FOUNDED}, {month_of('k.confirmed_on')}, NULL::int, 1 FROM {_BIDS_DECIDED} AND {counted}",
    )
    for code, counted in (
        ("fair_bids", "b.state IN ('disqualified', 'qualified', 'scored', 'won', 'reserve', 'lost')"),
        ("fair_bids_won", "b.state = 'won'"),
    )
)

# A contract with a bid is as its call was, one without as its project was to be. Enterprises buy as they please.
CONTRACTED_BY_UNIONS, ENTRUSTED_DIRECTLY = (
    Measure(
        code=code,
        kind=MeasureKind.SUM,
        family=ENTRUSTED,
        sql=f"""
            SELECT c.id, '{{}}', {month_of("c.signed_on")}, NULL::int, {OWN_AMOUNT}
            FROM {CONTRACTS} c
            LEFT JOIN {PROJECTS} p ON p.id = c.project_id
            LEFT JOIN {BIDS} b ON b.id = c.bid_id
            LEFT JOIN {CALLS} k ON k.id = b.call_id
            WHERE c.kind = 'project' AND c.buyer_kind <> 'enterprise' AND {SIGNED}{direct}
        """,
    )
    for code, direct in (
        ("fair_contracted", ""),
        ("fair_direct", " AND (k.method = 'direct' OR (k.id IS NULL AND p.method = 'direct'))"),
    )
)
