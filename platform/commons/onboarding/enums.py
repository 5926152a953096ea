"""States of an application. Source: SM-01, first half."""

from commons.kit.labels import Code


class ApplicationState(Code):
    SUBMITTED = "submitted", "已申请", "Submitted"
    PARENT_CONFIRMED = "parent_confirmed", "上级已确认", "Confirmed by the parent"
    APPROVED = "approved", "已批准", "Approved"
    REJECTED = "rejected", "未批准", "Rejected"
