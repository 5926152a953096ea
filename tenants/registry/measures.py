"""
What the ledger counts. Source: DOMAIN §5.2 ORG, INC-04, PTY-03, CTC, FAIR-06.

Everything is counted from dated records, so any month can be recounted at any time: an entry counts at a month's end
while one of its spans covers that day. What an entry is (type, domain, founding mode, hub) is told as of today, in all
months; a rating is dated itself.
"""

from commons.directory.enums import OrgType, RatingGrade
from commons.rollup.declaration import Dimension, Family, Measure, month_of
from commons.rollup.enums import MeasureKind
from tenants.registry.enums import ContactFrequency, ContactKind, FoundingMode, OrgDomain

ORGANIZATIONS, SPANS = "registry_socialorganization", "registry_ledgerspan"
CONFIRMATIONS, RATINGS = "registry_confirmation", "registry_orgrating"
YEAR_FACTS, CONTACTS, PLANS = "registry_orgyearfact", "registry_contactlog", "registry_contactplan"

_ENTRY = {ORGANIZATIONS: "id", SPANS: "organization_id"}
LEDGER = Family("ledger", {**_ENTRY, RATINGS: "organization_id"})
FRESHNESS = Family("freshness", {SPANS: "organization_id", CONFIRMATIONS: "organization_id"})
RATED = Family("ratings", {**_ENTRY, RATINGS: "organization_id"})
STAFF = Family("staff", {**_ENTRY, YEAR_FACTS: "organization_id"})
SURVEY = Family("survey", _ENTRY)
CONTACT = Family("contact", {CONTACTS: "organization_id"})
PLANNED = Family("plans", {PLANS: "organization_id"})
KEPT = Family("plans_kept", {PLANS: "organization_id", CONTACTS: "organization_id"})
REGULAR = Family("regular", {ORGANIZATIONS: "id", CONTACTS: "organization_id"})

TYPE = Dimension("OT", "组织类型", "Type of organization", OrgType)
DOMAIN = Dimension("D", "组织领域", "Domain", OrgDomain, several=True)
FOUNDING = Dimension("FM", "成立方式", "Founding mode", FoundingMode)
RATING = Dimension("RG", "评估等级", "Rating", RatingGrade)
CONTACT_KIND = Dimension("K", "联系方式", "Kind of contact", ContactKind)
CONTACT_KINDS = Dimension("K", "联系方式", "Kinds of contact", ContactKind, several=True)

# Milliseconds of the last change: the latest word where two unions say different things of one organization.
_CHANGED = "(extract(epoch FROM o.updated_at) * 1000)::bigint"
_TYPE = "jsonb_build_object('OT', jsonb_build_array(o.org_type))"
_KINDS = """jsonb_build_object(
    'OT', jsonb_build_array(o.org_type),
    'D', (SELECT coalesce(jsonb_agg(DISTINCT d ORDER BY d), '[]') FROM unnest(o.org_domains) d),
    'FM', CASE WHEN o.founding_mode = '' THEN '[]' ELSE jsonb_build_array(o.founding_mode) END
)"""
_SPANS = f"{ORGANIZATIONS} o JOIN {SPANS} s ON s.organization_id = o.id"
_FROM, _UNTIL = month_of("s.from_on"), month_of("s.until_on")
_WRITTEN = month_of("(o.created_at AT TIME ZONE 'Asia/Shanghai')")

# A rating stands from its day until it expires or the next one is granted; a revoked one never stood.
_STANDING_RATINGS = f"""(
    SELECT organization_id, grade, assessed_on,
           least(
               valid_until, lead(assessed_on) OVER (PARTITION BY organization_id ORDER BY assessed_on, id)
           ) AS until_on
    FROM {RATINGS}
    WHERE state IN ('granted', 'expired', 'superseded') AND assessed_on IS NOT NULL
)"""
_RATED_SPANS = f"""
    {_SPANS} JOIN {_STANDING_RATINGS} r ON r.organization_id = o.id
    CROSS JOIN LATERAL (
        SELECT {month_of("greatest(s.from_on, r.assessed_on)")} AS from_month,
               {month_of("least(s.until_on, r.until_on)")} AS until_month
    ) m
    WHERE o.uscc <> '' AND (m.until_month IS NULL OR m.from_month < m.until_month)
"""

