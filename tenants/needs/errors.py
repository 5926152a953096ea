"""What can be told to a person about needs, orders and appeals, beside the guards of the machines."""

from __future__ import annotations

from commons.kit.errors import DomainError


class WrongState(DomainError):
    """Only what has not begun yet may be edited."""

    code = "NEEDS.WRONG_STATE"
    sentence = "“%(title)s”当前为“%(state)s”，内容不能再修改。"
    status = 409
