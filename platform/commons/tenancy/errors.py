"""What can go wrong with a union's schema."""

from commons.kit.errors import DomainError


class NoTemplate(DomainError):
    """No shape of a union's schema has been recorded yet."""

    code = "TENANCY.NO_TEMPLATE"
    sentence = "平台尚未记录工会数据结构的模板，请先执行 manage.py migrate_unions。"


class NoWayUp(DomainError):
    """A union's schema has a shape from which no recorded steps lead to the current one."""

    code = "TENANCY.NO_WAY_UP"
    sentence = "工会 %(union)s 的数据结构（%(fingerprint)s）没有通往当前版本的升级步骤。"


class Unfinished(DomainError):
    """A union does not end while others still have a claim on it. Source: SM-01 archive, no open contracts."""

    code = "TENANCY.UNFINISHED"
    sentence = "“%(union)s”还有%(left)s没有办结，不能撤并、终止或归档。请先由该会办结、取消或终止。"
    status = 409
