"""Say something about an object, change it, take it back."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import graphene

from api.discussion.types import Comment, find_comment
from api.kit.context import Context
from api.kit.ids import key_of, uuid_of
from api.kit.loaders import row
from api.kit.mutations import ActionMutation
from api.kit.nodes import by_id
from commons.access.permissions import Permission
from tenants.discussion import actions


class AddCommentInput(graphene.InputObjectType):
    """对一个对象留言。 / Say something about an object."""

    id = graphene.ID(required=True, description="对象的全局编号。 / Global id of the object.")
    text = graphene.String(required=True, description="内容。 / What is said.")
    mentions = graphene.List(graphene.NonNull(graphene.ID), description="要提醒的账号。 / Accounts to be told of it.")


class EditCommentInput(graphene.InputObjectType):
    """修改留言。 / Change a comment."""

    id = graphene.ID(required=True, description="留言的全局编号。 / Global id of the comment.")
    text = graphene.String(required=True, description="内容。 / What is said instead.")


class RemoveCommentInput(graphene.InputObjectType):
    """移除留言。 / Remove a comment."""

    id = graphene.ID(required=True, description="留言的全局编号。 / Global id of the comment.")


class _OnComment(ActionMutation):
    class Meta:
        abstract = True

    comment: ClassVar[Any] = graphene.Field(Comment, description="留言。 / The comment.")


class AddComment(_OnComment):
    """对一个对象留言，只有本级工会内可以查看它的同事能看到。 / Say something about an object to one's colleagues."""

    class Meta:
        # Who may discuss which object is the word of the feature that owns it.
        permission = Permission.DIRECTORY_VIEW
        input_type = AddCommentInput

    @classmethod
    def perform(cls, context: Context, *, id: str, text: str, mentions: list[str] | None = None) -> Self:
        called = [uuid_of(one, "User") for one in mentions or []]
        made = actions.comment(on=by_id(context, id).it, text=text, mentions=called, by=context.acting, at=context.at)
        return cls(comment=row(made))


class EditComment(_OnComment):
    """修改自己的留言，限发出后十五分钟内。 / Change one's own comment within fifteen minutes."""

    class Meta:
        permission = Permission.DIRECTORY_VIEW
        input_type = EditCommentInput

    @classmethod
    def perform(cls, context: Context, *, id: str, text: str) -> Self:
        found = find_comment(context, key_of(id, "Comment"))
        return cls(comment=row(actions.edit(comment=found, text=text, by=context.acting, at=context.at)))


class RemoveComment(_OnComment):
    """移除留言，留下记录。 / Remove a comment; that there was one stays."""

    class Meta:
        permission = Permission.DIRECTORY_VIEW
        input_type = RemoveCommentInput

    @classmethod
    def perform(cls, context: Context, *, id: str) -> Self:
        found = find_comment(context, key_of(id, "Comment"))
        return cls(comment=row(actions.remove(comment=found, by=context.acting, at=context.at)))


class DiscussionMutations(graphene.ObjectType):
    add_comment = AddComment.Field()
    edit_comment = EditComment.Field()
    remove_comment = RemoveComment.Field()
