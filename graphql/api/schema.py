"""The API's table of contents."""

import graphene

from api.commons.boundaries.mutations import BoundaryMutations
from api.commons.boundaries.queries import BoundaryQueries
from api.commons.calls import CallQueries
from api.commons.directory import DirectoryQueries
from api.commons.indicators import accepting_codes
from api.commons.me import MeQueries
from api.commons.node import NodeQueries
from api.commons.numbers import NumberQueries
from api.commons.onboarding.mutations import OnboardingMutations
from api.commons.onboarding.queries import OnboardingQueries
from api.commons.periods.mutations import PeriodMutations
from api.commons.periods.queries import PeriodQueries
from api.commons.portal import PortalMutations
from api.commons.quality.mutations import QualityMutations
from api.commons.quality.queries import QualityQueries
from api.commons.rankings import RankingQueries
from api.commons.rows import BehindQueries
from api.commons.unions import UnionQueries
from api.commons.workflow.mutations import WorkflowMutations
from api.commons.workflow.queries import WorkflowQueries
from api.discussion.mutations import DiscussionMutations
from api.kit.nodes import types
from api.needs import NeedsMutations, NeedsQueries
from api.notices.mutations import NoticeMutations
from api.notices.queries import NoticeQueries
from api.purchasing.front import PurchasingMutations, PurchasingQueries
from api.registry.mutations import RegistryMutations
from api.registry.queries import RegistryQueries
from api.subsidies import SubsidiesMutations, SubsidiesQueries


class Query(
    MeQueries,
    UnionQueries,
    NumberQueries,
    RankingQueries,
    PeriodQueries,
    DirectoryQueries,
    CallQueries,
    OnboardingQueries,
    QualityQueries,
    BoundaryQueries,
    WorkflowQueries,
    NoticeQueries,
    RegistryQueries,
    PurchasingQueries,
    NeedsQueries,
    SubsidiesQueries,
    NodeQueries,
    BehindQueries,
    graphene.ObjectType,
):
    """查询。 / Questions."""


class Mutation(
    OnboardingMutations,
    PeriodMutations,
    QualityMutations,
    BoundaryMutations,
    WorkflowMutations,
    PortalMutations,
    NoticeMutations,
    DiscussionMutations,
    RegistryMutations,
    PurchasingMutations,
    NeedsMutations,
    SubsidiesMutations,
    graphene.ObjectType,
):
    """修改。 / Changes; each answers with its own errors."""


schema = accepting_codes(graphene.Schema(query=Query, mutation=Mutation, types=types()))
