"""Whether a union above or below pays for the same service already. Source: DOMAIN R6."""

from __future__ import annotations

from commons.calls import funded
from commons.calls.models import FundedService
from commons.hierarchy.models import TradeUnion
from commons.tenancy import door
from tenants.purchasing.enums import ContractKind, ContractState
from tenants.purchasing.models import Contract, ServiceProject

_IN_FORCE = (ContractState.SIGNED, ContractState.PERFORMING, ContractState.FULFILLED)


def service_of(project: ServiceProject) -> funded.Service:
    """The project as it is compared; by its item, title and the providers of its contracts, signed or not."""
    codes = (
        Contract.objects.filter(project=project, kind=ContractKind.PROJECT)
        .exclude(state=ContractState.TERMINATED)
        .values_list("provider__uscc", flat=True)
        .distinct()
    )
    item = project.catalogue_item
    return funded.Service(
        project_id=project.pk,
        year=project.year,
        title=project.title,
        item_name=item.name if item else "",
        fields=[str(field) for field in project.fields],
        region_code=project.region_code,
        providers=sorted(code for code in codes if code),
    )


def overlaps(project: ServiceProject, *, union: TradeUnion | None = None) -> list[FundedService]:
    """What unions above and below the acting one pay for and may be the same. The caller has decided that the project may be seen."""
    here = union or door.current()
    return funded.overlapping(union=here, service=service_of(project)) if here is not None else []
