"""States of a job. Source: DESIGN §3.10."""

from commons.kit.labels import Code


class JobState(Code):
    QUEUED = "queued", "排队中", "Queued"
    RUNNING = "running", "执行中", "Running"
    DONE = "done", "已完成", "Done"
    PARKED = "parked", "已搁置", "Parked"
    CANCELLED = "cancelled", "已取消", "Cancelled"
