"""Progress that others see while the effect's transaction is still open."""

from __future__ import annotations

from typing import Any

import orjson
from django.db import connection

from commons.jobs import leases
from commons.jobs.errors import LeaseLost
from commons.jobs.models import Job
from commons.kit.clock import now

_REPORT = """
UPDATE public.jobs_job SET progress = %s::jsonb, leased_until = %s
WHERE id = %s AND lease = %s AND state = 'running'
"""


class Heartbeat:
    """
    Writes how far a job has come, and extends its lease, on a second connection.

    The second connection autocommits; it is opened with the first report and closed with the attempt. Where the caller
    itself stands in a transaction (a test that is rolled back), a second connection could not see the job, so
    progress is written on the first.
    """

    def __init__(self, job: Job, *, autonomous: bool) -> None:
        self._job = job
        self._autonomous = autonomous
        self._second: Any = None

    def report(self, done: int, total: int, note: str) -> None:
        """
        Write how far it has come and hold the lease longer.

        Raises: LeaseLost when somebody else holds it now.
        """
        progress = orjson.dumps({"done": done, "total": total, "note": note}).decode()
        values = [progress, leases.until(self._job, at=now()), str(self._job.pk), str(self._job.lease)]
        with self._cursor() as cursor:
            cursor.execute(_REPORT, values)
            if cursor.rowcount == 0:
                raise LeaseLost(str(self._job.pk))

    def close(self) -> None:
        """Give the second connection back."""
        if self._second is not None:
            self._second.close()
            self._second = None

    def _cursor(self) -> Any:
        if not self._autonomous:
            return connection.cursor()
        if self._second is None:
            self._second = connection.get_new_connection(connection.get_connection_params())
            self._second.autocommit = True
        return self._second.cursor()
