"""FAIR-01 to FAIR-05 and FAIR-07: shown so that it can be seen and explained; no quota follows from it. Source: DOMAIN Q33."""

from commons.rollup.declaration import Indicator
from commons.rollup.enums import Aggregation
from commons.rollup.indices.declared import Gap, OverChildren, OverKeys
from commons.rollup.indices.formulas import coefficient_of_variation, gini, highest_to_lowest
from tenants.purchasing.indicators.wording import CONFIRMED, CONTRACT_SIGNED, DIVIDED
from tenants.purchasing.measures import competition, money

_PER_MEMBERS = 10_000
_BY_CHILDREN = "只比较填报了会员人数的直接下级（含其全辖）；没有下级的工会没有这项数。"

FAIRNESS = (
    Indicator(
        code="FAIR-01",
        zh="工会自建组织中标金额占比",
        en="Share of awards to union-founded organizations",
        unit="%",
        aggregation=Aggregation.RATIO,
        numerator=competition.AWARD_AMOUNT_FOUNDED,
        denominator=competition.AWARD_AMOUNT,
        definition="中标单位成立方式为“工会自建”的中标金额 ÷ 全部中标金额；成立方式以定标时为准。",
        definition_en="Amount awarded to organizations founded by a union, as a share of all awards.",
        date_rule=CONFIRMED,
        who_counts="联合购买的，只计本单位承担的份额。" + DIVIDED,
    ),
    Indicator(
        code="FAIR-02",
        zh="中标率差",
        en="Gap of win rates, union-founded against others",
        unit="百分点",
        aggregation=Aggregation.INDEX,
        index=Gap(competition.BIDS_WON, competition.BIDS_DECIDED, "FM", "union_founded"),
        definition="工会自建组织的中标率 − 其他申报单位的中标率。中标率 = 中标份数 ÷ 已开标的申报份数；直接委托的不计。",
        definition_en="Win rate of union-founded organizations less that of all others, in points.",
        date_rule="以公告的定标日期所在月份为准。",
        who_counts="中标份数、申报份数分别逐级相加后在各级计算；两类中有一类没有申报的不显示。",
    ),
    Indicator(
        code="FAIR-03",
        zh="资源分配基尼系数",
        en="Gini of award amounts per provider",
        unit="0–1",
        aggregation=Aggregation.INDEX,
        index=OverKeys(competition.AWARDED_TO, gini),
        definition="当期各中标单位中标金额的基尼系数：0 为各单位相同，越接近 1 越集中于少数单位。",
        definition_en="Gini coefficient of what each provider was awarded in the period.",
        date_rule=CONFIRMED + "请按年查看。",
        who_counts="同一单位在各级工会的中标金额先按统一社会信用代码相加，再在各级计算；没有中标的单位不计。",
    ),
    Indicator(
        code="FAIR-04",
        zh="首次承接组织占比",
        en="Share of first-time winners",
        unit="%",
        aggregation=Aggregation.RATIO,
        numerator=competition.FIRST_AWARDS,
        denominator=competition.AWARDS,
        definition="中标单位在本会首次中标的次数 ÷ 全部中标次数。",
        definition_en="Awards to providers that had never won at the union before, as a share of all.",
        date_rule=CONFIRMED,
        who_counts=DIVIDED,
    ),
    Indicator(
        code="FAIR-05",
        zh="直接委托占比",
        en="Share awarded without competition",
        unit="%",
        aggregation=Aggregation.RATIO,
        numerator=competition.ENTRUSTED_DIRECTLY,
        denominator=competition.CONTRACTED_BY_UNIONS,
        definition="直接委托的项目合同金额 ÷ 全部项目合同金额；企业购买的不计。",
        definition_en="Amount contracted directly, as a share of all but what enterprises bought.",
        date_rule=CONTRACT_SIGNED,
        who_counts="联合购买的，只计本单位承担的份额。" + DIVIDED,
    ),
    Indicator(
        code="FAIR-07",
        zh="区域投入差异",
        en="Regional disparity, highest to lowest",
        unit="倍",
        aggregation=Aggregation.INDEX,
        index=OverChildren(highest_to_lowest, money.CONTRACTED, money.UNION_MEMBERS, _PER_MEMBERS),
        definition="直接下级中，每万名会员合同金额最高的与最低的之比；最低的为零时不显示。",
        definition_en="Contract amount per 10,000 union members of each child union: the highest over the lowest.",
        date_rule="合同以签订日期、会员人数以填报年度为准，请按年查看。",
        who_counts=_BY_CHILDREN,
    ),
    Indicator(
        code="FAIR-07C",
        zh="区域投入变异系数",
        en="Regional disparity, coefficient of variation",
        unit="0–1",
        aggregation=Aggregation.INDEX,
        index=OverChildren(coefficient_of_variation, money.CONTRACTED, money.UNION_MEMBERS, _PER_MEMBERS),
        definition="直接下级每万名会员合同金额的变异系数（标准差 ÷ 平均数）：0 为各地相同，数越大差异越大。",
        definition_en="Coefficient of variation of the contract amount per 10,000 members of the child unions.",
        date_rule="合同以签订日期、会员人数以填报年度为准，请按年查看。",
        who_counts=_BY_CHILDREN,
    ),
)
