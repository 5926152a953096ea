"""Projects that were bought: how many, of which kinds, by whom, from whom. Source: DOMAIN §5.2 PUR-01, 06, 09-11, 16, 17, 20, 24, 26, 27."""

from commons.rollup.declaration import Measure, month_of
from commons.rollup.enums import MeasureKind
from tenants.purchasing.measures.sources import (
    APPROVAL,
    BEGUN,
    BUYER,
    BUYERS,
    CATALOGUE,
    CATEGORY,
    CHANGE,
    CONTRACTS,
    ENDINGS,
    EVALUATIONS,
    FIELDS,
    FOUNDED,
    FOUNDING,
    GROUPS,
    LISTED,
    MODE,
    ORG_TYPE,
    POSTS,
    PROJECTS,
    PURCHASED,
    PURCHASES,
    SIGNED,
)

_SIGNED_MONTH = month_of("c.signed_on")
_FIELDS = "jsonb_build_object('SF', to_jsonb(p.fields))"

PROJECTS_PURCHASED = Measure(
    code="pur_projects",
    kind=MeasureKind.SUM,
    family=PURCHASED,
    dims=(FIELDS, CATEGORY, GROUPS, MODE, FOUNDING, BUYER),
    sql=f"""
        SELECT p.id, jsonb_build_object(
                   'SF', to_jsonb(p.fields), 'PC', jsonb_build_array(p.category), 'TG', to_jsonb(p.target_groups),
                   'MD', jsonb_build_array(p.mode), 'FM', {FOUNDED}, 'BK', jsonb_build_array(c.buyer_kind)
               ), {_SIGNED_MONTH}, NULL::int, 1
        FROM {PURCHASES} WHERE {BEGUN}
    """,
)

LIFE_SERVICE, WITH_MASS_ORGANIZATIONS = (
    Measure(
        code=code,
        kind=MeasureKind.SUM,
        family=PURCHASED,
        dims=(FIELDS,),
        sql=f"SELECT p.id, {_FIELDS}, {_SIGNED_MONTH}, NULL::int, 1 FROM {PURCHASES} WHERE {BEGUN} AND {counted}",
    )
    for code, counted in (
        ("pur_life_service", "p.category = 'life_service'"),
        ("pur_with_mass_organizations", "p.with_mass_org"),
    )
)

FOR_GOVERNMENT = Measure(
    code="pur_for_government",
    kind=MeasureKind.SUM,
    family=PURCHASED,
    sql=f"SELECT p.id, '{{}}', {_SIGNED_MONTH}, NULL::int, 1 FROM {PURCHASES} WHERE {BEGUN} AND p.principal <> ''",
)

WITH_SUPERVISION = Measure(
    code="pur_with_supervision",
    kind=MeasureKind.SUM,
    family=PURCHASED,
    sql=f"""
        SELECT p.id, '{{}}', {_SIGNED_MONTH}, NULL::int, 1 FROM {PURCHASES}
        WHERE {BEGUN} AND p.id IN (
            SELECT c.project_id FROM {CONTRACTS} c WHERE c.kind = 'supervision' AND c.project_id IS NOT NULL AND {SIGNED}
        )
    """,
)

PROVIDERS_CONTRACTED = Measure(
    code="pur_providers",
    kind=MeasureKind.DISTINCT,
    event=True,
    family=PURCHASED,
    dims=(ORG_TYPE, FOUNDING),
    sql=f"""
        SELECT p.id, v.uscc, jsonb_build_object(
                   'OT', CASE WHEN v.org_type = '' THEN '[]' ELSE jsonb_build_array(v.org_type) END, 'FM', {FOUNDED}
               ), {_SIGNED_MONTH}, {_SIGNED_MONTH} + 1, 1, (extract(epoch FROM v.updated_at) * 1000)::bigint
        FROM {PURCHASES} WHERE {BEGUN} AND v.kind = 'social_org' AND v.uscc <> ''
    """,
)

