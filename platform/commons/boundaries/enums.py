"""What can happen to a union's place in the tree. Source: DESIGN §3.7; SM-01."""

from commons.kit.labels import Code


class ChangeKind(Code):
    MOVE = "move", "改变上级", "New parent"
    REDEFINE = "redefine", "更名或改变层级、代码", "New name, level or code"
    MERGE = "merge", "撤并到另一工会", "Merged into another union"
    SPLIT = "split", "划出部分记录", "Part of the records to another union"
    CLOSE = "close", "终止", "Closed"
    INDUSTRIAL = "industrial", "归口产业工会", "Industrial line"


class ChangeState(Code):
    PLANNED = "planned", "已安排", "Planned"
    APPLIED = "applied", "已生效", "In force"
    CANCELLED = "cancelled", "已取消", "Cancelled"
