"""
What people read of needs: NED of DOMAIN §5.2, each with its definition. How each is counted is in `measures`.

Satisfaction (NED-07) and the gap between needs and projects (NED-10) stand with the purchases.
"""

from commons.rollup.declaration import Indicator
from commons.rollup.enums import Aggregation
from tenants.needs import measures

_ADDED = "谁登记谁计数，各级工会逐级相加。"
_DIVIDED = "分子、分母分别逐级相加后相除，不取各地比率的平均；分母为零时不显示。"
_NOT_ONCE = "谁收集谁计数，各级工会逐级相加，未跨单位去重。"

INDICATORS = (
    Indicator(
        code="NED-01",
        zh="需求调查次数",
        en="Need surveys",
        unit="次",
        aggregation=Aggregation.SUM,
        measure=measures.SURVEYS_CLOSED,
        definition="当期结束的职工需求调查次数；结束之后已分析、已公布的同样计入，草稿和进行中的不计。",
        definition_en="Need surveys that closed in the period.",
        date_rule="以调查实际结束的日期所在月份为准。",
        who_counts=_ADDED,
    ),
    Indicator(
        code="NED-02",
        zh="需求调查有效样本",
        en="Valid responses",
        unit="份",
        aggregation=Aggregation.SUM,
        measure=measures.VALID_RESPONSES,
        definition="当期收到的有效问卷份数，含线上和纸质；作废的不计。",
        definition_en="Valid answers to need surveys, online or on paper.",
        date_rule="以填写日期所在月份为准。",
        who_counts=_NOT_ONCE + "没有填写服务对象的只计入合计。",
        person_related=True,
    ),
    Indicator(
        code="NED-03",
        zh="收集需求数",
        en="Needs recorded",
        unit="条",
        aggregation=Aggregation.SUM,
        measure=measures.NEEDS_RECORDED,
        definition="当期登记的职工需求条数，不论来自调查、点单、诉求还是基层反映，也不论之后是否采纳。",
        definition_en="Needs recorded in the period, from whatever source.",
        date_rule="以收集日期所在月份为准。",
        who_counts=_NOT_ONCE + "一条需求面向几类对象的，在几类中都出现。",
    ),
    Indicator(
        code="NED-04",
        zh="需求转化率",
        en="Needs turned into projects",
        unit="%",
        aggregation=Aggregation.RATIO,
        numerator=measures.NEEDS_ADOPTED,
        denominator=measures.NEEDS_SORTED,
        definition="当期立项的需求条数（含之后已满足的） ÷ 当期梳理的需求条数。前期梳理、本期立项的计入本期分子，因此单月可能超过 100%，看全年更稳。",
        definition_en="Needs adopted by projects in the period, as a share of needs sorted in it.",
        date_rule="分子以立项日期、分母以梳理日期所在月份为准。",
        who_counts=_DIVIDED,
    ),
    Indicator(
        code="NED-05",
        zh="职工点单数",
        en="Worker orders",
        unit="单",
        aggregation=Aggregation.SUM,
        measure=measures.ORDERS_APPROVED,
        definition="工会审核通过的职工点单数，含之后已派单、已服务、已评价、已买单的；未通过和已取消的不计。",
        definition_en="Orders of workers that the union approved.",
        date_rule="以点单日期所在月份为准。",
        who_counts=_ADDED,
        person_related=True,
    ),
    Indicator(
        code="NED-06",
        zh="点单满足率",
        en="Orders delivered",
        unit="%",
        aggregation=Aggregation.RATIO,
        numerator=measures.ORDERS_DELIVERED,
        denominator=measures.ORDERS_PLACED,
        definition="已服务的点单数 ÷ 全部点单数；职工自己取消的不计入分母，未通过审核的计入分母。",
        definition_en="Orders that were served, as a share of all that were not cancelled.",
        date_rule="以点单日期所在月份为准，之后什么时候服务都计入点单的那个月。",
        who_counts=_DIVIDED,
    ),
    Indicator(
        code="NED-08",
        zh="诉求受理数",
        en="Appeals received",
        unit="件",
        aggregation=Aggregation.SUM,
        measure=measures.APPEALS_RECEIVED,
        definition="当期受理的职工诉求件数，含之后转办的。",
        definition_en="Appeals received in the period.",
        date_rule="以受理日期所在月份为准。",
        who_counts=_ADDED,
        person_related=True,
        sensitive=True,
    ),
    Indicator(
        code="NED-09",
        zh="诉求办结率",
        en="Appeals closed on time",
        unit="%",
        aggregation=Aggregation.RATIO,
        numerator=measures.APPEALS_ON_TIME,
        denominator=measures.APPEALS_DUE,
        definition="到期诉求中，在办理期限内办结的所占比例；已转办其他单位的不计。",
        definition_en="Appeals closed by their due day, as a share of appeals due.",
        date_rule="以办理期限所在月份为准；期限未到的月份随办理进展变动。",
        who_counts=_DIVIDED,
    ),
)