# A buyer belongs to one union and is known there by a key of its own: a unit's id, a federation's name, or the union itself.
BUYING_UNIONS = Measure(
    code="pur_buyers",
    kind=MeasureKind.DISTINCT,
    event=True,
    family=PURCHASED,
    dims=(BUYERS,),
    sql=f"""
        SELECT p.id, CASE c.buyer_kind
                   WHEN 'unit' THEN coalesce(c.buyer_unit_id::text, current_schema() || '/' || c.buyer_name)
                   WHEN 'federation' THEN current_schema() || '/' || c.buyer_name
                   ELSE current_schema()::text
               END::text, jsonb_build_object('BK', jsonb_build_array(c.buyer_kind)),
               {_SIGNED_MONTH}, {_SIGNED_MONTH} + 1, 1, 1
        FROM {PURCHASES} WHERE {BEGUN} AND c.buyer_kind <> 'enterprise'
    """,
)

DECIDED, APPROVED = (
    Measure(
        code=code,
        kind=MeasureKind.SUM,
        family=APPROVAL,
        sql=f"""
            SELECT id, '{{}}', {month_of("decided_on")}, NULL::int, 1 FROM {PROJECTS}
            WHERE decided_on IS NOT NULL AND state NOT IN ('draft', 'approval_review'){approved}
        """,
    )
    for code, approved in (
        ("pur_decided", ""),
        ("pur_approved", " AND approved_on IS NOT NULL AND state <> 'rejected'"),
    )
)

# An archived project was completed if its performance passed; else it had failed or been terminated.
_PASSED = f"""EXISTS (
    SELECT FROM {EVALUATIONS} e WHERE e.project_id = p.id AND e.kind = 'performance'
      AND e.state IN ('concluded', 'appealed', 'final') AND e.conclusion IN ('excellent', 'good', 'qualified')
)"""
_COMPLETED = f"(p.state = 'completed' OR (p.state = 'archived' AND {_PASSED}))"

ENDED, COMPLETED_AS_PLANNED = (
    Measure(
        code=code,
        kind=MeasureKind.SUM,
        family=ENDINGS,
        sql=f"""
            SELECT p.id, '{{}}', {month_of("p.ends_on")}, NULL::int, 1
            FROM {PURCHASES} WHERE {BEGUN} AND p.ends_on IS NOT NULL{completed}
        """,
    )
    for code, completed in (
        ("pur_ended", ""),
        ("pur_completed_as_planned", f" AND p.ended_on <= p.ends_on + 60 AND {_COMPLETED}"),
    )
)

STOPPED = Measure(
    code="pur_stopped",
    kind=MeasureKind.SUM,
    family=ENDINGS,
    sql=f"""
        SELECT p.id, '{{}}', {month_of("p.ended_on")}, NULL::int, 1 FROM {PROJECTS} p
        WHERE p.ended_on IS NOT NULL
          AND (p.state IN ('failed', 'terminated') OR (p.state = 'archived' AND NOT {_PASSED}))
    """,
)

# In force from its first day to the day after its last, or to the day on which it was ended before that.
_IN_FORCE_FROM = month_of("coalesce(c.starts_on, c.signed_on)")
_IN_FORCE_UNTIL = month_of("least(c.ended_on, c.ends_on + 1)")
POSTS_PURCHASED = Measure(
    code="pur_posts",
    kind=MeasureKind.STOCK,
    family=POSTS,
    sql=f"""
        SELECT c.id, '{{}}', {_IN_FORCE_FROM}, {_IN_FORCE_UNTIL}, c.posts_count
        FROM {CONTRACTS} c
        WHERE c.kind = 'post' AND {SIGNED}
          AND ({_IN_FORCE_UNTIL} IS NULL OR {_IN_FORCE_FROM} < {_IN_FORCE_UNTIL})
    """,
)

CATALOGUE_CHANGES = Measure(
    code="pur_catalogue_changes",
    kind=MeasureKind.SUM,
    family=LISTED,
    dims=(CATEGORY, CHANGE),
    sql=f"""
        SELECT i.id, jsonb_build_object('PC', jsonb_build_array(i.category), 'K', jsonb_build_array(i.change)),
               i.year * 12, NULL::int, 1
        FROM {CATALOGUE} i WHERE i.change IN ('new', 'dropped')
    """,
)
