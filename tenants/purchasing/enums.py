"""Codes of purchasing. Source: DOMAIN §2.1, §2.6, §3.6, §3.7."""

from commons.kit.labels import Code


class UnitKind(Code):
    """What stands below a union without being a tenant. Source: A04-A09, A14."""

    DEPARTMENT = "department", "部室", "Department"
    TOWNSHIP_UNION = "township_union", "乡镇（街道）工会", "Township or street union"
    GRASSROOTS_UNION = "grassroots_union", "基层工会", "Grassroots union"
    ENTERPRISE_UNION = "enterprise_union", "企业工会", "Enterprise union"
    JOINT_GRASSROOTS_UNION = "joint_grassroots_union", "联合基层工会", "Joint grassroots union"
    UNION_FEDERATION = "union_federation", "工会联合会", "Federation of unions"
    INDUSTRIAL_UNION = "industrial_union", "产业工会", "Industrial union"
    ZONE_UNION = "zone_union", "开发区工会", "Zone union"
    AFFILIATED_INSTITUTION = "affiliated_institution", "直属事业单位", "Affiliated institution"


class ProviderKind(Code):
    """Who may provide. Source: T2, B13."""

    SOCIAL_ORG = "social_org", "社会组织", "Social organization"
    ENTERPRISE = "enterprise", "企业", "Enterprise"
    LAW_FIRM = "law_firm", "律师事务所", "Law firm"
    PUBLIC_INSTITUTION = "public_institution", "事业单位", "Public institution"
    UNION_INSTITUTION = "union_institution", "工会直属单位", "Institution of the union"
    INDIVIDUAL_EXPERT = "individual_expert", "个人专家", "Individual expert"


class VettingResult(Code):
    """The light of a background check; its text stays with the named officer. Source: B07, Q18."""

    UNKNOWN = "unknown", "未核查", "Not checked"
    CLEAR = "clear", "通过", "Clear"
    CONDITIONAL = "conditional", "有条件通过", "Conditional"
    NOT_CLEAR = "not_clear", "未通过", "Not clear"


class ExpertKind(Code):
    """Source: T3 Expert, A20."""

    SCHOLAR = "scholar", "学者", "Scholar"
    OFFICIAL = "official", "机关干部", "Official"
    UNION = "union", "工会干部", "Union cadre"
    PRACTITIONER = "practitioner", "行业实务", "Practitioner"
    FINANCE = "finance", "财务", "Finance"
    LAW = "law", "法律", "Law"


class ProcurementMode(Code):
    """Source: E26, D09, D12, F03, E42."""

    PURCHASED = "purchased", "购买", "Purchased"
    ENTRUSTED = "entrusted", "委托", "Entrusted"
    CONTRACTED = "contracted", "承包", "Contracted out"
    VENTURE_PHILANTHROPY = "venture_philanthropy", "公益创投", "Venture philanthropy"
    WORKER_ORDER = "worker_order", "职工点单", "Worker order"
    COOPERATION = "cooperation", "合作（无资金）", "Cooperation without funds"


class ProcurementMethod(Code):
    """Source: E10."""

    OPEN_CALL = "open_call", "公开招募", "Open call"
    INVITED = "invited", "邀请", "Invited"
    NEGOTIATION = "negotiation", "竞争性磋商", "Negotiation"
    DIRECT = "direct", "直接委托", "Direct entrustment"


class BuyerKind(Code):
    """Who buys. Source: E20, E27, E36, C23."""

    UNION = "union", "本级工会", "The union itself"
    UNIT = "unit", "基层工会等单位", "A unit below"
    ENTERPRISE = "enterprise", "企业", "Enterprise"
    FEDERATION = "federation", "联合会", "Federation"
    JOINT = "joint", "群团等联合", "Jointly with others"


