"""The public directory: registration facts and ratings, visible to every union and to partners. Source: V2, V10."""

from __future__ import annotations

import base64
import binascii

import graphene
from graphql import GraphQLResolveInfo

from api.kit.connections import Edge, Page, connection, page_arguments
from api.kit.context import Context
from api.kit.enums import code_enum
from api.kit.errors import BadCursor
from api.kit.fields import ApiField, page_size
from api.kit.loaders import Row, attribute, row, rows
from api.kit.nodes import Node, id_of, node
from commons.access.permissions import Permission
from commons.directory import selectors
from commons.directory.enums import OrgType, RatingGrade, RegistrationStatus
from commons.directory.models import RegisteredOrganization as Registered
from commons.hierarchy.enums import Level


def find(context: Context, uscc: str) -> Registered:
    """
    The public card with this code.

    Raises: NotFound, Refused.
    """
    return selectors.card(uscc, actor=context.acting).organization


@node(Registered, find)
class RegisteredOrganization(graphene.ObjectType):
    """登记库中的社会组织：登记的公开信息和评估等级。 / Public facts of a registered organization."""

    class Meta:
        interfaces = (Node,)
        default_resolver = attribute

    uscc = graphene.String(required=True, description="统一社会信用代码。 / Unified social credit code.")
    name = graphene.String(required=True, description="名称。 / Name.")
    org_type = graphene.Field(code_enum(OrgType), required=True, description="组织类型。 / Type.")
    registration_status = graphene.Field(
        code_enum(RegistrationStatus), required=True, description="登记状态。 / Status."
    )
    registration_authority = graphene.String(description="登记管理机关。 / Registration authority.")
    registration_level = graphene.Field(code_enum(Level), description="登记层级。 / Level of registration.")
    registered_on = graphene.Date(description="成立登记日期。 / Registered on.")
    region_code = graphene.String(description="所在地区代码。 / Division code.")
    region_name = graphene.String(description="所在地区。 / Division.")
    business_supervisor_name = graphene.String(description="业务主管单位。 / Supervising body.")
    legal_representative = graphene.String(description="法定代表人。 / Legal representative.")
    address = graphene.String(description="住所。 / Address.")
    business_scope = graphene.String(description="业务范围。 / Scope of business.")
    rating_grade = graphene.Field(code_enum(RatingGrade), description="有效的评估等级。 / Rating in force.")
    rating_valid_until = graphene.Date(description="评估等级有效期至（不含当日）。 / Until, exclusive.")
    source_on = graphene.Date(description="信息来源日期。 / Date of the source.")

    resolve_id = id_of("uscc")

    @staticmethod
    def resolve_region_name(root: Row[Registered], _info: GraphQLResolveInfo) -> str | None:
        code = root.it.region_code
        return root.ask(code, "region", lambda asked: selectors.region_names(one.region_code for one in asked))

    @staticmethod
    def resolve_rating_grade(root: Row[Registered], info: GraphQLResolveInfo) -> str | None:
        return root.it.rating_grade if selectors.rating_in_force(root.it, info.context.today) else None

    @staticmethod
    def resolve_rating_valid_until(root: Row[Registered], info: GraphQLResolveInfo) -> object:
        return root.it.rating_valid_until if selectors.rating_in_force(root.it, info.context.today) else None


RegisteredOrganizationConnection = connection(RegisteredOrganization)


class DirectoryQueries(graphene.ObjectType):
    directory = ApiField(
        RegisteredOrganizationConnection,
        search=graphene.String(
            description="名称中的字词，或信用代码的开头。 / Words of the name, or a code's beginning."
        ),
        region=graphene.String(description="行政区划代码，含下级。 / Division code, with all below it."),
        type=graphene.Argument(code_enum(OrgType)),
        grade=graphene.Argument(code_enum(RatingGrade)),
        **page_arguments(),
        permission=Permission.DIRECTORY_VIEW,
        paged=True,
        description="社会组织登记库，按名称排序。 / The public directory, by name.",
    )
    registered_organization = ApiField(
        RegisteredOrganization,
        uscc=graphene.String(required=True),
        permission=Permission.DIRECTORY_VIEW,
        description="一个社会组织的公开名片。 / One public card.",
    )

    @staticmethod
    def resolve_directory(
        _root: None,
        info: GraphQLResolveInfo,
        search: str = "",
        region: str = "",
        type: OrgType | None = None,
        grade: RatingGrade | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> Page:
        found = selectors.search(
            actor=info.context.acting,
            text=search or "",
            region=region or "",
            org_type=type.value if type else "",
            grade=grade.value if grade else "",
            first=page_size(first),
            after=_opened(after) if after is not None else None,
            on=info.context.today,
        )
        edges = [Edge(one, _sealed(selectors.cursor(one.it))) for one in rows(found.rows)]
        return Page(edges, has_next=found.next is not None, has_previous=after is not None)

    @staticmethod
    def resolve_registered_organization(_root: None, info: GraphQLResolveInfo, uscc: str) -> Row[Registered]:
        return row(find(info.context, uscc[:40]))


def _sealed(place: str) -> str:
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def _opened(cursor: str) -> str:
    try:
        return base64.b64decode(cursor.encode() + b"=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        raise BadCursor() from None
