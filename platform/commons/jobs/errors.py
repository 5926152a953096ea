"""What can go wrong with a job."""

from commons.kit.errors import DomainError


class NotParked(DomainError):
    """Only a parked job is waiting for somebody to decide."""

    code = "JOBS.NOT_PARKED"
    sentence = "这项作业目前是“%(state)s”状态，只有已搁置的作业可以重试或取消。"


class LeaseLost(Exception):
    """The lease ran out and another worker took the job: whatever this one did is rolled back."""


class NoHandler(LookupError):
    """No code of this version knows the kind; the job waits for one that does, then is parked."""
