"""The forms of these pages: every field is written down, so nothing else of a request reaches an action."""

from collections.abc import Iterable
from typing import Any

from django import forms

from commons.accounts.actions.users import USERNAME_RULE
from commons.people.enums import Role

PASSWORD_RULE = "至少 10 个字符，包含大写字母、小写字母、数字、其他符号中的三种；不要用姓名、用户名和常见密码。"  # noqa: S105  (a sentence)


def _password(label: str, *, new: bool, help_text: str = "") -> forms.CharField:
    kind = "new-password" if new else "current-password"
    widget = forms.PasswordInput(attrs={"autocomplete": kind})
    return forms.CharField(label=label, strip=False, max_length=256, widget=widget, help_text=help_text)


class SignInForm(forms.Form):
    username = forms.CharField(
        label="用户名",
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "autofocus": True}),
    )
    password = _password("密码", new=False)


class _NewPassword(forms.Form):
    """Two boxes for one new password."""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("password") and data.get("again") and data["password"] != data["again"]:
            self.add_error("again", "两次填写的密码不一致，请重新填写。")
        return data


class ResetForm(_NewPassword):
    password = _password("新密码", new=True, help_text=PASSWORD_RULE)
    again = _password("再次填写新密码", new=True)


class PasswordForm(_NewPassword):
    present = _password("现在的密码", new=False)
    password = _password("新密码", new=True, help_text=PASSWORD_RULE)
    again = _password("再次填写新密码", new=True)


class NewAccountForm(_NewPassword):
    name = forms.CharField(label="姓名", max_length=60, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    username = forms.CharField(
        label="用户名",
        max_length=60,
        help_text=USERNAME_RULE,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    password = _password("密码", new=True, help_text=PASSWORD_RULE)
    again = _password("再次填写密码", new=True)


class CodeForm(forms.Form):
    code = forms.CharField(
        label="验证码",
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "none", "autofocus": True}),
    )


def _roles(roles: Iterable[Role]) -> list[tuple[str, str]]:
    offered = set(roles)
    return [(role.value, role.label) for role in Role if role in offered]


class InviteForm(forms.Form):
    """The roles offered are those the inviter may assign; any other value is refused."""

    name = forms.CharField(label="姓名", max_length=60)
    role = forms.ChoiceField(label="角色")
    phone = forms.RegexField(
        r"^[0-9+() -]{5,20}$",
        label="手机",
        required=False,
        help_text="加密保存，页面上只显示部分数字。",
        error_messages={"invalid": "请填写 5 到 20 位的电话号码，只含数字、空格、括号、加号和横线。"},
    )
    email = forms.EmailField(label="电子邮箱", required=False)

    def __init__(self, *args: Any, roles: Iterable[Role], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["role"].choices = [("", "请选择"), *_roles(role for role in roles if not role.is_flag)]  # type: ignore[attr-defined]


class AssignForm(forms.Form):
    role = forms.ChoiceField(label="角色")
    unit = forms.CharField(
        label="所在部门",
        max_length=80,
        required=False,
        help_text="填写后，工会工作人员只能办理该部门的服务项目；名称须与“部门与下属单位”中的一致。",
    )
    until_on = forms.DateField(
        label="有效期至",
        required=False,
        help_text="到这一天角色自动结束；不填为长期有效。",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, roles: Iterable[Role], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["role"].choices = [("", "请选择"), *_roles(roles)]  # type: ignore[attr-defined]


class SearchForm(forms.Form):
    q = forms.CharField(
        label="姓名或用户名", max_length=60, required=False, widget=forms.TextInput(attrs={"type": "search"})
    )
    state = forms.CharField(required=False, widget=forms.HiddenInput)
