"""Codes of subsidies between levels. Source: DOMAIN §3.7 SM-24."""

from commons.kit.labels import Code


class RoundState(Code):
    """A round of a funding union."""

    DRAFT = "draft", "拟定", "Draft"
    OPEN = "open", "接受申请", "Open"
    CLOSED = "closed", "已截止", "Closed"


class SubsidyState(Code):
    """SM-24. `draft` and `signed` are of the applying union alone."""

    DRAFT = "draft", "拟申请", "Draft"
    SIGNED = "signed", "待管理员签报", "Signed by staff"
    APPLIED = "applied", "已申请", "Applied"
    RETURNED = "returned", "已退回", "Returned"
    REFUSED = "refused", "未批准", "Refused"
    GRANTED = "granted", "已批准", "Granted"
    PAID = "paid", "已拨付", "Paid"
    ACCOUNTED = "accounted", "已申请核销", "Accounted for"
    VERIFIED = "verified", "已核销", "Verified"


# What the funding union does not see yet.
OWN_STATES = (SubsidyState.DRAFT, SubsidyState.SIGNED)
# From here on the funder looks at the projects. Source: V4.
GRANTED_STATES = (SubsidyState.GRANTED, SubsidyState.PAID, SubsidyState.ACCOUNTED, SubsidyState.VERIFIED)