ON_LEDGER = Measure(
    code="org_ledger",
    kind=MeasureKind.DISTINCT,
    family=LEDGER,
    dims=(TYPE, DOMAIN, FOUNDING, RATING),
    sql=f"""
        SELECT o.id, o.uscc, {_KINDS}, {_FROM}, {_UNTIL}, 1, {_CHANGED} FROM {_SPANS} WHERE o.uscc <> ''
        UNION ALL
        SELECT o.id, o.uscc, jsonb_build_object('RG', jsonb_build_array(r.grade)), m.from_month, m.until_month, 1, {_CHANGED}
        FROM {_RATED_SPANS}
    """,
)

LEFT = Measure(
    code="org_left",
    kind=MeasureKind.SUM,
    family=LEDGER,
    sql=f"SELECT s.organization_id, '{{}}', {_UNTIL}, NULL::int, 1 FROM {SPANS} s WHERE s.until_on IS NOT NULL",
)

HUBS = Measure(
    code="org_hub",
    kind=MeasureKind.DISTINCT,
    family=LEDGER,
    sql=f"""
        SELECT o.id, o.uscc, '{{}}', {_FROM}, {_UNTIL}, 1, {_CHANGED} FROM {_SPANS} WHERE o.uscc <> '' AND o.is_hub
    """,
)

UNION_FOUNDED = Measure(
    code="org_union_founded",
    kind=MeasureKind.DISTINCT,
    family=LEDGER,
    sql=f"""
        SELECT o.id, o.uscc, '{{}}', {_FROM}, {_UNTIL}, 1, {_CHANGED}
        FROM {_SPANS} WHERE o.uscc <> '' AND o.founding_mode = 'union_founded'
    """,
)

UNREGISTERED = Measure(
    code="org_unregistered",
    kind=MeasureKind.STOCK,
    family=LEDGER,
    dims=(DOMAIN,),
    sql=f"""
        SELECT o.id, jsonb_build_object('D', (SELECT coalesce(jsonb_agg(DISTINCT d), '[]') FROM unnest(o.org_domains) d)),
               {_FROM}, {_UNTIL}, 1
        FROM {_SPANS} WHERE o.uscc = ''
    """,
)

REGISTERED = Measure(
    code="org_registered",
    kind=MeasureKind.DISTINCT,
    family=LEDGER,
    dims=(TYPE,),
    sql=f"""
        SELECT o.id, o.uscc, {_TYPE}, {_FROM}, {_UNTIL}, 1, {_CHANGED}
        FROM {_SPANS} WHERE o.uscc <> '' AND o.registration_status = 'registered'
    """,
)

NEW = Measure(
    code="org_new",
    kind=MeasureKind.DISTINCT,
    event=True,
    family=LEDGER,
    dims=(TYPE,),
    sql=f"""
        SELECT o.id, o.uscc, {_TYPE}, {month_of("o.first_active_on")}, {month_of("o.first_active_on")} + 1, 1, {_CHANGED}
        FROM {ORGANIZATIONS} o WHERE o.uscc <> '' AND o.first_active_on IS NOT NULL
    """,
)

ENTRIES = Measure(
    code="org_entries",
    kind=MeasureKind.STOCK,
    family=FRESHNESS,
    sql=f"SELECT s.organization_id, '{{}}', {_FROM}, {_UNTIL}, 1 FROM {SPANS} s",
)

# Every entry from the day it was written down: first unverified, then while it is on the ledger. Verifying is what proves
# the six fact groups (SM-02), so those on the ledger are the part that has been surveyed.
RECORDED = Measure(
    code="org_recorded",
    kind=MeasureKind.STOCK,
    family=SURVEY,
    sql=f"""
        SELECT s.organization_id, '{{}}', {_FROM}, {_UNTIL}, 1 FROM {SPANS} s
        UNION ALL
        SELECT o.id, '{{}}', {_WRITTEN}, {month_of("first.from_on")}, 1
        FROM {ORGANIZATIONS} o
        LEFT JOIN (SELECT organization_id, min(from_on) AS from_on FROM {SPANS} GROUP BY 1) first
               ON first.organization_id = o.id
        WHERE CASE WHEN first.from_on IS NULL THEN o.state IN ('draft', 'to_verify')
                   ELSE {_WRITTEN} < {month_of("first.from_on")} END
    """,
)

