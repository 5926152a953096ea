"""The form of a comment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms

from commons.access.actors import Actor
from tenants.discussion.actions import TEXT_LENGTH


class CommentForm(forms.Form):
    """What is said, and to whom in particular."""

    text = forms.CharField(
        label="留言",
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="只有本级工会内可以查看这里的同事能看到。请不要写身份证号、电话等个人信息。",
        error_messages={"required": "请填写留言。", "max_length": f"留言最多{TEXT_LENGTH}个字。"},
    )
    mentions = forms.TypedMultipleChoiceField(
        label="提醒同事（@）",
        required=False,
        coerce=UUID,
        widget=forms.SelectMultiple(attrs={"size": 4}),
        help_text="被提醒的人会收到通知，通知中不含留言内容。按住 Ctrl 可选多人。",
        error_messages={"invalid_choice": "所选的人不在可以提醒的人员中，请重新选择。"},
    )

    def __init__(self, *args: Any, people: Sequence[Actor], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["mentions"]
        assert isinstance(field, forms.TypedMultipleChoiceField)
        field.choices = [(str(one.user_id), f"@{one.name}（{'、'.join(one.role_labels)}）") for one in people]
        if not people:
            del self.fields["mentions"]


class EditForm(forms.Form):
    """What is said instead."""

    text = CommentForm.base_fields["text"]
