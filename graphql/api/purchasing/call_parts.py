"""What a call tells of itself: its conditions, what was asked and answered, its opening, its draw, its results. Source: SM-16."""

from __future__ import annotations

from datetime import datetime

import graphene
from graphql import GraphQLResolveInfo

from api.kit.enums import code_enum
from api.kit.loaders import Row, attribute
from api.kit.scalars import DateTime, Money
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.directory.enums import OrgType, RatingGrade
from tenants.purchasing import models
from tenants.purchasing.admission import Conditions, UnionBuilt
from tenants.purchasing.enums import NoteKind


class CallConditions(graphene.ObjectType):
    """申报条件。 / What a bidder must be; an open penalty or a block always excludes."""

    org_types = graphene.List(
        graphene.NonNull(code_enum(OrgType)), required=True, description="组织类型，空为不限。 / Types; empty for all."
    )
    registration_valid = graphene.Boolean(required=True, description="登记有效。 / Registration valid.")
    min_years = graphene.Int(required=True, description="登记满几年。 / Whole years since registration.")
    rating = graphene.Field(code_enum(RatingGrade), description="评估等级不低于。 / Rating at least.")
    vetting = graphene.Boolean(required=True, description="须通过背景核查。 / Vetted.")
    union_built = graphene.Field(code_enum(UnionBuilt), description="建会情况。 / Own union.")
    sentences = graphene.List(graphene.NonNull(graphene.String), required=True, description="文字。 / In words.")


class CallNote(graphene.ObjectType):
    """提问、异议或补充公告；由谁提问无人知道。 / A question, an objection or an addendum; who asked is known to nobody."""

    class Meta:
        default_resolver = attribute

    id = graphene.UUID(required=True, description="编号，答复时用。 / Key, for answering it.")
    kind = graphene.Field(code_enum(NoteKind), required=True, description="类别。 / Kind.")
    text = graphene.String(required=True, description="内容。 / Text.")
    material = graphene.Boolean(required=True, description="实质性变更。 / A material change.")
    created_at = DateTime(required=True)
    created_by_name = graphene.String(description="由谁，只供本会查看。 / By whom, for the union alone.")
    answer = graphene.String(description="答复。 / Answer.")
    answered_at = DateTime(description="答复时间。 / Answered at.")

    @staticmethod
    def resolve_created_by_name(root: Row[models.CallNote], info: GraphQLResolveInfo) -> str | None:
        told = root.it.kind == NoteKind.ADDENDUM or may(info.context.acting, Permission.PROJECTS_VIEW)
        return root.it.created_by_name or None if told else None


class CallResult(graphene.ObjectType):
    """结果公告中的一行。 / One line of the result notice."""

    class Meta:
        default_resolver = attribute

    rank = graphene.Int(description="名次。 / Rank.")
    name = graphene.String(required=True, description="申报单位。 / Bidder.")
    score = graphene.Decimal(description="得分。 / Score.")
    state = graphene.String(required=True, description="结果。 / Outcome, in words.")
    amount = Money(description="金额，元，第一名和中标的。 / Yuan, of the first and of who was awarded.")
    note = graphene.String(description="资质不合格的情况。 / Why it was disqualified.")


class OpenedReceipt(graphene.ObjectType):
    """开启的一份申报书的回执。 / The receipt of an opened bid."""

    receipt = graphene.String(required=True, description="密封内容的 SHA-256。 / SHA-256 of what was sealed.")
    submitted_at = DateTime(description="递交时间。 / Submitted at.")


class Opening(graphene.ObjectType):
    """开标记录。 / The record of the opening."""

    submitted = graphene.Int(required=True, description="递交几份。 / How many were submitted.")
    opened = graphene.List(graphene.NonNull(OpenedReceipt), required=True, description="开启的。 / Those opened.")


class ExcludedExpert(graphene.ObjectType):
    """应回避、未列入候选的专家。 / An expert left out because of a bidder."""

    code = graphene.String(required=True, description="专家编号。 / Number.")
    why = graphene.String(required=True, description="原因。 / Why.")


class Draw(graphene.ObjectType):
    """抽取专家的记录，任何人都可以重新计算。 / The draw, which anybody can make again."""

    text = graphene.String(required=True, description="种子是它的 SHA-256。 / What the seed is the SHA-256 of.")
    seed = graphene.String(required=True, description="种子。 / Seed.")
    pool = graphene.List(graphene.NonNull(graphene.String), required=True, description="候选专家。 / Candidates.")
    wanted = graphene.Int(required=True, description="抽取几人。 / How many.")
    drawn = graphene.List(graphene.NonNull(graphene.String), required=True, description="抽中。 / Drawn, in order.")
    excluded = graphene.List(graphene.NonNull(ExcludedExpert), required=True, description="回避。 / Left out.")


def conditions(row: models.Call) -> CallConditions:
    asked = Conditions.of(row.admission)
    return CallConditions(
        org_types=list(asked.org_types),
        registration_valid=asked.registration_valid,
        min_years=asked.min_years,
        rating=asked.rating or None,
        vetting=asked.vetting,
        union_built=asked.union_built or None,
        sentences=asked.sentences(),
    )


def opening(row: models.Call) -> Opening | None:
    if not (record := row.opening_record):
        return None
    opened = [
        OpenedReceipt(
            receipt=one["receipt"],
            submitted_at=datetime.fromisoformat(one["submitted_at"]) if one["submitted_at"] else None,
        )
        for one in record["opened"]
    ]
    return Opening(submitted=record["submitted"], opened=opened)


def draw(row: models.Call) -> Draw | None:
    if not (record := row.draw_record):
        return None
    told = {name: record[name] for name in ("text", "seed", "pool", "wanted", "drawn")}
    return Draw(**told, excluded=[ExcludedExpert(code=one["code"], why=one["why"]) for one in record["excluded"]])
