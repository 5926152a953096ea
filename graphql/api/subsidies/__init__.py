"""Subsidies between levels by the API. The single front of this split room."""

import graphene

from api.subsidies.rounds import RoundMutations, RoundQueries
from api.subsidies.subsidies import SubsidyMutations, SubsidyQueries


class SubsidiesQueries(RoundQueries, SubsidyQueries, graphene.ObjectType):
    pass


class SubsidiesMutations(RoundMutations, SubsidyMutations, graphene.ObjectType):
    pass
