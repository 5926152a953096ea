"""PUR-19: what unions give to those below, apart from what they buy (R6). Source: DOMAIN §5.2 PUR-19; E18, E19."""

from commons.rollup.declaration import Family, Indicator, Measure, month_of
from commons.rollup.enums import Aggregation, MeasureKind, Place

SUBSIDIES = Family("subsidies", {"subsidies_subsidy": "from_union_id"}, Place.PUBLIC)

SUBSIDIES_PAID = Measure(
    code="subsidies_paid",
    kind=MeasureKind.TRANSFER,
    family=SUBSIDIES,
    sql=f"""
        SELECT NULL::uuid, jsonb_build_object('TX', jsonb_build_array(to_union_id::text)), {month_of("paid_on")},
               NULL::int, granted
        FROM subsidies_subsidy WHERE from_union_id = %(union)s AND paid_on IS NOT NULL
    """,
)

INDICATORS = (
    Indicator(
        code="PUR-19",
        zh="对下补贴资金",
        en="Subsidies to lower unions",
        unit="元",
        aggregation=Aggregation.SUM,
        measure=SUBSIDIES_PAID,
        definition="当期拨付给下级工会的购买服务补贴之和，不计入购买服务的投入资金。",
        definition_en="Subsidies for purchases paid to lower unions; never part of what is paid for purchases.",
        date_rule="以拨付日期所在月份为准。",
        who_counts="本级：本工会拨出的补贴。全辖：拨出方和收到方都在辖内的相互抵销，只计拨往辖外的补贴。",
    ),
)