class RuleKind(Code):
    """What is versioned and frozen once used: measures, indicator systems, template contracts. Source: E12-E15, E34, Appendix C."""

    MEASURES = "measures", "购买服务管理办法", "Measures"
    PROCESS_SUPERVISION = "process_supervision", "过程监督管理细则", "Process supervision"
    MIDTERM = "midterm", "中期评估细则", "Mid-term evaluation"
    PERFORMANCE = "performance", "绩效考核细则", "Performance assessment"
    FUNDS = "funds", "经费使用管理细则", "Funds management"
    SUBSIDY = "subsidy", "补贴办法", "Subsidy"
    OTHER = "other", "其他制度", "Other"
    APPROVAL_SYSTEM = "approval_system", "立项评审指标体系", "Approval indicator system"
    BID_SYSTEM = "bid_system", "申报评审指标体系", "Bid scoring system"
    MIDTERM_SYSTEM = "midterm_system", "中期评估指标体系", "Mid-term indicator system"
    PERFORMANCE_SYSTEM = "performance_system", "绩效考核指标体系", "Performance indicator system"
    PROJECT_CONTRACT = "project_contract", "项目合同示范文本", "Template of the project contract"
    SUPERVISION_CONTRACT = "supervision_contract", "第三方监管合同示范文本", "Template of the supervision contract"
    COOPERATION_AGREEMENT = "cooperation_agreement", "合作协议示范文本", "Template of the cooperation agreement"

    @property
    def is_system(self) -> bool:
        """A scoring sheet."""
        return self.value.endswith("_system")

    @property
    def is_template(self) -> bool:
        """A text with variables."""
        return self in {RuleKind.PROJECT_CONTRACT, RuleKind.SUPERVISION_CONTRACT, RuleKind.COOPERATION_AGREEMENT}


class RuleState(Code):
    """§3.12 Purchase rule: one version of a kind in force at a time."""

    DRAFT = "draft", "草稿", "Draft"
    CONSULTATION = "consultation", "征求意见", "Consultation"
    IN_FORCE = "in_force", "现行有效", "In force"
    REPEALED = "repealed", "已废止", "Repealed"


class CatalogueChange(Code):
    """Of a catalogue item against the year before. Source: E07."""

    NEW = "new", "新增", "New"
    KEPT = "kept", "保留", "Kept"
    DROPPED = "dropped", "取消", "Dropped"


class CatalogueScope(Code):
    """Source: B11, E39."""

    LABOUR_RELATIONS = "labour_relations", "劳动关系领域", "Labour relations"
    WORKER_LIFE = "worker_life", "职工生活领域", "Workers' life"


class RiskLevel(Code):
    """Source: E31."""

    LOW = "low", "低", "Low"
    MID = "mid", "中", "Medium"
    HIGH = "high", "高", "High"


class ProjectState(Code):
    """SM-15P."""

    DRAFT = "draft", "草稿", "Draft"
    APPROVAL_REVIEW = "approval_review", "立项评审中", "In approval review"
    APPROVED = "approved", "已立项", "Approved"
    REJECTED = "rejected", "未立项", "Rejected"
    SOURCING = "sourcing", "招募中", "Sourcing"
    AWARDED = "awarded", "已定标", "Awarded"
    RUNNING = "running", "实施中", "Running"
    MIDTERM = "midterm", "中期评估中", "In mid-term evaluation"
    RECTIFYING = "rectifying", "整改中", "Rectifying"
    ASSESSING = "assessing", "绩效考核中", "In performance assessment"
    COMPLETED = "completed", "已结项", "Completed"
    FAILED = "failed", "不合格", "Failed"
    TERMINATED = "terminated", "已终止", "Terminated"
    ARCHIVED = "archived", "已归档", "Archived"


class CallState(Code):
    """SM-16."""

    DRAFT = "draft", "草稿", "Draft"
    PUBLISHED = "published", "招募中", "Published"
    CLOSED = "closed", "已截止", "Closed"
    OPENING = "opening", "开标", "Opening"
    QUALIFICATION = "qualification", "资质审核", "Qualification"
    REVIEW = "review", "评审", "Review"
    PUBLICISED = "publicised", "公示", "Publicised"
    CONFIRMED = "confirmed", "已定标", "Confirmed"
    DONE = "done", "已完成", "Done"
    CANCELLED = "cancelled", "已取消", "Cancelled"
    FAILED = "failed", "流标", "Failed"


