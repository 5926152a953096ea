"""Codes of calls that are open to the organizations of the country. Source: DOMAIN S6, SM-16."""

from commons.kit.labels import Code


class CallState(Code):
    OPEN = "open", "接受申报", "Open"
    CLOSED = "closed", "已截止", "Closed"
    WITHDRAWN = "withdrawn", "已撤回", "Withdrawn"