# Twelve months from the month of each confirmation, cut to the spans; overlapping years of one span are joined.
FRESH = Measure(
    code="org_fresh",
    kind=MeasureKind.STOCK,
    family=FRESHNESS,
    sql=f"""
        SELECT f.organization_id, '{{}}', greatest(f.from_month, f.span_from), least(f.until_month, f.span_until), 1
        FROM (
            SELECT s.organization_id, {_FROM} AS span_from, coalesce({_UNTIL}, 119999) AS span_until,
                   {month_of("c.confirmed_on")} AS from_month,
                   least({month_of("c.confirmed_on")} + 12, coalesce(lead({month_of("c.confirmed_on")}) OVER (
                       PARTITION BY s.organization_id, s.id ORDER BY c.confirmed_on
                   ), 119999)) AS until_month
            FROM {SPANS} s JOIN {CONFIRMATIONS} c ON c.organization_id = s.organization_id
        ) f
        WHERE greatest(f.from_month, f.span_from) < least(f.until_month, f.span_until)
    """,
)

RATED_ORGANIZATIONS = Measure(
    code="org_rated",
    kind=MeasureKind.DISTINCT,
    family=RATED,
    dims=(RATING,),
    # The most recent assessment decides the grade, whoever recorded it.
    sql=f"""
        SELECT o.id, o.uscc, jsonb_build_object('RG', jsonb_build_array(r.grade)), m.from_month, m.until_month, 1,
               r.assessed_on - DATE '1900-01-01'
        FROM {_RATED_SPANS}
    """,
)

# Of two unions that know different grades the later assessment decides; those below 3A then say nothing here.
RATED_3A = Measure(
    code="org_rated_3a",
    kind=MeasureKind.DISTINCT_SUM,
    family=RATED,
    sql=f"""
        SELECT o.id, o.uscc, '{{}}', m.from_month, m.until_month,
               CASE WHEN r.grade IN ('A3', 'A4', 'A5') THEN 1 ELSE 0 END, r.assessed_on - DATE '1900-01-01'
        FROM {_RATED_SPANS} AND o.registration_status = 'registered'
    """,
)

# A contact keeps an organization in regular contact at the end of its month and of the eleven that follow.
IN_CONTACT = Measure(
    code="org_in_contact",
    kind=MeasureKind.DISTINCT,
    family=REGULAR,
    dims=(DOMAIN, CONTACT_KINDS),
    sql=f"""
        SELECT o.id, o.uscc,
               jsonb_build_object('D', to_jsonb(o.org_domains), 'K', jsonb_build_array(c.kind)),
               {month_of("c.contacted_on")}, {month_of("c.contacted_on")} + 12, 1, {_CHANGED}
        FROM {ORGANIZATIONS} o JOIN {CONTACTS} c ON c.organization_id = o.id WHERE o.uscc <> ''
    """,
)

_INCOME_YEARS = f"""
    {ORGANIZATIONS} o JOIN {YEAR_FACTS} y ON y.organization_id = o.id
    WHERE o.uscc <> '' AND y.income IS NOT NULL AND y.income_from_union IS NOT NULL
"""
_FOUNDED = (
    "jsonb_build_object('FM', CASE WHEN o.founding_mode = '' THEN '[]' ELSE jsonb_build_array(o.founding_mode) END)"
)
INCOME, INCOME_FROM_UNION = (
    Measure(
        code=code,
        kind=MeasureKind.DISTINCT_SUM,
        family=STAFF,
        dims=(FOUNDING,),
        sql=f"""
            SELECT o.id, o.uscc, {_FOUNDED}, y.year * 12, y.year * 12 + 12, {amount},
                   (extract(epoch FROM y.updated_at) * 1000)::bigint
            FROM {_INCOME_YEARS}
        """,
    )
    for code, amount in (("org_income", "y.income"), ("org_income_union", "y.income_from_union"))
)

# Of how many organizations the incomes are (V9).
INCOME_STATED = Measure(
    code="org_income_stated",
    kind=MeasureKind.DISTINCT,
    family=STAFF,
    dims=(FOUNDING,),
    sql=f"""
        SELECT o.id, o.uscc, {_FOUNDED}, y.year * 12, y.year * 12 + 12, 1,
               (extract(epoch FROM y.updated_at) * 1000)::bigint
        FROM {_INCOME_YEARS}
    """,
)

