"""What enterprises buy, and demands and offers that were brought together. Source: DOMAIN §5.2 ENT."""

from commons.rollup.declaration import Measure, month_of
from commons.rollup.enums import MeasureKind
from tenants.purchasing.measures.sources import (
    CONTRACTS,
    FIELDS,
    MATCHED,
    MATCHES,
    OWN_AMOUNT,
    PROJECTS,
    PURCHASED,
    SIGNED,
)

_BY_ENTERPRISES = f"c.kind = 'project' AND c.buyer_kind = 'enterprise' AND {SIGNED}"

ENTERPRISE_PURCHASES = Measure(
    code="ent_purchases",
    kind=MeasureKind.SUM,
    family=PURCHASED,
    dims=(FIELDS,),
    # A contract of a match has no project of the union.
    sql=f"""
        SELECT c.id, jsonb_build_object('SF', CASE WHEN p.id IS NULL THEN '[]' ELSE to_jsonb(p.fields) END),
               {month_of("c.signed_on")}, NULL::int, 1
        FROM {CONTRACTS} c LEFT JOIN {PROJECTS} p ON p.id = c.project_id WHERE {_BY_ENTERPRISES}
    """,
)

ENTERPRISE_AMOUNT = Measure(
    code="ent_amount",
    kind=MeasureKind.SUM,
    family=PURCHASED,
    sql=f"""
        SELECT c.id, '{{}}', {month_of("c.signed_on")}, NULL::int, {OWN_AMOUNT} FROM {CONTRACTS} c WHERE {_BY_ENTERPRISES}
    """,
)

MATCHES_INTRODUCED, MATCHES_SUCCESSFUL, MATCHES_SIGNED = (
    Measure(
        code=code,
        kind=MeasureKind.SUM,
        family=MATCHED,
        sql=f"""
            SELECT m.id, '{{}}', {month_of(day)}, NULL::int, 1
            FROM {MATCHES} m LEFT JOIN {CONTRACTS} c ON c.id = m.contract_id WHERE {counted}
        """,
    )
    for code, day, counted in (
        ("ent_introduced", "m.introduced_on", "m.introduced_on IS NOT NULL"),
        # Of those introduced in a month, how many were signed since.
        ("ent_successful", "m.introduced_on", "m.introduced_on IS NOT NULL AND m.state = 'contracted'"),
        (
            "ent_signed",
            "coalesce(c.signed_on, m.contracted_on)",
            "m.state = 'contracted' AND coalesce(c.signed_on, m.contracted_on) IS NOT NULL",
        ),
    )
)
