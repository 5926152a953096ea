"""Handlers that leave a canary in the schema they run in, and the processes that run them for the tests."""

import os
import signal
import sys
import time
from typing import Any

from commons.jobs import register
from commons.jobs.context import JobContext
from tenants.history.models import Change


def leave(job: JobContext, event: str = "canary") -> None:
    """Write one row that names the job and the union it was meant for."""
    Change.objects.create(
        object_kind="canary",
        object_id=job.id,
        event=event,
        by_name=job.require_union().code,
        at=job.at,
        reason=str(job.payload.get("text", "")),
    )


@register.handler("test.canary", label="测试：写一行", retry_s=0.2)
def canary(job: JobContext) -> dict[str, Any]:
    """Fail as often as the payload says, then leave a canary; the failed attempts leave theirs too, for nothing."""
    leave(job)
    if job.attempt <= int(job.payload.get("fails", 0)):
        raise RuntimeError(f"第 {job.attempt} 次失败：{job.payload.get('text', '')}")
    return {"attempt": job.attempt}


@register.handler("test.slow", label="测试：很慢", lease_s=0.5, retry_s=0.1)
def slow(job: JobContext) -> dict[str, Any]:
    """Leave a canary, say so, then hang on the first attempt until somebody kills the process."""
    leave(job)
    job.progress(1, 2, "一半")
    if job.attempt == 1 and os.environ.get("CANARY_HANGS"):
        sys.stdout.write("half\n")
        sys.stdout.flush()
        time.sleep(600)
    return {}


@register.handler("test.deadly", label="测试：杀死进程", lease_s=0.1, retry_s=0.1)
def deadly(job: JobContext) -> dict[str, Any]:
    """Kill whoever runs it."""
    os.kill(os.getpid(), signal.SIGKILL)
    return {}
