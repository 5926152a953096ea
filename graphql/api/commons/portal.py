"""The organization that an account speaks for, and how it comes to do so. Source: DOMAIN S3, §3.12."""

from __future__ import annotations

import base64
import binascii
from typing import Any, ClassVar, Self

import graphene
from graphql import GraphQLResolveInfo

from api.kit.context import Context
from api.kit.enums import code_enum
from api.kit.ids import to_global
from api.kit.loaders import Row, attribute, row
from api.kit.mutations import ActionMutation
from api.kit.scalars import DateTime
from commons.access.permissions import Permission
from commons.people.enums import LinkState
from commons.people.models import OrgAccountLink
from commons.portal import claims
from commons.portal.errors import ProofRefused
from commons.portal.proofs import Proof


class OrganizationAccount(graphene.ObjectType):
    """社会组织账号：认领和核验的情况。 / That an account speaks, or asks to speak, for an organization."""

    class Meta:
        default_resolver = attribute

    id = graphene.ID(required=True)
    uscc = graphene.String(required=True, description="统一社会信用代码。 / Credit code.")
    organization_name = graphene.String(required=True, description="组织名称。 / Name.")
    state = graphene.Field(code_enum(LinkState), required=True, description="状态。 / State.")
    applicant_name = graphene.String(required=True, description="申请人。 / Whose account.")
    claimed_at = DateTime(required=True, description="提交时间。 / Claimed at.")
    decided_at = DateTime(description="办理时间。 / Decided at.")
    decided_by_union = graphene.String(description="办理的工会代码。 / Code of the union that decided.")
    reason = graphene.String(description="不予通过或撤销的原因。 / Reason.")

    @staticmethod
    def resolve_id(root: Row[OrgAccountLink], _info: GraphQLResolveInfo) -> str:
        return to_global("OrganizationAccount", root.it.pk)

    @staticmethod
    def resolve_applicant_name(root: Row[OrgAccountLink], _info: GraphQLResolveInfo) -> str:
        return root.it.user.name

    @staticmethod
    def resolve_decided_by_union(root: Row[OrgAccountLink], _info: GraphQLResolveInfo) -> str | None:
        return root.it.decided_in_union.code if root.it.decided_in_union else None


class ClaimOrganizationInput(graphene.InputObjectType):
    """认领社会组织。 / Claim an organization."""

    uscc = graphene.String(required=True, description="统一社会信用代码。 / Credit code.")
    organization_name = graphene.String(required=True, description="组织名称；登记库中有的以登记库为准。 / Name.")
    proof_name = graphene.String(required=True, description="证明材料文件名。 / Name of the proof.")
    proof = graphene.String(
        required=True,
        description="证明材料（PDF、PNG、JPEG），Base64；受请求大小限制，较大的请在页面提交。 / Base64; larger ones on the page.",
    )


class OnAccount(ActionMutation):
    """A mutation whose payload is the claim it made or decided."""

    class Meta:
        abstract = True

    account: ClassVar[Any] = graphene.Field(
        OrganizationAccount, description="账号的新状态。 / The account as it is now."
    )


class ClaimOrganization(OnAccount):
    """认领社会组织，等待台账上有该组织的工会核验。 / Claim an organization; a union that lists it verifies."""

    class Meta:
        permission = Permission.ORG_SELF
        input_type = ClaimOrganizationInput

    @classmethod
    def perform(cls, context: Context, *, uscc: str, organization_name: str, proof_name: str, proof: str) -> Self:
        try:
            content = base64.b64decode(proof, validate=True)
        except (binascii.Error, ValueError):
            raise ProofRefused(path=("proof",)) from None
        link = claims.claim(
            uscc=uscc,
            organization_name=organization_name,
            proof=Proof(proof_name, content),
            by=context.acting,
            at=context.at,
        )
        return cls(account=row(link))


class PortalMutations(graphene.ObjectType):
    claim_organization = ClaimOrganization.Field()
