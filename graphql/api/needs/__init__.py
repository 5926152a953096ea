"""Surveys, needs, orders and appeals by the API. The single front of this split room."""

import graphene

from api.needs.appeals import AppealMutations, AppealQueries
from api.needs.clusters import ClusterMutations, ClusterQueries
from api.needs.needs import NeedMutations, NeedQueries
from api.needs.orders import OrderMutations, OrderQueries
from api.needs.surveys import SurveyMutations, SurveyQueries


class NeedsQueries(SurveyQueries, NeedQueries, ClusterQueries, OrderQueries, AppealQueries, graphene.ObjectType):
    pass


class NeedsMutations(
    SurveyMutations, NeedMutations, ClusterMutations, OrderMutations, AppealMutations, graphene.ObjectType
):
    pass
