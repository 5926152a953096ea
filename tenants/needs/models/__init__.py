"""The tables of needs. The single front of this split room."""

from tenants.needs.models.appeal import Appeal, AppealGrant
from tenants.needs.models.need import Need, NeedCluster
from tenants.needs.models.order import MenuItem, ServiceOrder
from tenants.needs.models.survey import NeedSurvey, SurveyResponse, WorkerLink

__all__ = [
    "Appeal",
    "AppealGrant",
    "MenuItem",
    "Need",
    "NeedCluster",
    "NeedSurvey",
    "ServiceOrder",
    "SurveyResponse",
    "WorkerLink",
]
