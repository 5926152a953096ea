"""Questions to the ledger of the acting union."""

from __future__ import annotations

from typing import Any

import graphene
from django.db.models import QuerySet
from graphql import GraphQLResolveInfo

from api.commons.portal import OrganizationAccount
from api.kit.connections import Keyset, Page, page_arguments
from api.kit.context import Context
from api.kit.enums import code_enum
from api.kit.fields import ApiField
from api.kit.ids import key_of, to_global
from api.kit.loaders import Row, row, rows
from api.registry.inputs import OrganizationFilter
from api.registry.types import (
    ContactLog,
    ContactLogConnection,
    Officer,
    OwnLedgerEntry,
    SealedLog,
    SocialOrganization,
    SocialOrganizationConnection,
    find_contact_log,
    find_organization,
)
from commons.access.permissions import Permission
from commons.kit.errors import NotFound
from tenants.registry import models, selectors
from tenants.registry.enums import ContactKind
from tenants.registry.models.organization import SocialOrganizationQuerySet
from tenants.registry.selectors import accounts
from tenants.registry.selectors.own import own_organization

BY_NAME: Keyset[models.SocialOrganization] = Keyset("name", "id")
BY_DAY: Keyset[models.ContactLog] = Keyset("-contacted_on", "-id")


def organizations(
    context: Context,
    first: int | None = None,
    after: str | None = None,
    filter: dict[str, Any] | None = None,
) -> Page:
    """
    A page of the acting union's entries, by name.

    Raises: Refused; BadCursor; LimitExceeded.
    """
    actor = context.require_inside(Permission.LEDGER_VIEW)
    found = _filtered(selectors.organizations(actor), filter or {}, context)
    return BY_NAME.page(found, first=first, after=after, counted=True)


def _filtered(
    found: SocialOrganizationQuerySet, wanted: dict[str, Any], context: Context
) -> QuerySet[models.SocialOrganization]:
    if text := (wanted.get("text") or "").strip()[:100]:
        found = found.matching(text)
    if states := wanted.get("states"):
        # A union of few: a filter on several states is rare, and each keeps its own index.
        chosen = [found.in_state(state, context.today).values("pk") for state in dict.fromkeys(states)]
        found = found.filter(pk__in=chosen[0].union(*chosen[1:]) if len(chosen) > 1 else chosen[0])
    if region := (wanted.get("region") or "").strip():
        found = found.in_region(region)
    if grade := wanted.get("grade"):
        found = found.rated(grade.value, context.today)
    for name, column in _COLUMNS.items():
        if (value := wanted.get(name)) is not None:
            found = found.filter(**{column: [value.value] if column.endswith("__contains") else value})
    return found


_COLUMNS = {
    "type": "org_type",
    "registration_status": "registration_status",
    "rights_domain": "rights_domains__contains",
    "org_domain": "org_domains__contains",
    "updated_since": "updated_at__gte",
}


