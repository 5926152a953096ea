"""Ratings: declared, recommended, granted, taken away. Source: SM-03."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import graphene

from api.kit.context import Context
from api.kit.loaders import row
from api.kit.mutations import ActionMutation
from api.registry import inputs
from api.registry.mutations.shared import entry_of, part_key
from api.registry.types import OrgRating
from commons.access.permissions import Permission
from tenants.registry import models, selectors
from tenants.registry.actions import ratings


def _rating(context: Context, global_id: str) -> models.OrgRating:
    return selectors.rating(context.acting, part_key(context, global_id, "OrgRating"))


class _OnRating(ActionMutation):
    class Meta:
        abstract = True

    rating: ClassVar[Any] = graphene.Field(OrgRating, description="等级评估的新状态。 / The rating as it is now.")


class DeclareRating(_OnRating):
    """登记等级评估申报。 / Record that the organization has applied to be rated."""

    class Meta:
        permission = Permission.LEDGER_EDIT
        input_type = inputs.DeclareRatingInput

    @classmethod
    def perform(cls, context: Context, *, organization: str, grade: str) -> Self:
        entry = entry_of(context, organization)
        return cls(rating=row(ratings.declare(organization=entry, grade=grade, by=context.acting, at=context.at)))


class RecommendRating(_OnRating):
    """推荐参评。 / Recommend the organization."""

    class Meta:
        permission = Permission.LEDGER_EDIT
        input_type = inputs.RatingInput

    @classmethod
    def perform(cls, context: Context, *, id: str) -> Self:
        return cls(rating=row(ratings.recommend(rating=_rating(context, id), by=context.acting, at=context.at)))


class RecordRating(_OnRating):
    """登记评定结果，替代原有等级。 / Record a rating that was granted; it supersedes the one before."""

    class Meta:
        permission = Permission.LEDGER_EDIT
        input_type = inputs.RecordRatingInput

    @classmethod
    def perform(cls, context: Context, *, organization: str, declared: str | None = None, **given: Any) -> Self:
        made = ratings.grant(
            organization=entry_of(context, organization),
            rating=_rating(context, declared) if declared is not None else None,
            by=context.acting,
            at=context.at,
            **given,
        )
        return cls(rating=row(made))


class RevokeRating(_OnRating):
    """取消等级。 / Record that a rating was taken away."""

    class Meta:
        permission = Permission.LEDGER_EDIT
        input_type = inputs.RevokeRatingInput

    @classmethod
    def perform(cls, context: Context, *, id: str, reason: str) -> Self:
        taken = ratings.revoke(rating=_rating(context, id), reason=reason, by=context.acting, at=context.at)
        return cls(rating=row(taken))
