"""The tables of purchasing. The single front of this split room."""

from tenants.purchasing.models.bodies import Capacity, Expert, FundingLine, Provider, UnionUnit
from tenants.purchasing.models.call import Bid, Call, CallGrant, CallNote, PanelMember, Review
from tenants.purchasing.models.contract import Contract, Payment, PaymentMilestone
from tenants.purchasing.models.course import Evaluation, Report, Visit
from tenants.purchasing.models.market import Listing, Match
from tenants.purchasing.models.project import ProjectGrant, ServiceProject, ServiceRecord
from tenants.purchasing.models.rules import CatalogueItem, PurchaseRule

__all__ = [
    "Bid",
    "Call",
    "CallGrant",
    "CallNote",
    "Capacity",
    "CatalogueItem",
    "Contract",
    "Evaluation",
    "Expert",
    "FundingLine",
    "Listing",
    "Match",
    "PanelMember",
    "Payment",
    "PaymentMilestone",
    "ProjectGrant",
    "Provider",
    "PurchaseRule",
    "Report",
    "Review",
    "ServiceProject",
    "ServiceRecord",
    "UnionUnit",
    "Visit",
]
