"""Codes of the ledger. Source: DOMAIN §2.1, T1, SM-02, SM-03."""

from commons.codelists.organizations import FoundingMode as FoundingMode  # shared with purchases
from commons.kit.labels import Code


class LedgerState(Code):
    """SM-02. `stale` is derived: an active entry not confirmed for twelve months."""

    DRAFT = "draft", "草稿", "Draft"
    TO_VERIFY = "to_verify", "待核实", "To be verified"
    ACTIVE = "active", "在册", "On the ledger"
    STALE = "stale", "待更新", "Stale"
    CLOSED = "closed", "已注销/撤销", "Closed"
    REMOVED = "removed", "已移出", "Removed"


class RatingState(Code):
    """SM-03."""

    DECLARED = "declared", "申报", "Declared"
    RECOMMENDED = "recommended", "推荐", "Recommended"
    GRANTED = "granted", "已获评", "Granted"
    EXPIRED = "expired", "已到期", "Expired"
    REVOKED = "revoked", "已取消", "Revoked"
    SUPERSEDED = "superseded", "已被新等级替代", "Superseded"


class Scope(Code):
    LABOUR_RELATIONS = "labour_relations", "劳动关系领域", "Labour relations"
    WORKER_LIFE = "worker_life", "职工生活领域", "Workers' life"


class RightsDomain(Code):
    EMPLOYMENT = "employment", "劳动就业", "Employment"
    SKILLS_TRAINING = "skills_training", "技能培训", "Skills training"
    INCOME_DISTRIBUTION = "income_distribution", "收入分配", "Income distribution"
    SOCIAL_SECURITY = "social_security", "社会保障", "Social security"
    SAFETY_HEALTH = "safety_health", "安全卫生", "Safety and health"
    DEMOCRATIC_POLITICAL = "democratic_political", "民主政治权利", "Democratic and political rights"
    CULTURAL = "cultural", "精神文化权益", "Cultural rights"


class OrgDomain(Code):
    CULTURE_SPORTS = "culture_sports", "文化体育", "Culture and sports"
    JOB_PLACEMENT = "job_placement", "职业介绍", "Job placement"
    SKILLS_TRAINING = "skills_training", "技能培训", "Skills training"
    ECONOMY_TECHNOLOGY = "economy_technology", "经济技术", "Economy and technology"
    VOLUNTEERING = "volunteering", "志愿服务", "Volunteering"
    INDUSTRY_ASSOCIATION = "industry_association", "行业协会", "Industry association"
    OTHER = "other", "其他", "Other"


class GuidanceClass(Code):
    CULTIVATE = "cultivate", "培育扶持", "Cultivate"
    GUIDE = "guide", "引导规范", "Guide and regulate"
    WATCH = "watch", "关注", "Watch"


class PersonRole(Code):
    HEAD = "head", "负责人", "Head"
    SECRETARY = "secretary", "秘书长", "Secretary"
    DIRECTOR_GENERAL = "director_general", "总干事", "Director-general"
    LIAISON = "liaison", "联络员", "Liaison"
    FINANCE = "finance", "财务", "Finance"


class RatingSource(Code):
    SELF = "self", "组织自报", "Self"
    UNION = "union", "工会登记", "Union"
    IMPORT = "import", "导入", "Import"


class ContactKind(Code):
    VISIT = "visit", "走访", "Visit"
    PHONE = "phone", "电话", "Phone"
    MEETING = "meeting", "座谈", "Meeting"
    HEADS_MEETING = "heads_meeting", "负责人例会", "Heads' meeting"
    MESSAGE = "message", "线上", "Online"
    TRAINING = "training", "培训", "Training"
    INSPECTION = "inspection", "督导", "Inspection"
    EVENT = "event", "活动", "Event"
    INVITATION = "invitation", "邀请", "Invitation"


class ContactFrequency(Code):
    MONTHLY = "monthly", "每月", "Monthly"
    QUARTERLY = "quarterly", "每季度", "Quarterly"
    HALF_YEAR = "half_year", "每半年", "Half-yearly"
    YEARLY = "yearly", "每年", "Yearly"

    @property
    def months(self) -> int:
        """Between one contact and the next."""
        return {"monthly": 1, "quarterly": 3, "half_year": 6}.get(self.value, 12)


class Classification(Code):
    INTERNAL = "internal", "内部", "Internal"
    CONFIDENTIAL = "confidential", "保密", "Confidential"


class ImportState(Code):
    UPLOADED = "uploaded", "已上传", "Uploaded"
    CHECKING = "checking", "预检中", "Checking"
    CHECKED = "checked", "预检完成", "Checked"
    IMPORTING = "importing", "导入中", "Importing"
    DONE = "done", "已导入", "Imported"
    FAILED = "failed", "未能导入", "Failed"
