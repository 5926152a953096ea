"""What an operator is told about a failed attempt: enough to find the log line, nothing of a union's records."""

from __future__ import annotations

import traceback
from collections import defaultdict
from pathlib import PurePath

from django.db import DatabaseError

from commons.kit.errors import DomainError


def told(problem: BaseException) -> str:
    """
    One line for the operator's page.

    Values inside messages may come from a union's records (a name in a constraint's detail), so they are left out: a
    national administrator runs the platform and reads no records (V11). The full text is in the log, by the job's id.
    """
    if isinstance(problem, DomainError):
        values: defaultdict[str, str] = defaultdict(lambda: "…")
        sentence = problem.sentence % values if problem.params else problem.sentence
        return f"{problem.code}：{sentence}"
    kind = type(problem).__name__
    if isinstance(problem, DatabaseError) and problem.__cause__ is not None:
        diagnosis = getattr(problem.__cause__, "diag", None)
        details = [getattr(problem.__cause__, "pgcode", None), getattr(diagnosis, "constraint_name", None)]
        kind = " ".join([kind, *(str(detail) for detail in details if detail)])
    return f"{kind}，{_where(problem)}"


def _where(problem: BaseException) -> str:
    frames = list(traceback.extract_tb(problem.__traceback__))
    ours = [frame for frame in frames if "site-packages" not in frame.filename]
    if not (frames := ours or frames):
        return "位置不详"
    last = frames[-1]
    path = PurePath(last.filename)
    return f"{'/'.join(path.parts[-3:])} 第 {last.lineno} 行 {last.name}"