# A year's figure stands until the next year that has one. The later year is the later word, then the later change.
STAFF_OF_ORGANIZATIONS, PARTY_MEMBERS = (
    Measure(
        code=code,
        kind=MeasureKind.DISTINCT_SUM,
        family=STAFF,
        dims=dims,
        sql=f"""
            SELECT o.id, o.uscc, {items}, m.from_month, m.until_month, y.amount,
                   y.year * 100000000000000 + (extract(epoch FROM y.updated_at) * 1000)::bigint
            FROM {_SPANS}
            JOIN (
                SELECT organization_id, year, {amount} AS amount, updated_at, year * 12 AS from_month,
                       lead(year) OVER (PARTITION BY organization_id ORDER BY year) * 12 AS until_month
                FROM {YEAR_FACTS}
            ) y ON y.organization_id = o.id
            CROSS JOIN LATERAL (
                SELECT greatest({_FROM}, y.from_month) AS from_month, least({_UNTIL}, y.until_month) AS until_month
            ) m
            WHERE o.uscc <> '' AND (m.until_month IS NULL OR m.from_month < m.until_month)
        """,
    )
    for code, amount, dims, items in (
        ("org_staff", "staff", (TYPE,), _TYPE),
        ("org_party_members", "party_members", (), "'{}'"),
    )
)

HEADS_MEETINGS = Measure(
    code="heads_meetings",
    kind=MeasureKind.SUM,
    family=CONTACT,
    # One meeting is logged once per organization that took part: a day of them is one meeting.
    sql=f"""
        SELECT NULL::uuid, '{{}}', {month_of("day")}, NULL::int, 1
        FROM (SELECT DISTINCT contacted_on AS day FROM {CONTACTS} WHERE kind = 'heads_meeting') days
    """,
)

CONTACTS_MADE = Measure(
    code="contacts",
    kind=MeasureKind.SUM,
    family=CONTACT,
    dims=(CONTACT_KIND,),
    sql=f"""
        SELECT organization_id, '{{"K": ["' || kind || '"]}}', {month_of("contacted_on")}, NULL::int, 1
        FROM {CONTACTS}
    """,
)

# A plan divides its time into stretches of its frequency, counted from the day it begins; the last day of each is due. A
# plan without an end is followed for ten years.
_MONTHS = "CASE p.frequency {} END".format(" ".join(f"WHEN '{one}' THEN {one.months}" for one in ContactFrequency))
_DUE = "(p.from_on + make_interval(months => {}))::date"
_IN_FORCE = "(p.until_on IS NULL OR due.due_on < p.until_on)"

CONTACTS_DUE = Measure(
    code="contacts_due",
    kind=MeasureKind.SUM,
    family=PLANNED,
    sql=f"""
        SELECT p.organization_id, '{{}}', {month_of("due.due_on")}, NULL::int, 1
        FROM {PLANS} p
        CROSS JOIN LATERAL (SELECT {_MONTHS} AS months) f
        CROSS JOIN LATERAL generate_series(1, 120 / f.months) k
        CROSS JOIN LATERAL (SELECT {_DUE.format("k * f.months")} AS due_on) due
        WHERE {_IN_FORCE}
    """,
)

CONTACTS_ON_TIME = Measure(
    code="contacts_on_time",
    kind=MeasureKind.SUM,
    family=KEPT,
    # Of each contact the stretch that it falls into; the day a stretch is due is still its own.
    sql=f"""
        SELECT organization_id, '{{}}', {month_of("due_on")}, NULL::int, 1
        FROM (
            SELECT DISTINCT p.organization_id, p.id, due.due_on
            FROM {PLANS} p
            JOIN {CONTACTS} c ON c.organization_id = p.organization_id AND c.contacted_on >= p.from_on
            CROSS JOIN LATERAL (SELECT {_MONTHS} AS months) f
            CROSS JOIN LATERAL (
                SELECT ({month_of("c.contacted_on")} - {month_of("p.from_on")}) / f.months AS k
            ) whole
            CROSS JOIN LATERAL (
                SELECT CASE WHEN whole.k > 0 AND {_DUE.format("whole.k * f.months")} >= c.contacted_on
                            THEN whole.k ELSE whole.k + 1 END AS k
            ) stretch
            CROSS JOIN LATERAL (SELECT {_DUE.format("stretch.k * f.months")} AS due_on) due
            WHERE stretch.k * f.months <= 120 AND {_IN_FORCE}
        ) kept
    """,
)
