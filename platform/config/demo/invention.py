"""Believable names, codes and texts, the same for the same chance. All of them invented here."""

from __future__ import annotations

from random import Random

from commons.directory.credit_code import ALPHABET, check_character
from commons.directory.enums import OrgType
from tenants.registry.enums import OrgDomain

_SURNAMES = "王李张刘陈杨黄赵周吴徐孙马胡朱郭何罗高林郑梁谢唐许冯宋韩邓彭曹曾田萧潘袁蔡蒋余杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石贾夏付方邹熊白孟秦"
_GIVEN = [
    "志明",
    "晓红",
    "建军",
    "丽萍",
    "文涛",
    "雪梅",
    "国强",
    "海燕",
    "俊峰",
    "秀兰",
    "立群",
    "春华",
    "永康",
    "素芬",
    "子轩",
    "雨桐",
    "嘉欣",
    "浩然",
    "思琪",
    "宇航",
    "美玲",
    "振华",
    "佩云",
    "少华",
    "慧敏",
    "启明",
    "淑珍",
    "家俊",
    "若兰",
    "天佑",
    "伟",
    "静",
    "磊",
    "敏",
    "涛",
    "洁",
    "鹏",
    "颖",
    "斌",
    "琳",
]
_BRANDS = [
    "启航",
    "暖阳",
    "同心",
    "惠工",
    "春晖",
    "益友",
    "匠心",
    "知行",
    "和顺",
    "乐业",
    "聚力",
    "安康",
    "晨光",
    "心桥",
    "众益",
    "博爱",
    "新程",
    "扬帆",
    "绿洲",
    "星火",
    "守望",
    "邻里",
    "向阳",
    "馨悦",
    "明德",
    "汇智",
    "筑梦",
    "红烛",
    "青禾",
    "乐善",
    "正和",
    "普惠",
    "远航",
    "蓝天",
    "金桥",
    "长青",
    "信义",
    "致远",
    "安心",
    "共享",
]
_WORK = {
    OrgDomain.CULTURE_SPORTS: "职工文化体育",
    OrgDomain.JOB_PLACEMENT: "就业服务",
    OrgDomain.SKILLS_TRAINING: "职业技能培训",
    OrgDomain.ECONOMY_TECHNOLOGY: "职工技术创新",
    OrgDomain.VOLUNTEERING: "志愿服务",
    OrgDomain.INDUSTRY_ASSOCIATION: "行业",
    OrgDomain.OTHER: "职工关爱",
}
_FORMS = {
    OrgType.SOCIAL_GROUP: ["协会", "促进会", "联合会"],
    OrgType.SOCIAL_SERVICE_INSTITUTION: ["服务中心", "社会工作服务中心", "发展中心"],
    OrgType.FOUNDATION: ["公益基金会"],
    OrgType.UNREGISTERED: ["互助小组", "志愿者之家", "俱乐部"],
}
_PREFIXES = {OrgType.SOCIAL_GROUP: "51", OrgType.SOCIAL_SERVICE_INSTITUTION: "52", OrgType.FOUNDATION: "53"}
ACTIVITIES = {
    OrgDomain.CULTURE_SPORTS: "组织职工读书会、书画展、工间操和球类联赛",
    OrgDomain.JOB_PLACEMENT: "为下岗和转岗职工提供岗位信息、职业指导和招聘会",
    OrgDomain.SKILLS_TRAINING: "开展电工、焊工、养老护理等职业技能培训和技能竞赛",
    OrgDomain.ECONOMY_TECHNOLOGY: "组织劳动竞赛、技术攻关和创新成果交流",
    OrgDomain.VOLUNTEERING: "组织志愿者为户外劳动者和困难职工家庭送服务",
    OrgDomain.INDUSTRY_ASSOCIATION: "推动行业集体协商、制定行业劳动定额标准",
    OrgDomain.OTHER: "为职工提供心理疏导、婚恋交友和子女托管服务",
}
WORKING_MODES = [
    "定期走进园区和企业开展服务",
    "依托街道工会服务站常年驻点",
    "线上预约与线下活动相结合",
    "项目化运作，按需求承接工会购买的服务",
]
FUNDING = ["会费、服务收入", "工会购买服务、社会捐赠", "财政资金、工会经费", "服务收入、企业赞助", "会费、政府购买"]
INDUSTRIES = ["社会工作", "教育", "居民服务", "文化艺术", "卫生", "商务服务"]
TOPICS = [
    "走访了解上半年服务职工情况，查看活动台账",
    "座谈新就业形态劳动者入会和服务需求",
    "电话了解换届进展和负责人变动情况",
    "督导年度检查整改落实情况",
    "商议联合举办职工技能比赛的方案",
    "邀请参加区总工会社会组织负责人例会",
]
DEMANDS = ["希望工会提供活动场地", "希望组织财务规范化培训", "希望对接园区企业需求", "建议增加购买服务项目数量", ""]
FOLLOW_UPS = ["已协调职工活动中心周末开放", "列入下季度培训计划", "推荐参加供需对接会", ""]


def person(chance: Random) -> str:
    return chance.choice(_SURNAMES) + chance.choice(_GIVEN)


def phone(chance: Random) -> str:
    """A mobile number of the shape in use, in a block (199 0000 ….) nobody is given."""
    return f"1990000{chance.randrange(10_000):04d}"


def organization_name(place: str, org_type: OrgType, domain: OrgDomain, chance: Random) -> str:
    return f"{place}{chance.choice(_BRANDS)}{_WORK[domain]}{chance.choice(_FORMS[org_type])}"


def credit_code(region: str, org_type: OrgType, number: int) -> str:
    """A valid code (GB 32100), its organization code with a check character too (GB 11714); different for each number."""
    return _code(_PREFIXES[org_type], region, number)


def enterprise_code(region: str, number: int) -> str:
    """A valid code of an enterprise (91), different for each number."""
    return _code("91", region, number)


def _code(prefix: str, region: str, number: int) -> str:
    digits = ""
    for _ in range(5):
        number, digit = divmod(number, len(ALPHABET))
        digits = ALPHABET[digit] + digits
    body = f"MJJ{digits}"
    values = [int(char, 36) for char in body]
    total = 11 - sum(value * weight for value, weight in zip(values, (3, 7, 9, 10, 5, 8, 4, 2), strict=True)) % 11
    check = {10: "X", 11: "0"}.get(total, str(total))
    first = f"{prefix}{region}{body}{check}"
    return first + check_character(first)
