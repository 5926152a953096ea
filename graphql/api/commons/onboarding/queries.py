"""The applications that the acting union may see."""

from __future__ import annotations

import graphene
from graphql import GraphQLResolveInfo

from api.commons.onboarding.types import ApplicationConnection
from api.kit.connections import Keyset, Page, page_arguments
from api.kit.enums import code_enum
from api.kit.fields import ApiField
from commons.access.permissions import Permission
from commons.onboarding import policies
from commons.onboarding.enums import ApplicationState
from commons.onboarding.models import OnboardingApplication as Application

LATEST: Keyset[Application] = Keyset("-applied_at", "-id")


class OnboardingQueries(graphene.ObjectType):
    applications = ApiField(
        ApplicationConnection,
        state=graphene.Argument(code_enum(ApplicationState)),
        **page_arguments(),
        permission=Permission.UNION_APPLY,
        private=True,
        paged=True,
        description="下级工会的入驻申请，新的在前。 / Applications of lower unions, latest first.",
    )

    @staticmethod
    def resolve_applications(
        _root: None,
        info: GraphQLResolveInfo,
        state: ApplicationState | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> Page:
        found = policies.visible(info.context.acting)
        return LATEST.page(found.filter(state=state) if state else found, first=first, after=after, counted=True)
