"""How projects go: service, satisfaction, evaluations. Source: DOMAIN §5.2 PUR-07, 08, 12-15, NED-07."""

from commons.rollup.declaration import Measure, month_of
from commons.rollup.enums import MeasureKind
from tenants.needs.measures import MENU, ORDERS
from tenants.purchasing.measures.sources import (
    BEGUN,
    CATEGORY,
    EVALUATED,
    EVALUATIONS,
    FIELD,
    GROUPS,
    PROJECTS,
    RATED,
    RECORDS,
    SERVED,
)

_SERVED_MONTH = month_of("r.served_on")

PERSON_TIMES = Measure(
    code="pur_person_times",
    kind=MeasureKind.SUM,
    family=SERVED,
    dims=(FIELD, CATEGORY, GROUPS),
    sql=f"""
        SELECT r.id, jsonb_build_object(
                   'SF', jsonb_build_array(r.field), 'PC', jsonb_build_array(p.category), 'TG', to_jsonb(r.groups)
               ), {_SERVED_MONTH}, NULL::int, r.person_times
        FROM {RECORDS} r JOIN {PROJECTS} p ON p.id = r.project_id WHERE NOT r.is_void
    """,
)

PERSONS_SERVED = Measure(
    code="pur_persons",
    kind=MeasureKind.SUM,
    family=SERVED,
    dims=(FIELD, GROUPS),
    sql=f"""
        SELECT r.id, jsonb_build_object('SF', jsonb_build_array(r.field), 'TG', to_jsonb(r.groups)),
               {_SERVED_MONTH}, NULL::int, r.persons_new
        FROM {RECORDS} r WHERE NOT r.is_void
    """,
)

# Marks given at a service's record, and those of worker orders.
MARKS, MARKS_GIVEN = (
    Measure(
        code=code,
        kind=MeasureKind.SUM,
        family=RATED,
        dims=(FIELD,),
        sql=f"""
            SELECT r.id, jsonb_build_object('SF', jsonb_build_array(r.field)), {_SERVED_MONTH}, NULL::int, {of_record}
            FROM {RECORDS} r WHERE NOT r.is_void AND r.satisfaction_count > 0
            UNION ALL
            SELECT o.id, jsonb_build_object('SF', jsonb_build_array(i.field)),
                   {month_of("o.rated_on")}, NULL::int, {of_order}
            FROM {ORDERS} o JOIN {MENU} i ON i.id = o.item_id
            WHERE o.rating IS NOT NULL AND o.rated_on IS NOT NULL
        """,
    )
    for code, of_record, of_order in (
        ("service_marks", "r.satisfaction_sum", "o.rating"),
        ("service_marks_given", "r.satisfaction_count", "1"),
    )
)

# Due on its planned day, unless the project had ended before.
MIDTERMS_DUE, MIDTERMS_ON_TIME = (
    Measure(
        code=code,
        kind=MeasureKind.SUM,
        family=EVALUATED,
        sql=f"""
            SELECT p.id, '{{}}', {month_of("p.midterm_on")}, NULL::int, 1 FROM {PROJECTS} p
            WHERE {BEGUN} AND p.midterm_on IS NOT NULL AND (p.ended_on IS NULL OR p.ended_on >= p.midterm_on){done}
        """,
    )
    for code, done in (
        ("pur_midterms_due", ""),
        (
            "pur_midterms_on_time",
            f""" AND EXISTS (
                SELECT FROM {EVALUATIONS} e
                WHERE e.project_id = p.id AND e.kind = 'midterm' AND e.evaluated_on <= p.midterm_on
            )""",
        ),
    )
)

_CONCLUDED = "e.state IN ('concluded', 'appealed', 'final') AND e.conclusion <> '' AND e.evaluated_on IS NOT NULL"
_EVALUATED_MONTH = month_of("e.evaluated_on")

MIDTERMS_CONCLUDED, MIDTERMS_PASSED, ASSESSED_EXCELLENT = (
    Measure(
        code=code,
        kind=MeasureKind.SUM,
        family=EVALUATED,
        sql=f"""
            SELECT e.id, '{{}}', {_EVALUATED_MONTH}, NULL::int, 1
            FROM {EVALUATIONS} e WHERE {_CONCLUDED} AND {counted}
        """,
    )
    for code, counted in (
        ("pur_midterms_concluded", "e.kind = 'midterm'"),
        ("pur_midterms_passed", "e.kind = 'midterm' AND e.conclusion = 'pass'"),
        ("pur_assessed_excellent", "e.kind = 'performance' AND e.conclusion = 'excellent'"),
    )
)

PERFORMANCE_SCORES, PERFORMANCES_ASSESSED = (
    Measure(
        code=code,
        kind=MeasureKind.SUM,
        family=EVALUATED,
        dims=(CATEGORY,),
        sql=f"""
            SELECT e.id, jsonb_build_object('PC', jsonb_build_array(p.category)), {_EVALUATED_MONTH}, NULL::int, {amount}
            FROM {EVALUATIONS} e JOIN {PROJECTS} p ON p.id = e.project_id
            WHERE {_CONCLUDED} AND e.kind = 'performance' AND e.total IS NOT NULL
        """,
    )
    for code, amount in (("pur_scores", "round(e.total, 2)"), ("pur_assessed", "1"))
)
