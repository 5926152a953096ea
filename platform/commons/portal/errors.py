"""What can be wrong with an account's claim to speak for an organization. Source: DOMAIN §3.12."""

from commons.kit.errors import DomainError


class NotForStaff(DomainError):
    """Whoever works for a union, judges for it or supervises cannot speak for an organization with the same account."""

    code = "PORTAL.NOT_FOR_STAFF"
    sentence = "您的账号在工会担任其他角色，不能认领社会组织。请由社会组织的负责人或联络人使用单独的账号办理。"


class AlreadySpeaks(DomainError):
    code = "PORTAL.ALREADY_SPEAKS"
    sentence = "这个账号已经核验为“%(name)s”的账号，一个账号只能对应一家社会组织。"


class AlreadyClaimed(DomainError):
    code = "PORTAL.ALREADY_CLAIMED"
    sentence = "您已认领“%(name)s”，正在等待工会核验，不用重复提交。"


class ProofRefused(DomainError):
    code = "PORTAL.PROOF_REFUSED"
    sentence = "证明材料只接收 PDF 文件或 PNG、JPEG 图片，请重新选择。"


class ClaimDecided(DomainError):
    code = "PORTAL.CLAIM_DECIDED"
    sentence = "“%(name)s”的账号现在是“%(state)s”，不能再办理这一步，请刷新页面。"


class ReasonMissing(DomainError):
    code = "PORTAL.REASON_MISSING"
    sentence = "请填写原因，最多 400 个字。"