class NoteKind(Code):
    """What is said about a call, to all. Source: SM-16."""

    QUESTION = "question", "提问", "Question"
    ADDENDUM = "addendum", "补充公告", "Addendum"
    OBJECTION = "objection", "异议", "Objection"


class BidState(Code):
    """SM-17. `to_confirm`: a change of the call put it back, and its bidder has to confirm it anew."""

    DRAFT = "draft", "草稿", "Draft"
    SUBMITTED = "submitted", "已递交（密封）", "Submitted, sealed"
    TO_CONFIRM = "to_confirm", "待重新确认", "To be confirmed anew"
    WITHDRAWN = "withdrawn", "已撤回", "Withdrawn"
    OPENED = "opened", "已开标", "Opened"
    QUALIFIED = "qualified", "资质合格", "Qualified"
    DISQUALIFIED = "disqualified", "资质不合格", "Disqualified"
    SCORED = "scored", "已评分", "Scored"
    WON = "won", "中标", "Won"
    RESERVE = "reserve", "备选", "Reserve"
    LOST = "lost", "未中标", "Lost"
    LAPSED = "lapsed", "逾期失效", "Lapsed"


class DisqualificationReason(Code):
    """Why a bid is set aside in the check of qualification. Source: SM-17 reason code."""

    ADMISSION = "admission", "不符合申报条件", "Admission conditions not met"
    DOCUMENTS = "documents", "申报材料不全或不符", "Documents missing or not fitting"
    CERTIFICATE = "certificate", "资质证照失效", "Certificate not valid"
    PRICE = "price", "报价不符合要求", "Price against the rules"
    FALSE_STATEMENT = "false_statement", "提供虚假材料", "False statements"
    COLLUSION = "collusion", "串通申报", "Collusion"
    OTHER = "other", "其他", "Other"


class MemberState(Code):
    """A member of a review panel."""

    DRAWN = "drawn", "已抽取", "Drawn"
    CONFIRMED = "confirmed", "已确认无回避", "Confirmed without conflict"
    EXCLUDED = "excluded", "已回避", "Excluded"


class ContractKind(Code):
    """Source: §2.6 Contract."""

    PROJECT = "project", "项目合同", "Project contract"
    SUPERVISION = "supervision", "第三方监管合同", "Supervision contract"
    COOPERATION = "cooperation", "合作协议", "Cooperation agreement"
    POST = "post", "购买岗位合同", "Contract for posts"
    LAW_FIRM = "law_firm", "法律服务合同", "Law-firm contract"


class ContractState(Code):
    """SM-18 contract."""

    DRAFT = "draft", "草稿", "Draft"
    LEGAL_CHECK = "legal_check", "法审中", "In legal check"
    TO_SIGN = "to_sign", "待签署", "To be signed"
    SIGNED = "signed", "已签署", "Signed"
    PERFORMING = "performing", "履行中", "Performing"
    FULFILLED = "fulfilled", "已履行完毕", "Fulfilled"
    TERMINATED = "terminated", "已终止", "Terminated"
    EXPIRED = "expired", "已到期", "Expired"


class MilestoneCondition(Code):
    """What a payment waits for. Source: §2.6 PaymentMilestone."""

    SIGNED = "signed", "合同签订", "Contract signed"
    MIDTERM_PASSED = "midterm_passed", "中期评估通过", "Mid-term passed"
    PERFORMANCE_PASSED = "performance_passed", "绩效考核合格", "Performance passed"
    DATE = "date", "到期日", "A date"


class MilestoneState(Code):
    """SM-18 payment milestone."""

    PLANNED = "planned", "计划", "Planned"
    DUE = "due", "可申请", "Due"
    REQUESTED = "requested", "已申请", "Requested"
    APPROVED = "approved", "已审批", "Approved"
    PAID = "paid", "已付款", "Paid"
    WITHHELD = "withheld", "暂不支付", "Withheld"


