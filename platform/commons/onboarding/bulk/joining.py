"""
Many unions at once: each joins in one transaction of its own (tree, responsibility, schema, active), so that a run
killed at any moment leaves whole unions only, and the next run does the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import DatabaseError, transaction

from commons.access.actors import Actor
from commons.accounts import actions as accounts
from commons.audit.recording import record
from commons.hierarchy import actions as hierarchy
from commons.hierarchy import naming
from commons.hierarchy.enums import Kind, Level, UnionState
from commons.hierarchy.errors import DivisionUnknown, ParentMissing
from commons.hierarchy.models import Division, TradeUnion
from commons.kit.errors import DomainError, Invalid
from commons.onboarding import provisioning
from commons.onboarding.bulk.columns import Fault, Row
from commons.people.enums import Role
from commons.tenancy import door
from commons.tenancy.models import Template

# How the path of a domain error is called in the file.
_COLUMN_OF = {"parent": "parent_code"}


@dataclass(frozen=True)
class Joined:
    """What became of one row: made now, there before, or faulty; `token` of the first administrator's link."""

    row: Row
    made: bool = False
    faults: tuple[Fault, ...] = ()
    token: str = ""
    name: str = ""


def join(row: Row, *, by: Actor, at: datetime, shape: Template, invite: bool = False) -> Joined:
    """Let one union join, or find that it has; what is wrong is told, not raised."""
    try:
        # Leaving the door also replaces a backend that has touched too many schemas.
        with door.outside(), transaction.atomic():
            return _join(row, by=by, at=at, shape=shape, invite=invite)
    except Invalid as refusal:
        faults = tuple(Fault(row.line, name, why) for name, whys in refusal.problems.items() for why in whys)
    except DomainError as refusal:
        column = refusal.path[0] if refusal.path else ""
        faults = (Fault(row.line, _COLUMN_OF.get(column, column), refusal.message),)
    except DatabaseError as problem:
        faults = (Fault(row.line, "", f"数据库没有完成操作：{str(problem).splitlines()[0]}"),)
    return Joined(row, faults=faults)


def _join(row: Row, *, by: Actor, at: datetime, shape: Template, invite: bool) -> Joined:
    union = TradeUnion.objects.filter(code=row.code).first()
    if union is None:
        union = hierarchy.create_union(
            code=row.code,
            parent=_parent(row),
            level=row.level,
            kind=row.kind,
            name_zh=row.name,
            answerable=row.answerable,
            by=by,
            at=at,
        )
    elif union.state not in provisioning.UNFINISHED:
        return Joined(row, name=union.name_zh)
    provisioning.make_usable(union, by=by, at=at, shape=shape)
    record("union.created", by=by, at=at, on=union, union=union)
    token = ""
    if invite and row.admin_name:
        _, token = accounts.invite(
            union=union,
            role=Role.UNION_ADMIN,
            name=row.admin_name,
            phone=row.admin_phone,
            email=row.admin_email,
            by=by,
            at=at,
        )
    return Joined(row, made=True, token=token, name=union.name_zh)


def _parent(row: Row) -> TradeUnion | None:
    """
    The union above: the one named, else the nearest active one among the division's ancestors.

    Raises: ParentMissing, DivisionUnknown.
    """
    if row.level == Level.NATIONAL or row.code == naming.NATION_CODE:
        return None
    if row.parent_code:
        parent = TradeUnion.objects.select_related("division").filter(code=row.parent_code).first()
        if parent is None:
            raise ParentMissing(path=("parent_code",), code=row.parent_code)
        return parent
    division = Division.objects.filter(pk=row.code[:6]).first()
    if division is None:
        raise DivisionUnknown(path=("code",), code=row.code[:6])
    code = division.parent_id if row.kind == Kind.REGIONAL else division.pk
    parent = TradeUnion.objects.select_related("division").filter(code=code, state=UnionState.ACTIVE).first()
    if parent is None:
        raise ParentMissing(path=("parent_code",), code=code or "")
    return parent


def rank(row: Row, levels: dict[str, Level]) -> int:
    """In which wave a row comes: parents before children. `levels` gives the divisions' levels by code."""
    level = row.level or (levels.get(row.code) if row.kind == Kind.REGIONAL else None) or Level.DISTRICT
    return level.rank
