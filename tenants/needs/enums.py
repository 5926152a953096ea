"""Codes of needs, orders and appeals. Source: DOMAIN §2.6, §3.5."""

from commons.kit.labels import Code


class SurveyMethod(Code):
    """How answers come in. Source: F02."""

    ONLINE = "online", "线上", "Online"
    PAPER = "paper", "纸质", "Paper"
    INTERVIEW = "interview", "访谈", "Interview"
    VIA_ENTERPRISE = "via_enterprise", "通过企业", "Through enterprises"
    VIA_ORG = "via_org", "通过社会组织", "Through organizations"


class SurveyState(Code):
    """SM-11."""

    DRAFT = "draft", "草稿", "Draft"
    OPEN = "open", "进行中", "Open"
    CLOSED = "closed", "已结束", "Closed"
    ANALYSED = "analysed", "已分析", "Analysed"
    PUBLISHED = "published", "已公布", "Published"


class LinkPurpose(Code):
    """What a worker's one-time link is for. Source: §4.1 (workers without account), Q25."""

    SURVEY = "survey", "填写问卷", "Answer a survey"
    ORDER = "order", "点单", "Place an order"
    RATING = "rating", "评价服务", "Rate a service"
    APPEAL = "appeal", "反映诉求", "Raise or follow an appeal"


class AgeBand(Code):
    UNDER_25 = "under_25", "25 岁以下", "Under 25"
    FROM_25 = "from_25", "25–34 岁", "25-34"
    FROM_35 = "from_35", "35–44 岁", "35-44"
    FROM_45 = "from_45", "45–54 岁", "45-54"
    FROM_55 = "from_55", "55 岁及以上", "55 and over"


class NeedSource(Code):
    """Source: F01."""

    SURVEY = "survey", "需求调查", "Survey"
    WORKER_ORDER = "worker_order", "职工点单", "Worker order"
    APPEAL = "appeal", "职工诉求", "Appeal"
    UNIT_REPORT = "unit_report", "基层工会反映", "Reported by a unit"
    ORG_REPORT = "org_report", "社会组织反映", "Reported by an organization"


class NeedState(Code):
    """SM-12."""

    COLLECTED = "collected", "已收集", "Collected"
    SORTED = "sorted", "已梳理", "Sorted"
    CLUSTERED = "clustered", "已归类", "Clustered"
    ADOPTED = "adopted", "已立项", "Adopted"
    SATISFIED = "satisfied", "已满足", "Satisfied"
    PARKED = "parked", "暂缓", "Parked"
    REJECTED = "rejected", "不采纳", "Rejected"


class ClusterState(Code):
    """§3.12 Need cluster publication."""

    DRAFT = "draft", "未公布", "Draft"
    PUBLISHED = "published", "已公布", "Published"
    WITHDRAWN = "withdrawn", "已撤回", "Withdrawn"


class OrderState(Code):
    """SM-13."""

    ORDERED = "ordered", "已点单", "Ordered"
    APPROVED = "approved", "已审核", "Approved"
    REFUSED = "refused", "未通过", "Refused"
    DISPATCHED = "dispatched", "已派单", "Dispatched"
    DELIVERED = "delivered", "已服务", "Delivered"
    RATED = "rated", "已评价", "Rated"
    SETTLED = "settled", "已买单", "Settled"
    CANCELLED = "cancelled", "已取消", "Cancelled"


class AppealChannel(Code):
    ONLINE = "online", "线上", "Online"
    PHONE = "phone", "电话", "Phone"
    VISIT = "visit", "来访", "Visit"
    LETTER = "letter", "来信", "Letter"
    CONFERENCE = "conference", "联席会议", "Joint conference"
    ORGANIZATION = "organization", "社会组织转来", "Passed on by an organization"


class AppealCategory(Code):
    """Source: F05, J05."""

    LABOUR_DISPUTE = "labour_dispute", "劳动争议", "Labour dispute"
    WAGE = "wage", "工资报酬", "Wages"
    SAFETY = "safety", "安全卫生", "Safety and health"
    WELFARE = "welfare", "福利待遇", "Welfare"
    SERVICE = "service", "服务需求", "Services"
    SO_STAFF = "so_staff", "社会组织职工", "Staff of social organizations"
    OTHER = "other", "其他", "Other"


class AppealState(Code):
    """SM-14."""

    RECEIVED = "received", "已受理", "Received"
    ASSIGNED = "assigned", "已分派", "Assigned"
    HANDLING = "handling", "办理中", "Being handled"
    REPLIED = "replied", "已答复", "Replied"
    CLOSED = "closed", "已办结", "Closed"
    TRANSFERRED = "transferred", "已转办", "Transferred"
    REOPENED = "reopened", "重新办理", "Reopened"


# Orders that count against the cap of their item.
BOUND = (OrderState.APPROVED, OrderState.DISPATCHED, OrderState.DELIVERED, OrderState.RATED, OrderState.SETTLED)
# Appeals of which nothing is due any more.
OVER = (AppealState.CLOSED, AppealState.TRANSFERRED)
