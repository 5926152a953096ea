"""Levels, kinds and states of a union. Source: DOMAIN catalogue A01-A05; SM-01."""

from commons.kit.labels import Code


class Level(Code):
    NATIONAL = "national", "全国", "National"
    PROVINCE = "province", "省级", "Province"
    CITY = "city", "市级", "City"
    DISTRICT = "district", "区县级", "District or county"

    @property
    def rank(self) -> int:
        """0 for the nation, 3 for a district; a parent's rank is lower than its child's."""
        return list(Level).index(self)


class Kind(Code):
    REGIONAL = "regional", "地方工会", "Regional"
    ZONE = "zone", "开发区工会", "Development zone"
    INDUSTRIAL = "industrial", "产业（系统）工会", "Industrial"


class UnionState(Code):
    """SM-01 from approval on; what comes before is an OnboardingApplication."""

    PROVISIONING = "provisioning", "开通中", "Provisioning"
    PROVISION_FAILED = "provision_failed", "开通失败", "Provisioning failed"
    ACTIVE = "active", "启用", "Active"
    SUSPENDED = "suspended", "停用", "Suspended"
    MERGED = "merged", "已合并", "Merged"
    ARCHIVED = "archived", "已归档", "Archived"


class Line(Code):
    """The lines along which unions stand under one another; a fact counts once along each."""

    REGIONAL = "regional", "地方工会系统", "Regional"
    INDUSTRIAL = "industrial", "产业工会系统", "Industrial"
    # The regional line as it stands today, told of all months.
    TODAY = "today", "现行区划", "Regional, by today's boundaries"
