"""
What the ledger counts. Source: DOMAIN §5.2 ORG-01 to ORG-14, CTC-01.

Everything is counted from dated records, so any month can be recounted at any time: an entry counts at a month's end
while one of its spans covers that day. Dimensions other than the rating are those of today; a rating is dated itself.
"""

from commons.directory.enums import OrgType, RatingGrade
from commons.rollup.declaration import Dimension, Family, Indicator, Measure, month_of
from commons.rollup.enums import Aggregation, MeasureKind
from tenants.registry.enums import ContactKind, FoundingMode, OrgDomain

ORGANIZATIONS, SPANS = "registry_socialorganization", "registry_ledgerspan"
CONFIRMATIONS, RATINGS = "registry_confirmation", "registry_orgrating"
YEAR_FACTS, CONTACTS = "registry_orgyearfact", "registry_contactlog"

_ENTRY = {ORGANIZATIONS: "id", SPANS: "organization_id"}
LEDGER = Family("ledger", {**_ENTRY, RATINGS: "organization_id"})
FRESHNESS = Family("freshness", {SPANS: "organization_id", CONFIRMATIONS: "organization_id"})
RATED = Family("ratings", {**_ENTRY, RATINGS: "organization_id"})
STAFF = Family("staff", {**_ENTRY, YEAR_FACTS: "organization_id"})
CONTACT = Family("contact", {CONTACTS: "organization_id"})

TYPE = Dimension("OT", "组织类型", "Type of organization", OrgType)
DOMAIN = Dimension("D", "组织领域", "Domain", OrgDomain, several=True)
FOUNDING = Dimension("FM", "成立方式", "Founding mode", FoundingMode)
RATING = Dimension("RG", "评估等级", "Rating", RatingGrade)
CONTACT_KIND = Dimension("K", "联系方式", "Kind of contact", ContactKind)

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

STAFF_OF_ORGANIZATIONS = Measure(
    code="org_staff",
    kind=MeasureKind.DISTINCT_SUM,
    family=STAFF,
    dims=(TYPE,),
    # A year's figure stands until the next year that has one. The later year is the later word, then the later change.
    sql=f"""
        SELECT o.id, o.uscc, {_TYPE}, m.from_month, m.until_month, y.staff,
               y.year * 100000000000000 + (extract(epoch FROM y.updated_at) * 1000)::bigint
        FROM {_SPANS}
        JOIN (
            SELECT organization_id, year, staff, updated_at, year * 12 AS from_month,
                   lead(year) OVER (PARTITION BY organization_id ORDER BY year) * 12 AS until_month
            FROM {YEAR_FACTS}
        ) y ON y.organization_id = o.id
        CROSS JOIN LATERAL (
            SELECT greatest({_FROM}, y.from_month) AS from_month, least({_UNTIL}, y.until_month) AS until_month
        ) m
        WHERE o.uscc <> '' AND (m.until_month IS NULL OR m.from_month < m.until_month)
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

_MONTH_END = "以月末为准：月末当日仍在册的计入。"
_ONCE = "全辖按统一社会信用代码去重：同一组织在多家工会的台账上，上级只计一次。"

INDICATORS = (
    Indicator(
        code="ORG-01",
        zh="社会组织台账数",
        en="Organizations on the ledger",
        unit="家",
        aggregation=Aggregation.DISTINCT,
        measure=ON_LEDGER,
        definition="状态为在册（含待更新）且有统一社会信用代码的社会组织数。",
        definition_en="Organizations with a credit code whose ledger entry is active, fresh or stale.",
        date_rule=_MONTH_END,
        who_counts=_ONCE,
    ),
    Indicator(
        code="ORG-02",
        zh="草根组织数",
        en="Unregistered groups on the ledger",
        unit="家",
        aggregation=Aggregation.STOCK,
        measure=UNREGISTERED,
        definition="状态为在册（含待更新）、尚无统一社会信用代码的组织数。",
        definition_en="Active entries without a credit code.",
        date_rule=_MONTH_END,
        who_counts="没有代码无法跨单位识别，各级工会的数逐级相加，未跨单位去重。",
    ),
    Indicator(
        code="ORG-03",
        zh="登记社会组织数",
        en="Registered organizations",
        unit="家",
        aggregation=Aggregation.DISTINCT,
        measure=REGISTERED,
        definition="台账社会组织中登记状态为“已登记”的组织数。",
        definition_en="Organizations on the ledger whose registration status is registered.",
        date_rule=_MONTH_END,
        who_counts=_ONCE,
    ),
    Indicator(
        code="ORG-05",
        zh="新增台账数",
        en="New on the ledger",
        unit="家",
        aggregation=Aggregation.DISTINCT,
        measure=NEW,
        definition="当月首次核实入册、有统一社会信用代码的社会组织数。",
        definition_en="Organizations first verified onto a ledger in the month.",
        date_rule="以首次入册日期所在月份为准。",
        who_counts="全辖按统一社会信用代码去重：同一组织当月在多家工会首次入册，上级只计一次。",
    ),
    Indicator(
        code="ORG-08",
        zh="台账更新率",
        en="Ledger freshness",
        unit="%",
        aggregation=Aggregation.RATIO,
        numerator=FRESH,
        denominator=ENTRIES,
        definition="近 12 个月内确认过的台账条数 ÷ 在册（含待更新）台账条数，含草根组织。",
        definition_en="Entries confirmed within twelve months, as a share of active entries.",
        date_rule="以月末为准：确认当月起 12 个月内视为已更新。",
        who_counts="分子、分母分别逐级相加后相除，不取各地比率的平均；分母为零时不显示。",
    ),
    Indicator(
        code="ORG-10",
        zh="获评等级社会组织数",
        en="Rated organizations",
        unit="家",
        aggregation=Aggregation.DISTINCT,
        measure=RATED_ORGANIZATIONS,
        definition="在册社会组织中评估等级（1A—5A）在有效期内的组织数。",
        definition_en="Organizations on the ledger with a valid rating.",
        date_rule="以月末为准：月末当日等级仍在有效期内的计入；已取消的不计。",
        who_counts=_ONCE + "各单位记载不同的，以最近一次评估为准。",
    ),
    Indicator(
        code="ORG-14",
        zh="从业人员数",
        en="Staff of organizations",
        unit="人",
        aggregation=Aggregation.DISTINCT_SUM,
        measure=STAFF_OF_ORGANIZATIONS,
        definition="台账社会组织年度情况中填报的从业人员数之和。",
        definition_en="Staff of the organizations on the ledger, from their yearly facts.",
        date_rule="某年填报的数自该年 1 月起有效，至下一次填报的年份为止；月末仍在册的计入。",
        who_counts="全辖按统一社会信用代码去重：同一组织只计一次，取年份最近、更新最晚的数。",
    ),
    Indicator(
        code="CTC-01",
        zh="联系次数",
        en="Contacts",
        unit="次",
        aggregation=Aggregation.SUM,
        measure=CONTACTS_MADE,
        definition="当月登记的与社会组织的联系（走访、电话、座谈、活动等）次数。",
        definition_en="Contacts with organizations logged for the month.",
        date_rule="以联系日期所在月份为准。",
        who_counts="谁登记谁计数，各级工会逐级相加。",
    ),
)
