"""States of a transfer and of the records it moves."""

from commons.kit.labels import Code


class Mode(Code):
    MERGE = "merge", "合并", "Merge"
    SPLIT = "split", "拆分", "Split"


class TransferState(Code):
    """What a running transfer is doing; DONE and UNDONE are the two ends."""

    COPYING = "copying", "搬移中", "Copying"
    SWITCHING = "switching", "切换中", "Switching"
    DONE = "done", "已完成", "Done"
    RETURNING = "returning", "退回中", "Returning"
    SWITCHING_BACK = "switching_back", "撤销切换中", "Switching back"
    CLEANING = "cleaning", "清理中", "Cleaning"
    UNDONE = "undone", "已撤销", "Undone"


RUNNING = frozenset(TransferState) - {TransferState.DONE, TransferState.UNDONE}


class RecordState(Code):
    LISTED = "listed", "待搬移", "Listed"
    CARRIED = "carried", "已搬移", "Carried"
    # Both unions had an entry of this code: this one was joined to the other's.
    JOINED = "joined", "已并入", "Joined"
    RETURNED = "returned", "已退回", "Returned"
    CLEANED = "cleaned", "已清理", "Cleaned"
