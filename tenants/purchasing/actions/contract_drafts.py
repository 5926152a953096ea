"""What actions on contracts share: the locks, and who may write a draft."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.kit.errors import Conflict, Invalid, NotFound, Refused
from commons.kit.finding import one
from commons.tenancy.acting import require
from tenants.purchasing.enums import ContractKind, ContractState
from tenants.purchasing.models import Contract, Provider, ServiceProject
from tenants.purchasing.who import in_department

TITLE_LENGTH = 160
MOST = Decimal("99999999999999.99")


def own_draft(pk: UUID, version: int, by: Actor) -> Contract:
    """A draft that `by` may write, locked after its project."""
    require(by, Permission.CONTRACTS_EDIT)
    row = locked(pk, by)
    if row.version != version:
        raise Conflict()
    if row.state != ContractState.DRAFT:
        raise Invalid({"": [f"合同当前为“{ContractState(row.state).label}”，只有草稿可以修改。需要修改的请先退回。"]})
    return row


def locked(pk: UUID, by: Actor) -> Contract:
    found = Contract.objects.filter(pk=pk).values_list("project_id", flat=True).first()
    if found is not None:
        list(ServiceProject.objects.select_for_update().filter(pk=found).values_list("pk"))
    row = Contract.objects.select_for_update().filter(pk=pk).first()
    if row is None:
        raise NotFound()
    if not in_department(by, row):
        raise Refused(why="您只能办理本部门的项目。")
    return row


def provider_of(pk: UUID) -> Provider:
    return one(Provider.objects.all(), pk)


def check(row: Contract) -> None:
    problems: dict[str, list[str]] = {}
    if not row.title.strip() or len(row.title) > TITLE_LENGTH or not row.title.isprintable():
        problems["title"] = ["请填写合同名称，最多160个字。"]
    if not 0 <= row.amount <= MOST:
        problems["amount"] = ["请填写正确的合同金额。"]
    elif not row.amount and row.kind != ContractKind.COOPERATION:
        problems["amount"] = ["请填写合同金额。"]
    if not 0 <= row.own_share <= 100:
        problems["own_share"] = ["本级工会承担比例须在0到100之间。"]
    if row.starts_on and row.ends_on and row.ends_on < row.starts_on:
        problems["ends_on"] = ["结束日期不能早于开始日期。"]
    if problems:
        raise Invalid(problems)