class PaymentKind(Code):
    """What a row of payments says: money paid, a payment taken back as wrong, unused money that came back. Source: E44, Q26."""

    PAYMENT = "payment", "付款", "Payment"
    REVERSAL = "reversal", "冲销", "Reversal"
    REFUND = "refund", "退回结余", "Refund of unused money"


class ReportKind(Code):
    """What a provider hands in. Source: §2.6 ProgressReport, ExpenseReport."""

    PROGRESS = "progress", "进展报告", "Progress report"
    EXPENSE = "expense", "经费使用报告", "Expense report"
    FINAL_EXPENSE = "final_expense", "经费决算报告", "Final expense report"


class ReportState(Code):
    """SM-18 progress and expense reports; overdue is told from `due_on`."""

    DUE = "due", "待提交", "Due"
    SUBMITTED = "submitted", "已提交", "Submitted"
    ACCEPTED = "accepted", "已接收", "Accepted"
    RETURNED = "returned", "已退回", "Returned"


class VisitKind(Code):
    """Source: §2.6 Supervision."""

    PROCESS = "process", "过程监督", "Process supervision"
    SPOT = "spot", "抽查", "Spot check"
    AUDIT = "audit", "财务检查", "Financial audit"


class VisitState(Code):
    """SM-32."""

    PLANNED = "planned", "计划", "Planned"
    DONE = "done", "已完成", "Done"
    RECTIFYING = "rectifying", "整改中", "Rectifying"
    CLOSED = "closed", "已销号", "Closed"


class EvaluationKind(Code):
    """Source: E14."""

    APPROVAL = "approval", "立项评审", "Approval review"
    MIDTERM = "midterm", "中期评估", "Mid-term evaluation"
    PERFORMANCE = "performance", "绩效考核", "Performance assessment"


class EvaluationState(Code):
    """SM-18 evaluations."""

    OPEN = "open", "待评分", "Open"
    SCORED = "scored", "已评分", "Scored"
    CONCLUDED = "concluded", "已作结论", "Concluded"
    APPEALED = "appealed", "申诉中", "Appealed"
    FINAL = "final", "已生效", "Final"


class Conclusion(Code):
    """What an evaluation comes to; the four grades are those of the performance assessment (bands 90, 80, 60)."""

    PASS = "pass", "通过", "Pass"
    RECTIFY = "rectify", "整改", "Rectify"
    STOP = "stop", "终止", "Stop"
    REJECT = "reject", "不通过", "Reject"
    EXCELLENT = "excellent", "优秀", "Excellent"
    GOOD = "good", "良好", "Good"
    QUALIFIED = "qualified", "合格", "Qualified"
    UNQUALIFIED = "unqualified", "不合格", "Unqualified"


class ListingSide(Code):
    """Source: E38."""

    DEMAND = "demand", "需求", "Demand"
    OFFER = "offer", "供给", "Offer"


class PosterKind(Code):
    """Who posts a demand or an offer."""

    ENTERPRISE = "enterprise", "企业", "Enterprise"
    UNIT = "unit", "基层工会等单位", "Unit"
    SOCIAL_ORG = "social_org", "社会组织", "Social organization"
    OTHER = "other", "其他", "Other"


class ListingState(Code):
    """A demand or an offer."""

    POSTED = "posted", "已发布", "Posted"
    WITHDRAWN = "withdrawn", "已撤下", "Withdrawn"


class MatchState(Code):
    """SM-15."""

    RECOMMENDED = "recommended", "已推荐", "Recommended"
    INTRODUCED = "introduced", "已牵线", "Introduced"
    NEGOTIATING = "negotiating", "洽谈中", "Negotiating"
    CONTRACTED = "contracted", "已签约", "Contracted"
    FAILED = "failed", "未成", "Failed"
    EXPIRED = "expired", "已过期", "Expired"
