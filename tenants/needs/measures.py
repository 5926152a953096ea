"""
What is counted of surveys, needs, orders and appeals. Source: DOMAIN §5.2 NED.

NED-07 and NED-10 also need what purchases say, so they are declared there.
"""

from commons.codelists.services import ServiceField, TargetGroup
from commons.rollup.declaration import Dimension, Family, Measure, month_of
from commons.rollup.enums import MeasureKind
from tenants.needs.enums import AppealCategory

SURVEYS, RESPONSES, NEEDS = "needs_needsurvey", "needs_surveyresponse", "needs_need"
MENU, ORDERS, APPEALS = "needs_menuitem", "needs_serviceorder", "needs_appeal"

SURVEYED = Family("need_surveys", {SURVEYS: "id"})
ANSWERED = Family("survey_responses", {RESPONSES: "survey_id"})
GATHERED = Family("needs", {NEEDS: "id"})
# An item of the menu names no order: where its field changes, all orders are counted anew.
ORDERED = Family("orders", {ORDERS: "id", MENU: ""})
APPEALED = Family("appeals", {APPEALS: "id"})

FIELD = Dimension("SF", "服务领域", "Service field", ServiceField)
GROUP = Dimension("TG", "服务对象", "Target group", TargetGroup)
GROUPS = Dimension("TG", "服务对象", "Target groups", TargetGroup, several=True)
CATEGORY = Dimension("K", "诉求类别", "Category of appeal", AppealCategory)

# Approved by the union, however far they have come since.
_APPROVED = "o.state IN ('approved', 'dispatched', 'delivered', 'rated', 'settled')"
_DELIVERED = "o.state IN ('delivered', 'rated', 'settled')"

SURVEYS_CLOSED = Measure(
    code="need_surveys_closed",
    kind=MeasureKind.SUM,
    family=SURVEYED,
    sql=f"""
        SELECT id, '{{}}', {month_of("closed_on")}, NULL::int, 1
        FROM {SURVEYS} WHERE state IN ('closed', 'analysed', 'published') AND closed_on IS NOT NULL
    """,
)

VALID_RESPONSES = Measure(
    code="survey_responses_valid",
    kind=MeasureKind.SUM,
    family=ANSWERED,
    dims=(GROUP,),
    # Made of many answers: one answer alone is nobody's to read.
    sql=f"""
        SELECT survey_id, jsonb_build_object('TG', CASE WHEN r.group = '' THEN '[]' ELSE jsonb_build_array(r.group) END),
               {month_of("answered_on")}, NULL::int, count(*)
        FROM {RESPONSES} r WHERE is_valid GROUP BY 1, 2, 3
    """,
)

NEEDS_RECORDED = Measure(
    code="needs_recorded",
    kind=MeasureKind.SUM,
    family=GATHERED,
    dims=(FIELD, GROUPS),
    sql=f"""
        SELECT id, jsonb_build_object('SF', jsonb_build_array(field), 'TG', to_jsonb(groups)),
               {month_of("collected_on")}, NULL::int, 1
        FROM {NEEDS}
    """,
)

NEEDS_SORTED, NEEDS_ADOPTED = (
    Measure(
        code=code,
        kind=MeasureKind.SUM,
        family=GATHERED,
        dims=(FIELD,),
        sql=f"""
            SELECT id, jsonb_build_object('SF', jsonb_build_array(field)), {month_of(day)}, NULL::int, 1
            FROM {NEEDS} WHERE {day} IS NOT NULL AND {counted}
        """,
    )
    for code, day, counted in (
        ("needs_sorted", "sorted_on", "state <> 'collected'"),
        ("needs_adopted", "adopted_on", "state IN ('adopted', 'satisfied')"),
    )
)

ORDERS_APPROVED = Measure(
    code="orders_approved",
    kind=MeasureKind.SUM,
    family=ORDERED,
    dims=(FIELD,),
    sql=f"""
        SELECT o.id, jsonb_build_object('SF', jsonb_build_array(i.field)), {month_of("o.ordered_on")}, NULL::int, 1
        FROM {ORDERS} o JOIN {MENU} i ON i.id = o.item_id WHERE {_APPROVED}
    """,
)

ORDERS_PLACED, ORDERS_DELIVERED = (
    Measure(
        code=code,
        kind=MeasureKind.SUM,
        family=ORDERED,
        sql=f"""
            SELECT o.id, '{{}}', {month_of("o.ordered_on")}, NULL::int, 1 FROM {ORDERS} o WHERE {counted}
        """,
    )
    # Who cancels an order does not wait for it any more.
    for code, counted in (("orders_placed", "o.state <> 'cancelled'"), ("orders_delivered", _DELIVERED))
)

APPEALS_RECEIVED = Measure(
    code="appeals_received",
    kind=MeasureKind.SUM,
    family=APPEALED,
    dims=(CATEGORY,),
    sql=f"""
        SELECT id, jsonb_build_object('K', jsonb_build_array(category)), {month_of("received_on")}, NULL::int, 1
        FROM {APPEALS}
    """,
)

APPEALS_DUE, APPEALS_ON_TIME = (
    Measure(
        code=code,
        kind=MeasureKind.SUM,
        family=APPEALED,
        sql=f"SELECT id, '{{}}', {month_of('due_on')}, NULL::int, 1 FROM {APPEALS} WHERE {counted}",
    )
    for code, counted in (
        ("appeals_due", "state <> 'transferred'"),
        ("appeals_on_time", "state = 'closed' AND closed_on <= due_on"),
    )
)
