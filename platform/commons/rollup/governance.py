"""Numbers about the unions themselves, counted from `public`. Source: DOMAIN A12, GOV-01."""

from commons.hierarchy.enums import Level
from commons.rollup.declaration import Dimension, Family, Indicator, Measure, month_of
from commons.rollup.enums import Aggregation, MeasureKind, Place

GOVERNANCE = Family("governance", {"hierarchy_responsibility": "union_id", "hierarchy_tradeunion": "id"}, Place.PUBLIC)

LEVEL = Dimension("LV", "工会层级", "Level", Level)

UNIONS_ANSWERED_FOR = Measure(
    code="unions_answered_for",
    kind=MeasureKind.STOCK,
    family=GOVERNANCE,
    dims=(LEVEL,),
    # Successive holders whose months touch are one condition met, so the flag of a month is at most 1.
    sql=f"""
        SELECT NULL::uuid, jsonb_build_object('LV', jsonb_build_array(level)), min(from_month), max(until_month), 1
        FROM (
            SELECT level, from_month, until_month,
                   count(*) FILTER (WHERE from_month > reached) OVER (ORDER BY from_month, until_month) AS island
            FROM (
                SELECT u.level, held.from_month, held.until_month,
                       max(held.until_month) OVER (
                           ORDER BY held.from_month, held.until_month ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
                       ) AS reached
                FROM hierarchy_responsibility r
                JOIN hierarchy_tradeunion u ON u.id = r.union_id
                CROSS JOIN LATERAL (
                    SELECT {month_of("r.from_on")} AS from_month,
                           coalesce({month_of("r.until_on")}, 119999) AS until_month
                ) held
                WHERE r.union_id = %(union)s AND held.from_month < held.until_month
            ) ordered
        ) islands
        GROUP BY level, island
    """,
)

INDICATORS = (
    Indicator(
        code="GOV-01",
        zh="落实领导部门专人的工会数",
        en="Unions with leader, department and person",
        unit="个",
        aggregation=Aggregation.FLAG,
        measure=UNIONS_ANSWERED_FOR,
        definition="分管领导、责任部门、专门人员三项均已明确的工会个数；每家工会最多计 1 个。",
        definition_en="Unions with a leader in charge, a responsible department and a dedicated person.",
        date_rule="以月末为准：月末当日三项职责仍然有效的计入。",
        who_counts="本级：本工会是否落实（1 或 0）；全辖：本工会及所有下级工会中已落实的个数。",
    ),
)
