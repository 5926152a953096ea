"""The forms of these pages; rules live in the actions, a form only reads."""

from __future__ import annotations

from typing import Any

from django import forms

from commons.hierarchy.actions import Answerable
from commons.hierarchy.enums import Kind, Level
from commons.hierarchy.models import TradeUnion

_PHONE = "加密保存，页面上只显示部分数字。"


class _AnswerableFields(forms.Form):
    """A12: asked together wherever a union is described; all three at once where nothing may be finished without."""

    use_required_attribute = False

    leader_in_charge = forms.CharField(label="分管领导", max_length=60, required=False)
    responsible_department = forms.CharField(
        label="负责部门", max_length=80, required=False, help_text="如“基层工作部”“权益保障部”。"
    )
    dedicated_person = forms.CharField(
        label="专人", max_length=60, required=False, help_text="具体负责这项工作的同志。"
    )
    contact_phone = forms.CharField(label="联系电话", max_length=40, required=False, help_text=_PHONE)

    def require_all(self) -> None:
        """Mark the three, and name each that is missing."""
        for name in ("leader_in_charge", "responsible_department", "dedicated_person"):
            field = self.fields[name]
            field.required = True
            field.error_messages["required"] = f"还缺少{field.label}。三项齐全才能完成。"

    @property
    def answerable(self) -> Answerable:
        data = self.cleaned_data
        return Answerable(
            data["leader_in_charge"], data["responsible_department"], data["dedicated_person"], data["contact_phone"]
        )


class JoinForm(_AnswerableFields):
    """One union that shall join."""

    code = forms.CharField(label="代码", max_length=12, widget=forms.TextInput(attrs={"readonly": True}))
    name_zh = forms.CharField(label="工会全称", max_length=120)
    level = forms.ChoiceField(label="层级", required=False)
    parent = forms.ChoiceField(label="上级工会")
    admin_name = forms.CharField(
        label="首位管理员姓名", max_length=60, help_text="开通后由全国管理员生成一次性邀请链接，发给本人。"
    )
    admin_phone = forms.CharField(label="首位管理员电话", max_length=40, required=False, help_text=_PHONE)
    admin_email = forms.EmailField(label="首位管理员邮箱", required=False)
    letter_number = forms.CharField(
        label="入驻公函文号", max_length=80, required=False, help_text="如“湘工发〔2026〕12号”。"
    )
    field_order = (
        "code", "name_zh", "level", "parent", "leader_in_charge", "responsible_department", "dedicated_person",
        "contact_phone", "admin_name", "admin_phone", "admin_email", "letter_number",
    )  # fmt: skip

    def __init__(
        self, *args: Any, kind: Kind, parents: list[TradeUnion], levels: list[Level], direct: bool, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        if direct:
            self.require_all()
        self.kind = kind
        self.parents = {parent.code: parent for parent in parents}
        self.fields["parent"].choices = [(row.code, row.name_zh) for row in parents]  # type: ignore[attr-defined]
        self.fields["level"].choices = [(level.value, level.label) for level in levels]  # type: ignore[attr-defined]
        if len(levels) == 1:
            self.fields["level"].widget = forms.HiddenInput()


class ReasonForm(forms.Form):
    reason = forms.CharField(label="原因", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class AdministratorForm(forms.Form):
    name = forms.CharField(label="管理员姓名", max_length=60)
    phone = forms.CharField(label="电话", max_length=40, required=False, help_text=_PHONE)
    email = forms.EmailField(label="电子邮箱", required=False)


class ProfileForm(_AnswerableFields):
    name_zh = forms.CharField(label="工会全称", max_length=120)
    short_name_zh = forms.CharField(label="简称", max_length=60, help_text="用于表格和图表。")
    name_en = forms.CharField(label="英文名称", max_length=160, required=False)
    main_leader_title = forms.CharField(
        label="主要领导职务", max_length=60, required=False, help_text="如“市总工会党组书记、常务副主席”。"
    )
    counterpart_department = forms.CharField(
        label="上级工会对口部门",
        max_length=80,
        required=False,
        help_text="日常对接的上级部门，如“省总工会权益保障部”。",
    )
    field_order = (
        "name_zh", "short_name_zh", "name_en", "main_leader_title", "counterpart_department",
        "leader_in_charge", "responsible_department", "dedicated_person", "contact_phone",
    )  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.require_all()