class RegistryQueries(graphene.ObjectType):
    organizations = ApiField(
        SocialOrganizationConnection,
        **page_arguments(),
        filter=graphene.Argument(OrganizationFilter),
        permission=Permission.LEDGER_VIEW,
        private=True,
        paged=True,
        description="当前工会的台账，按名称排序。 / The acting union's ledger, by name.",
    )
    organization = ApiField(
        SocialOrganization,
        id=graphene.ID(required=True),
        permission=Permission.LEDGER_VIEW,
        private=True,
        description="当前工会的一个台账条目。 / One entry of the acting union.",
    )
    contact_logs = ApiField(
        ContactLogConnection,
        **page_arguments(),
        organization=graphene.ID(description="只要这个组织的。 / Only of this entry."),
        kind=graphene.Argument(code_enum(ContactKind)),
        since=graphene.Date(description="此日起。 / From this day."),
        until=graphene.Date(description="此日前（不含）。 / Until, exclusive."),
        permission=Permission.CONTACT_VIEW,
        private=True,
        paged=True,
        description="当前工会的联系记录，新的在前。 / The acting union's contact logs, latest first.",
    )
    contact_log = ApiField(
        ContactLog,
        id=graphene.ID(required=True),
        permission=Permission.CONTACT_VIEW,
        private=True,
        description="一条联系记录。 / One contact log.",
    )
    possible_officers = ApiField(
        graphene.NonNull(graphene.List(graphene.NonNull(Officer))),
        permission=Permission.CONTACT_EDIT,
        private=True,
        size=20,
        description="本会可以联系组织、知悉保密记录的人。 / Who may be named as an officer in the acting union.",
    )
    sealed_logs = ApiField(
        graphene.NonNull(graphene.List(graphene.NonNull(SealedLog))),
        permission=Permission.CONFIDENTIAL_NAME,
        private=True,
        size=100,
        description="可指定知悉人的保密记录，最近 100 条，不含内容。 / The latest 100 confidential logs, without content.",
    )

    organization_accounts = ApiField(
        graphene.NonNull(graphene.List(graphene.NonNull(OrganizationAccount))),
        waiting=graphene.Boolean(description="默认只要待核验的；false 为本会已办理的。 / By default those that wait."),
        permission=Permission.ORG_ACCOUNT_VERIFY,
        private=True,
        size=100,
        description="台账在册组织认领的账号，最近 100 条。 / Accounts of organizations on the ledger, at most 100.",
    )
    own_ledger_entry = ApiField(
        OwnLedgerEntry,
        permission=Permission.ORG_SELF,
        private=True,
        description="本组织在当前工会台账的信息；不在册的为空。 / The own entry in the acting union; null when not listed.",
    )

    @staticmethod
    def resolve_organization_accounts(
        _root: None, info: GraphQLResolveInfo, waiting: bool | None = None
    ) -> list[Row[Any]]:
        chosen = accounts.decided if waiting is False else accounts.waiting
        return rows(chosen(info.context.acting).select_related("user", "decided_in_union")[:100])

    @staticmethod
    def resolve_own_ledger_entry(_root: None, info: GraphQLResolveInfo) -> Row[Any] | None:
        try:
            return row(own_organization(info.context.acting))
        except NotFound:
            return None

    @staticmethod
    def resolve_organizations(_root: None, info: GraphQLResolveInfo, **arguments: Any) -> Page:
        return organizations(info.context, **arguments)

    @staticmethod
    def resolve_organization(_root: None, info: GraphQLResolveInfo, id: str) -> Row[Any]:
        return row(find_organization(info.context, key_of(id, "SocialOrganization")))

    @staticmethod
    def resolve_contact_logs(
        _root: None,
        info: GraphQLResolveInfo,
        first: int | None = None,
        after: str | None = None,
        organization: str | None = None,
        **wanted: Any,
    ) -> Page:
        found = selectors.contact_logs(info.context.acting)
        if organization is not None:
            found = found.filter(
                organization=find_organization(info.context, key_of(organization, "SocialOrganization"))
            )
        for name, column in (("kind", "kind"), ("since", "contacted_on__gte"), ("until", "contacted_on__lt")):
            if wanted.get(name) is not None:
                found = found.filter(**{column: wanted[name]})
        return BY_DAY.page(found, first=first, after=after, counted=True)

    @staticmethod
    def resolve_possible_officers(_root: None, info: GraphQLResolveInfo) -> list[Officer]:
        found = selectors.possible_officers(info.context.union, info.context.today)
        return [Officer(id=to_global("User", choice.id), name=choice.name) for choice in found]

    @staticmethod
    def resolve_sealed_logs(_root: None, info: GraphQLResolveInfo) -> list[SealedLog]:
        return [
            SealedLog(
                id=to_global("ContactLog", log.id),
                created_at=log.created_at,
                by_name=log.by_name,
                officers=log.officers,
            )
            for log in selectors.sealed_logs(info.context.acting)
        ]

    @staticmethod
    def resolve_contact_log(_root: None, info: GraphQLResolveInfo, id: str) -> Row[Any]:
        return row(find_contact_log(info.context, key_of(id, "ContactLog")))
