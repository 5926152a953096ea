"""What can be told to a person about purchases, beside the guards of the machines."""

from __future__ import annotations

from commons.kit.errors import DomainError


class NotEditable(DomainError):
    """What is fixed by its state is not edited any more."""

    code = "PURCHASING.NOT_EDITABLE"
    sentence = "“%(title)s”当前为“%(state)s”，内容不能再修改。"
    status = 409


class RuleFrozen(DomainError):
    """A rule that a project or contract began with never changes."""

    code = "PURCHASING.RULE_FROZEN"
    sentence = "“%(title)s”第%(edition)s版已被项目或合同采用，内容不能再修改。请另立新版，在新版中修改。"
    status = 409


class OtherDepartment(DomainError):
    """Staff bound to a department write its rows alone. Source: §4.2."""

    code = "PURCHASING.OTHER_DEPARTMENT"
    sentence = "您的账号限办理“%(unit)s”的项目，不能办理其他部室的项目。请由项目的主办部室办理。"
    status = 403
