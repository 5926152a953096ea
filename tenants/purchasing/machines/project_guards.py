"""What must hold for each step of a service project, and what is said where it does not. Source: SM-15P; a star: straight from a policy."""

from __future__ import annotations

from commons.workflow.declaration import Guard
from tenants.purchasing.machines import project_checks as checks

SUITABLE = Guard(
    "PURCHASING.NOT_SUITABLE",
    "三项适宜性判断均为“是”",
    "适宜性判断尚未全部作出肯定回答：%(missing)s。请在项目中逐项勾选并说明依据；不符合的项目不宜购买。",
    checks.tests,
    source="E02 ★",
)
OWNED = Guard(
    "PURCHASING.NO_DEPARTMENT", "有主办部室", "项目还没有主办部室，请先在项目中选定。", checks.owner, source="A14"
)
FUNDED = Guard(
    "PURCHASING.NOT_FUNDED",
    "资金来源合计等于预算",
    "资金来源合计%(total)s元，预算%(budget)s元。请补齐资金来源，使合计与预算一致。",
    checks.funded,
    source="E08 ★",
)
RULES_CHOSEN = Guard(
    "PURCHASING.RULES_MISSING",
    "有现行有效的管理办法和指标体系",
    "缺少现行有效的制度：%(missing)s。请由工会管理员先在购买制度中制定并施行。",
    checks.rules,
    source="E12、E14 ★",
)
NEEDS_LINKED = Guard(
    "PURCHASING.NO_NEEDS",
    "关联职工需求",
    "项目没有关联职工需求。使用工会经费的项目一般应有需求依据，请核对。",
    checks.needs,
    source="E02",
    warns=True,
)
APPROVAL_SCORED = Guard(
    "PURCHASING.APPROVAL_NOT_PASSED",
    "立项评审达到合格分",
    "立项评审得分：%(total)s，须按指标体系评分并达到%(mark)s分，才能批准立项。",
    checks.approval,
    source="E14 ★",
)
SCORED_BY_OTHER = Guard(
    "PURCHASING.SCORED_BY_CREATOR",
    "立项评审由申报人以外的人评分",
    "立项评审由项目登记人“%(who)s”自己评分，不能作为立项依据。请退回重评，由其他人评分。",
    checks.scorer,
    source="E14",
)
OTHER_DECIDES = Guard(
    "PURCHASING.DECIDED_BY_CREATOR",
    "由登记人以外的人决定",
    "项目由“%(who)s”本人登记，立项须由另一位工会管理员决定。",
    checks.decider,
    source="SM-15P ★",
)
DIRECT_ALLOWED = Guard(
    "PURCHASING.DIRECT_NOT_ALLOWED",
    "直接委托有理由且在限额内",
    "直接委托须写明理由，且预算不超过管理办法规定的%(most)s元；本项目预算%(budget)s元。请补充理由，或改用公开招募等方式。",
    checks.direct,
    source="E10、E26",
)
CALL_PUBLISHED = Guard(
    "PURCHASING.NO_PUBLISHED_CALL",
    "公告已发布",
    "项目还没有已发布的招募公告。请先拟订并发布公告，项目随公告发布进入招募。",
    checks.call_published,
    source="SM-16",
)
PUBLICITY_OVER = Guard(
    "PURCHASING.PUBLICITY_NOT_OVER",
    "公示期满",
    "中标结果公示期未满，还不能定标：%(until)s。",
    checks.publicity,
    source="SM-15P",
)
NO_OBJECTION = Guard(
    "PURCHASING.OPEN_OBJECTION",
    "没有未答复的异议",
    "还有%(open)s件异议没有答复，请先在公告中答复。",
    checks.objections,
    source="SM-15P",
)
CALL_FAILED = Guard(
    "PURCHASING.CALL_NOT_FAILED",
    "公告已流标或取消",
    "招募公告当前为“%(state)s”。公告流标或取消后，项目才能退回已立项。",
    checks.call_failed,
    source="SM-15P",
)
NOT_SIGNED = Guard(
    "PURCHASING.CONTRACT_SIGNED_ALREADY",
    "合同尚未签署",
    "项目合同已经签署，项目不能退回“已立项”。合同不再履行的，请终止合同和项目。",
    checks.not_signed,
    source="SM-15P",
)
CONTRACT_SIGNED = Guard(
    "PURCHASING.NO_SIGNED_CONTRACT",
    "合同已签署",
    "还没有已签署的%(kind)s，项目不能开始实施。",
    checks.contract,
    source="SM-15P",
)
SUPERVISED = Guard(
    "PURCHASING.NO_SUPERVISION",
    "监管合同已签署",
    "项目须实行第三方监管，但监管合同还没有签署。",
    checks.supervised,
    source="E16 ★",
)
INDEPENDENT = Guard(
    "PURCHASING.SUPERVISOR_PROVIDES",
    "监管方不是承接方",
    "“%(name)s”既是承接方又是监管方，不能监管自己承接的项目。请另选监管方并重新签订监管合同。",
    checks.independent,
    source="E16 ★",
)
NO_OVERLAP = Guard(
    "PURCHASING.FUNDED_ELSEWHERE",
    "同一服务未被上下级工会重复资助",
    "上级或下级工会本年度已资助可能相同的服务：%(found)s。确需继续的，请先在项目中填写重复资助说明。",
    checks.overlap,
    source="R6",
)
MIDTERM_DUE = Guard(
    "PURCHASING.MIDTERM_TOO_EARLY",
    "到中期评估日期",
    "计划的中期评估日期是%(day)s，现在还不能开始。",
    checks.midterm_day,
    source="SM-15P",
)
PROGRESS_ACCEPTED = Guard(
    "PURCHASING.NO_PROGRESS_REPORT",
    "至少接收一份进展报告",
    "还没有接收过进展报告。请先接收承接单位提交的进展报告，再开始中期评估。",
    checks.progress,
    source="K07",
)
NOT_PASSED_YET = Guard(
    "PURCHASING.MIDTERM_PASSED", "中期评估尚未通过", "项目已经通过中期评估，不再重复评估。", checks.passed_before
)
MIDTERM_SCORED = Guard(
    "PURCHASING.MIDTERM_NOT_SCORED",
    "中期评估已评分",
    "中期评估还没有按指标体系评分，请先评分。",
    checks.midterm_scored,
    source="E14 ★",
)
MIDTERM_ENOUGH = Guard(
    "PURCHASING.MIDTERM_BELOW_MARK",
    "中期评估达到合格分",
    "中期评估%(total)s分，未达到%(mark)s分，不能通过。请要求整改。",
    checks.midterm_enough,
    source="E14",
)
RECTIFIED = Guard(
    "PURCHASING.RECTIFICATION_OPEN",
    "监管发现的问题已销号",
    "还有%(open)s次监管检查发现的问题没有销号，请先完成整改和复查。",
    checks.rectified,
    source="SM-15P、SM-32",
)
SEEN_AGAIN = Guard(
    "PURCHASING.NOT_SEEN_AGAIN",
    "第三方监管已复查",
    "项目实行第三方监管，须有监管方在中期评估之后的检查记录，才能认可整改。",
    checks.seen_again,
    source="SM-15P",
)
ENDED = Guard(
    "PURCHASING.NOT_ENDED",
    "到结束日期或目标完成",
    "项目结束日期是%(day)s，服务目标也没有全部完成，还不能结束实施。",
    checks.ended,
    source="SM-15P",
)
MIDTERM_DONE = Guard(
    "PURCHASING.MIDTERM_MISSING",
    "中期评估已通过",
    "项目还没有通过中期评估。实施期满%(months)s个月的项目须先通过中期评估，再结束实施。",
    checks.midterm_done,
    source="E13 ★",
)
FINAL_EXPENSE = Guard(
    "PURCHASING.NO_FINAL_EXPENSE",
    "经费决算报告已接收",
    "还没有接收经费决算报告。请承接单位提交，核对后接收。",
    checks.final_expense,
    source="E13",
)
PERFORMANCE_SCORED = Guard(
    "PURCHASING.PERFORMANCE_NOT_SCORED",
    "绩效考核已评分",
    "绩效考核还没有按指标体系评分，请先评分。",
    checks.performance_scored,
    source="E14 ★",
)
PERFORMANCE_ENOUGH = Guard(
    "PURCHASING.PERFORMANCE_BELOW_MARK",
    "绩效考核合格",
    "绩效考核%(total)s分，未达到%(mark)s分，不能结项，应认定为不合格。",
    checks.performance_enough,
    source="E13",
)
SAMPLE = Guard(
    "PURCHASING.SATISFACTION_SAMPLE",
    "满意度样本足够",
    "满意度样本%(sample)s份，须达到%(least)s份，或者服务人数的%(share)s%%。请补充服务记录中的满意度评价。",
    checks.sample,
    source="SM-15P",
)
SETTLED = Guard(
    "PURCHASING.PAYMENTS_OPEN",
    "付款已结清",
    "还有%(left)s个付款节点没有结清，请先付款或者暂不支付。",
    checks.unsettled,
    source="SM-15P",
)
ACCOUNTED = Guard(
    "PURCHASING.NOT_ACCOUNTED",
    "已付款项有经费决算报告",
    "已经付款的项目终止后，须接收经费决算报告，才能归档。",
    checks.unaccounted,
    source="SM-15P",
)
RETURNED = Guard(
    "PURCHASING.FUNDS_NOT_RETURNED",
    "结余资金已退回",
    "还有%(left)s元结余资金没有退回，请先在经费报告中登记退回日期。",
    checks.unreturned,
    source="SM-15P",
)
