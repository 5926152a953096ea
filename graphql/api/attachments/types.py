"""Files that hang on objects of the acting union: what they are and where to fetch them, never their bytes."""

from __future__ import annotations

from typing import Any

import graphene
from django.urls import reverse
from graphql import GraphQLResolveInfo

from api.attachments import loaders
from api.kit.context import Context
from api.kit.enums import code_enum
from api.kit.fields import ApiField
from api.kit.loaders import Row, attribute
from api.kit.nodes import Node, id_of, node
from api.kit.scalars import DateTime
from tenants.attachments import models, selectors
from tenants.attachments.enums import Classification

SHOWN = 20


def find_attachment(context: Context, key: str) -> models.Attachment:
    """
    An attachment that the actor may read.

    Raises: Refused; NotFound, alike for another union's, a removed one, a confidential one of others.
    """
    return selectors.attachment(context.inside, key)


@node(models.Attachment, find_attachment)
class Attachment(graphene.ObjectType):
    """附件：挂在业务对象上的文件。 / A file that hangs on an object."""

    class Meta:
        interfaces = (Node,)
        default_resolver = attribute

    label = graphene.String(required=True, description="附件说明。 / What it is.")
    name = graphene.String(required=True, description="文件名。 / File name.")
    content_type = graphene.String(required=True, description="文件类型，按内容判定。 / Type, judged by content.")
    size = graphene.Int(required=True, description="字节数。 / Bytes.")
    sha256 = graphene.String(required=True, description="内容的 SHA-256。 / Digest of the content.")
    classification = graphene.Field(
        code_enum(Classification, name="AttachmentClassification"),
        required=True,
        description="密级。 / Classification.",
    )
    created_at = DateTime(required=True, description="上传时间。 / Attached at.")
    created_by_name = graphene.String(required=True, description="上传人。 / Attached by.")
    path = graphene.String(
        required=True, description="下载地址，每次下载都有记录。 / Where to fetch it; each time is logged."
    )

    resolve_id = id_of()

    @staticmethod
    def resolve_path(root: Row[models.Attachment], info: GraphQLResolveInfo) -> str:
        return reverse("attachment", args=[info.context.union.code, root.it.pk])


def attachments_field() -> ApiField:
    """The field of a type on whose rows files hang; `resolve_attachments` is its resolver."""
    return ApiField(
        lambda: graphene.NonNull(graphene.List(graphene.NonNull(Attachment))),
        size=5,
        description=f"可以查看的附件，最多 {SHOWN} 个。 / Attachments that may be read, at most {SHOWN}.",
    )


def resolve_attachments(root: Row[Any], info: GraphQLResolveInfo) -> list[Row[models.Attachment]]:
    """Read for all rows of a page at once."""
    actor = info.context.inside
    found = root.ask(root.it.pk, "attachments", lambda asked: loaders.attachments(asked, actor)) or []
    return found[:SHOWN]
