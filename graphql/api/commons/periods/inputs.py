"""Inputs about reporting periods, one per action."""

from __future__ import annotations

import graphene

from api.kit.scalars import Period


class ConfirmPeriodInput(graphene.InputObjectType):
    """确认本级工会某个统计期的数据。 / Confirm the acting union's own numbers."""

    period = Period(required=True, description="已结束的月、季度、半年或年。 / A period that has ended.")


class ClosePeriodInput(graphene.InputObjectType):
    """统计期关账。 / Close a period."""

    period = Period(required=True, description="已结束的月、季度、半年或年。 / A period that has ended.")


class RevisePeriodInput(graphene.InputObjectType):
    """立即修订已关账的统计期。 / Revise a closed period at once."""

    period = Period(required=True, description="有等待修订的变更的统计期。 / A period with waiting changes.")
    reason = graphene.String(required=True, description="修订原因。 / Reason.")
