"""
Money of purchases: contracted, paid, planned. Source: DOMAIN §5.2 PUR-02 to PUR-04, PUR-18, ENT-02, FAIR-07.

A share is rounded on what has come together so far, and each row adds what the rounded sum grew by: so rows add up to the
rounded share of the whole, to the cent, and a reversal takes back what was counted.
"""

from commons.rollup.declaration import Measure, month_of
from commons.rollup.enums import MeasureKind
from tenants.purchasing.measures.sources import (
    BEGUN,
    BUYER,
    CAPACITIES,
    CATEGORY,
    CONTRACTS,
    FIELDS,
    FOUNDED,
    FOUNDING,
    FUNDING,
    MEANS,
    OWN_AMOUNT,
    PAID,
    PAYMENTS,
    PROJECTS,
    PROVIDER,
    PROVIDERS,
    PURCHASED,
    PURCHASES,
    SIGNED,
    SOURCE,
)

_SIGNED_MONTH = month_of("c.signed_on")
_FIELDS = "CASE WHEN p.id IS NULL THEN '[]' ELSE to_jsonb(p.fields) END"
# Each line of a project's funding, with what the lines come to up to it and altogether.
_LINES = f"""(
    SELECT f.project_id, f.source, f.amount, sum(f.amount) OVER (PARTITION BY f.project_id) AS whole,
           sum(f.amount) OVER (PARTITION BY f.project_id ORDER BY f.source, f.id) AS upto
    FROM {FUNDING} f
)"""

# A contract's amount is told by the sources of its project's money, in proportion.
CONTRACTED = Measure(
    code="pur_contracted",
    kind=MeasureKind.SUM,
    family=PURCHASED,
    dims=(FIELDS, CATEGORY, SOURCE, BUYER, FOUNDING),
    sql=f"""
        SELECT c.id, jsonb_build_object(
                   'SF', {_FIELDS}, 'PC', CASE WHEN p.id IS NULL THEN '[]' ELSE jsonb_build_array(p.category) END,
                   'FS', CASE WHEN l.whole IS NULL THEN '[]' ELSE jsonb_build_array(l.source) END,
                   'BK', jsonb_build_array(c.buyer_kind), 'FM', {FOUNDED}
               ), {_SIGNED_MONTH}, NULL::int,
               CASE WHEN l.whole IS NULL THEN o.amount
                    ELSE round(o.amount * l.upto / l.whole, 2) - round(o.amount * (l.upto - l.amount) / l.whole, 2) END
        FROM {CONTRACTS} c
        JOIN {PROVIDERS} v ON v.id = c.provider_id
        LEFT JOIN {PROJECTS} p ON p.id = c.project_id
        LEFT JOIN {_LINES} l ON l.project_id = c.project_id
        CROSS JOIN LATERAL (SELECT {OWN_AMOUNT} AS amount) o
        WHERE c.kind = 'project' AND {SIGNED}
    """,
)

# Net of reversals, which are payments below zero on a day of their own.
PAYMENTS_MADE = Measure(
    code="pur_paid",
    kind=MeasureKind.SUM,
    family=PAID,
    dims=(FIELDS, SOURCE, PROVIDER),
    sql=f"""
        SELECT y.id, jsonb_build_object(
                   'SF', {_FIELDS}, 'FS', jsonb_build_array(y.fund_source), 'PK', jsonb_build_array(v.kind)
               ), {month_of("y.paid_on")}, NULL::int,
               round(y.upto * c.own_share / 100, 2) - round((y.upto - y.amount) * c.own_share / 100, 2)
        FROM (
            SELECT y.id, y.contract_id, y.paid_on, y.fund_source, y.amount,
                   sum(y.amount) OVER (PARTITION BY y.contract_id ORDER BY y.created_at, y.id) AS upto
            FROM {PAYMENTS} y
        ) y
        JOIN {CONTRACTS} c ON c.id = y.contract_id
        JOIN {PROVIDERS} v ON v.id = c.provider_id
        LEFT JOIN {PROJECTS} p ON p.id = c.project_id
        WHERE c.kind = 'project'
    """,
)

FUNDED = Measure(
    code="pur_funded",
    kind=MeasureKind.SUM,
    family=PURCHASED,
    dims=(SOURCE,),
    sql=f"""
        SELECT p.id, jsonb_build_object('FS', jsonb_build_array(l.source)), {_SIGNED_MONTH}, NULL::int,
               round(l.upto * c.own_share / 100, 2) - round((l.upto - l.amount) * c.own_share / 100, 2)
        FROM {PURCHASES} JOIN {_LINES} l ON l.project_id = p.id WHERE {BEGUN}
    """,
)

# A year's budget stands in its January: a year's figure is that of the year, and no other month repeats it.
BUDGETED = Measure(
    code="pur_budget",
    kind=MeasureKind.SUM,
    family=MEANS,
    sql=f"""
        SELECT id, '{{}}', year * 12, NULL::int, purchase_budget FROM {CAPACITIES} WHERE purchase_budget IS NOT NULL
    """,
)

# A year's members stand until the next year that tells them.
UNION_MEMBERS = Measure(
    code="union_members",
    kind=MeasureKind.STOCK,
    family=MEANS,
    sql=f"""
        SELECT id, '{{}}', year * 12, lead(year) OVER (ORDER BY year) * 12, union_members_count
        FROM {CAPACITIES} WHERE union_members_count IS NOT NULL
    """,
)
