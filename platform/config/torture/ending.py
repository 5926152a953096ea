"""The end: nobody kills and nobody writes any more, what is left is done, and then everything must be right."""

from __future__ import annotations

import re
import time
from contextlib import closing

import psycopg2
from django.db import connection

from commons.boundaries.enums import ChangeKind, ChangeState
from commons.boundaries.models import TreeChange
from commons.boundaries.transfer import tenure
from commons.boundaries.transfer.enums import RUNNING
from commons.boundaries.transfer.models import Transfer
from commons.jobs import engine
from commons.jobs.enums import JobState
from commons.jobs.models import Job
from commons.kit.clock import now
from commons.rollup import marks
from commons.rollup.folder import Folder
from commons.rollup.models import UnfoldedUnion
from commons.rollup.verify import verify
from commons.tenancy import door
from config.torture import checking
from config.torture.ground import Ground
from config.torture.players import expire_leases
from config.torture.reports import Tally
from tenants.registry.models import SocialOrganization

_PATIENCE_S = 180.0


def settle(tally: Tally) -> None:
    """Do all jobs and fold all marks; what does not come to an end is a problem."""
    end = time.monotonic() + _PATIENCE_S
    expire_leases()
    folder = Folder()
    while time.monotonic() < end:
        # Nobody's failed attempt is waited for.
        Job.objects.filter(state=JobState.QUEUED).update(run_after=now())
        attempted = engine.run_due()
        folder.waiting.clear()
        folder.sweep()
        if not attempted and not marks.survey().pending and not _unfinished():
            return
    tally.problems.append(
        f"{_PATIENCE_S:.0f} 秒内没有办完：任务 {_unfinished()} 件，待折叠 {len(marks.survey().pending)} 家"
    )


def judge(tally: Tally, ground: Ground) -> int:
    """Recount everything and look for what was lost; how many figures were compared."""
    report = verify()
    tally.differences += [f"终局：{checking.described(one)}" for one in report.differences]
    tally.problems += [f"终局：{code} 没有静下来" for code in report.unsettled]
    tally.problems += [
        f"终局：{row.union.code} 没有折叠：{row.error}" for row in UnfoldedUnion.objects.select_related("union")
    ]
    for job in Job.objects.filter(state=JobState.PARKED):
        tally.problems.append(f"终局：任务 {job.kind} 已停办：{job.error[:300]}")
    for transfer in Transfer.objects.filter(state__in=RUNNING):
        tally.problems.append(f"终局：划转 {transfer} 没有办完")
    tally.problems += _lost()
    if count := deadlocks(ground):
        tally.problems.append(f"终局：数据库记录了 {count} 次死锁")
    return report.figures


def deadlocks(ground: Ground) -> int:
    """By the server's log, as a server that was killed forgets its statistics; of another's server, by these."""
    if ground.embedded:
        logs = [ground.state.logs / "postgres.log", ground.state.logs / "postgres.log.1"]
        text = "".join(log.read_text(encoding="utf-8", errors="replace") for log in logs if log.exists())
        return len(re.findall(r"ERROR: +deadlock detected", text))
    with closing(psycopg2.connect(ground.url)) as server, server.cursor() as cursor:
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        [(count,)] = cursor.fetchall()
    return int(count)


def close() -> None:
    connection.close()


def _unfinished() -> int:
    return Job.objects.filter(state__in=[JobState.QUEUED, JobState.RUNNING]).count()


def _lost() -> list[str]:
    """Unions that were merged and whose records never left."""
    found = []
    merged = TreeChange.objects.filter(kind=ChangeKind.MERGE, state=ChangeState.APPLIED).select_related("union")
    for change in merged:
        with door.inside(change.union):
            left = SocialOrganization.objects.exclude(pk__in=list(tenure.departed())).count()
        if left:
            found.append(f"终局：{change.union.code} 已撤并，仍有 {left} 条记录没有划转")
    return found
