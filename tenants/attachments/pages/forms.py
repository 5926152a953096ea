"""The two forms of attachments."""

from __future__ import annotations

from typing import Any

from django import forms

from commons.files.kinds import ACCEPTED, DOCUMENTS
from tenants.attachments.actions import LABEL_LENGTH
from tenants.attachments.enums import Classification

_OFFERED = ",".join(f".{ending}" for kind in DOCUMENTS for ending in kind.endings)


class AttachForm(forms.Form):
    """One file, what it is, and who may read it."""

    file = forms.FileField(
        label="文件",
        max_length=200,
        widget=forms.ClearableFileInput(attrs={"accept": _OFFERED}),
        error_messages={
            "required": "请选择文件。",
            "empty": "这个文件是空的，请重新选择文件。",
            "max_length": "文件名过长，请缩短后再上传。",
        },
    )
    label = forms.CharField(
        label="附件说明",
        max_length=LABEL_LENGTH,
        help_text="它是什么，例如“签字合同”“登记证书”。",
        error_messages={"required": "请填写附件说明，例如“签字合同”。"},
    )
    classification = forms.ChoiceField(
        label="密级",
        choices=Classification.choices,
        initial=Classification.INTERNAL,
        help_text="保密的附件只有上传人和按规定可以知悉的人能看到。",
        error_messages={"required": "请选择密级。", "invalid_choice": "请选择密级。"},
    )

    def __init__(self, *args: Any, most_bytes: int, **options: Any) -> None:
        # The page around it may have a form of its own, with a field of the same name.
        super().__init__(*args, **{"auto_id": "attachment_%s", **options})
        self.fields["file"].help_text = f"{ACCEPTED}不超过 {most_bytes // (1024 * 1024)} MB。"


class RemoveForm(forms.Form):
    reason = forms.CharField(
        label="移除原因",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请填写移除的原因。"},
    )
