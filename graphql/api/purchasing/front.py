"""Purchases by the API. The single front of this split room."""

import graphene

from api.purchasing.calls import CallMutations, CallQueries
from api.purchasing.contracts import ContractMutations, ContractQueries
from api.purchasing.course import CourseMutations, CourseQueries
from api.purchasing.projects import ProjectMutations, ProjectQueries
from api.purchasing.reviews import BidMutations, BidQueries


class PurchasingQueries(ProjectQueries, CallQueries, BidQueries, ContractQueries, CourseQueries, graphene.ObjectType):
    pass


class PurchasingMutations(
    ProjectMutations, CallMutations, BidMutations, ContractMutations, CourseMutations, graphene.ObjectType
):
    pass
