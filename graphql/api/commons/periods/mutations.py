"""Confirm, close, revise: each mutation is one action of commons.rollup.periods."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import graphene

from api.commons.periods import inputs
from api.commons.periods.types import ReportingPeriod
from api.kit.context import Context
from api.kit.loaders import row
from api.kit.mutations import ActionMutation
from commons.access.permissions import Permission
from commons.rollup.periods import closing, selectors
from commons.rollup.spans import Span
from commons.tenancy import door


class _OnPeriod(ActionMutation):
    """Periods lie in `public` and are written from there."""

    class Meta:
        abstract = True

    period: ClassVar[Any] = graphene.Field(ReportingPeriod, description="统计期的新状态。 / The period as it is now.")

    @classmethod
    def of(cls, context: Context, span: Span) -> Self:
        return cls(period=row(selectors.state_of(span, at=context.at)))


class ConfirmPeriod(_OnPeriod):
    """确认本级工会某个统计期的数据。 / Confirm the acting union's own numbers of a period."""

    class Meta:
        permission = Permission.PERIOD_CONFIRM
        input_type = inputs.ConfirmPeriodInput

    @classmethod
    def perform(cls, context: Context, *, period: Span) -> Self:
        with door.outside():
            closing.confirm(span=period, by=context.acting, at=context.at)
        return cls.of(context, period)


class ClosePeriod(_OnPeriod):
    """统计期关账：此后只能修订，不能改写。 / Close a period for good; later changes become numbered revisions."""

    class Meta:
        permission = Permission.PERIOD_CLOSE
        input_type = inputs.ClosePeriodInput

    @classmethod
    def perform(cls, context: Context, *, period: Span) -> Self:
        with door.outside():
            closing.close(span=period, by=context.acting, at=context.at)
        return cls.of(context, period)


class RevisePeriod(_OnPeriod):
    """立即修订：把关账后的变更并入新的版本。 / Take what was entered since the closing into a numbered revision at once."""

    class Meta:
        permission = Permission.PERIOD_CLOSE
        input_type = inputs.RevisePeriodInput

    @classmethod
    def perform(cls, context: Context, *, period: Span, reason: str) -> Self:
        with door.outside():
            closing.revise(span=period, reason=reason, by=context.acting, at=context.at)
        return cls.of(context, period)


class PeriodMutations(graphene.ObjectType):
    confirm_period = ConfirmPeriod.Field()
    close_period = ClosePeriod.Field()
    revise_period = RevisePeriod.Field()
