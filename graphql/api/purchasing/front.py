"""Purchases by the API. The single front of this split room."""

import graphene

from api.purchasing.bids import BidMutations, BidQueries
from api.purchasing.bodies import BodyMutations, BodyQueries
from api.purchasing.calls import CallMutations, CallQueries
from api.purchasing.catalogue import CatalogueMutations, CatalogueQueries
from api.purchasing.contracts import ContractMutations, ContractQueries
from api.purchasing.course import CourseMutations, CourseQueries
from api.purchasing.market import MarketMutations, MarketQueries
from api.purchasing.notes import NoteMutations
from api.purchasing.panels import PanelMutations, PanelQueries
from api.purchasing.projects import ProjectMutations, ProjectQueries
from api.purchasing.records import RecordMutations, RecordQueries
from api.purchasing.rules import RuleMutations, RuleQueries


class PurchasingQueries(
    ProjectQueries,
    RecordQueries,
    CallQueries,
    BidQueries,
    PanelQueries,
    ContractQueries,
    CourseQueries,
    RuleQueries,
    CatalogueQueries,
    BodyQueries,
    MarketQueries,
    graphene.ObjectType,
):
    pass


class PurchasingMutations(
    ProjectMutations,
    RecordMutations,
    CallMutations,
    NoteMutations,
    BidMutations,
    PanelMutations,
    ContractMutations,
    CourseMutations,
    RuleMutations,
    CatalogueMutations,
    BodyMutations,
    MarketMutations,
    graphene.ObjectType,
):
    pass
