"""Forms of a service project: its fields with funding lines, renewing, explaining an overlap, what was served. Source: SM-15P, E02, E08, E22."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.codelists.services import FundSource, PurchaseCategory, ServiceField, TargetGroup
from commons.kit import clock
from commons.kit.errors import NotFound
from commons.web.frame import Crumb, answer, require_post
from commons.web.objects import trail
from commons.web.widgets import day_input
from tenants.needs.selectors import needs as need_selectors
from tenants.purchasing.actions import projects as actions
from tenants.purchasing.actions import records
from tenants.purchasing.enums import BuyerKind, CatalogueChange, ProcurementMethod, ProcurementMode, RiskLevel, UnitKind
from tenants.purchasing.models import ServiceProject, ServiceRecord
from tenants.purchasing.selectors import bodies, projects

LINES = 4
_MONEY: dict[str, Any] = {"max_digits": 16, "decimal_places": 2, "min_value": Decimal("0.01")}


def _day(label: str, **options: Any) -> forms.DateField:
    return forms.DateField(
        label=label, required=False, widget=day_input(), error_messages={"invalid": "请填写有效的日期。"}, **options
    )


def _text(label: str, most: int, rows: int = 2, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=most, required=False, widget=forms.Textarea(attrs={"rows": rows}), **options
    )


class ProjectForm(forms.Form):
    """What the department writes; codes of other rows are chosen among what the union has."""

    title = forms.CharField(label="项目名称", max_length=120, error_messages={"required": "请填写项目名称。"})
    year = forms.IntegerField(label="年度", min_value=1949, max_value=2200)
    summary = _text("项目概述", 4000, 4)
    category = forms.ChoiceField(label="购买类别", choices=PurchaseCategory.choices)
    # Not `fields`, which is a form's own word.
    service_fields = forms.MultipleChoiceField(
        label="服务领域",
        choices=ServiceField.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请至少选择一个服务领域。"},
    )
    catalogue_item = forms.ChoiceField(label="购买目录事项", required=False)
    target_groups = forms.MultipleChoiceField(
        label="面向人群", choices=TargetGroup.choices, widget=forms.CheckboxSelectMultiple, required=False
    )
    need_ids = forms.MultipleChoiceField(
        label="对应的职工需求",
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="使用工会经费的项目应当对应已归类的需求。",
    )
    business_owner = forms.ChoiceField(label="业务部门", required=False)
    mode = forms.ChoiceField(label="承接方式", choices=ProcurementMode.choices)
    method = forms.ChoiceField(label="采购方式", choices=ProcurementMethod.choices)
    direct_reason = _text("直接委托的理由", 500, help_text="直接委托或委托方式须填写。")
    buyer_kind = forms.ChoiceField(label="购买主体", choices=BuyerKind.choices)
    buyer_unit = forms.ChoiceField(label="购买单位", required=False)
    own_share = forms.DecimalField(
        label="本级份额（%）", max_digits=5, decimal_places=2, min_value=0, max_value=100, initial=100
    )
    joint_name = forms.CharField(
        label="联合购买方", max_length=120, required=False, help_text="如共青团、妇联；与本级份额合计 100%。"
    )
    with_mass_org = forms.BooleanField(label="联合方为群团组织", required=False)
    principal = forms.CharField(label="委托的党政部门", max_length=120, required=False)
    test_concentrated = forms.BooleanField(label="需求相对集中", required=False)
    test_concentrated_note = _text("需求集中的依据", 500)
    test_benefit = forms.BooleanField(label="比较效益突出", required=False)
    test_benefit_note = _text("比较效益的依据", 500)
    test_suitable = forms.BooleanField(label="适合社会组织承接", required=False)
    test_suitable_note = _text("适合承接的依据", 500)
    budget = forms.DecimalField(label="预算（元）", error_messages={"required": "请填写预算。"}, **_MONEY)
    streets = forms.CharField(label="实施范围", max_length=200, required=False)
    starts_on = _day("开始日期")
    ends_on = _day("结束日期")
    midterm_on = _day("计划中期评估日期")
    target_sessions = forms.IntegerField(label="目标场次", min_value=0, initial=0)
    target_person_times = forms.IntegerField(label="目标服务人次", min_value=0, initial=0)
    target_persons = forms.IntegerField(label="目标服务人数", min_value=0, initial=0)
    risk_level = forms.ChoiceField(label="风险等级", choices=RiskLevel.choices)
    third_party_required = forms.NullBooleanField(
        label="须第三方监管", help_text="不选则按管理办法的起点金额确定。",
        widget=forms.Select(choices=[("unknown", "按管理办法"), ("true", "是"), ("false", "否")]),
    )  # fmt: skip

    def __init__(self, *args: Any, actor: Actor, project: ServiceProject | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        for place in range(1, LINES + 1):
            self.fields[f"source_{place}"] = forms.ChoiceField(
                label=f"资金来源 {place}", choices=[("", "—"), *FundSource.choices()], required=False
            )
            self.fields[f"amount_{place}"] = forms.DecimalField(label=f"金额 {place}（元）", required=False, **_MONEY)
            self.fields[f"from_{place}"] = forms.CharField(label=f"补贴单位 {place}", max_length=120, required=False)
        # What is no longer in use stays only where it stands already.
        now = {project.business_owner_id, project.buyer_unit_id, project.catalogue_item_id} if project else set()
        self.units = {str(one.pk): one for one in bodies.units(actor) if one.is_active or one.pk in now}
        self.items = {
            str(one.pk): one
            for one in bodies.catalogue(actor)
            if one.change != CatalogueChange.DROPPED or one.pk in now
        }
        units = self.units.values()
        self._choose("business_owner", [(one.pk, one.name) for one in units if one.kind == UnitKind.DEPARTMENT])
        self._choose("buyer_unit", [(one.pk, one.name) for one in units if one.kind != UnitKind.DEPARTMENT])
        self._choose("catalogue_item", [(one.pk, str(one)) for one in self.items.values()])
        needs = list(need_selectors.adoptable(actor)[:100])
        if project is not None:
            needs += [one for one in need_selectors.of_project(project.pk) if one not in needs]
        self.fields["need_ids"].choices = [(str(one.pk), f"{one.number} {one.title}") for one in needs]  # type: ignore[attr-defined]

    def _choose(self, name: str, choices: list[tuple[Any, str]]) -> None:
        self.fields[name].choices = [("", "—"), *((str(pk), label) for pk, label in choices)]  # type: ignore[attr-defined]


class EditProjectForm(ProjectForm):
    version = forms.IntegerField(widget=forms.HiddenInput)


def _values(form: ProjectForm) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The fields and the funding lines of an action, from what was typed."""
    given = form.cleaned_data
    lines = [
        {
            "source": given[f"source_{place}"],
            "amount": given[f"amount_{place}"],
            "from_union_name": given[f"from_{place}"],
        }
        for place in range(1, LINES + 1)
        if given[f"source_{place}"] or given[f"amount_{place}"]
    ]
    values = {name: value for name, value in given.items() if name in actions.FIELDS}
    values["fields"] = given["service_fields"]
    values["business_owner"] = form.units.get(given["business_owner"])
    values["buyer_unit"] = form.units.get(given["buyer_unit"])
    values["catalogue_item"] = form.items.get(given["catalogue_item"])
    values["need_ids"] = [UUID(one) for one in given["need_ids"]]
    share = Decimal(100) - given["own_share"]
    values["joint_buyers"] = (
        [{"name": given["joint_name"], "kind": "mass_org" if given["with_mass_org"] else "other", "share": str(share)}]
        if given["joint_name"]
        else []
    )
    return values, lines


def _typed(row: ServiceProject) -> dict[str, Any]:
    """A project as its form shows it."""
    typed = {name: getattr(row, name) for name in actions.FIELDS if hasattr(row, name)}
    for name in ("business_owner", "buyer_unit", "catalogue_item"):
        typed[name] = str(getattr(row, f"{name}_id") or "")
    typed["service_fields"] = list(row.fields)
    typed["need_ids"] = [str(one) for one in typed["need_ids"]]
    typed["joint_name"] = row.joint_buyers[0]["name"] if row.joint_buyers else ""
    for place, line in enumerate(row.funding.all()[:LINES], start=1):
        typed |= {f"source_{place}": line.source, f"amount_{place}": line.amount, f"from_{place}": line.from_union_name}
    return {**typed, "version": row.version}


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, union_code: str) -> HttpResponse:
    actor = require_post(request, Permission.PROJECTS_EDIT)
    initial = {"year": clock.today().year, "risk_level": RiskLevel.LOW}
    form = ProjectForm(request.POST or None, actor=actor, initial=initial)

    def act() -> ServiceProject:
        values, lines = _values(form)
        return actions.create(fields=values, funding=lines, by=actor, at=clock.now())

    return answer(
        request,
        form,
        act,
        title="新建服务项目",
        done_url=lambda row: reverse("project", args=[union_code, row.pk]),
        done="已保存为草稿。补齐三项适宜性判断和资金来源后提交立项评审。",
        cancel_url=reverse("projects", args=[union_code]),
        crumbs=trail(union_code, "服务项目", "projects", "新建"),
    )


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    actor = require_post(request, Permission.PROJECTS_EDIT)
    row = projects.project(actor, pk)
    form = EditProjectForm(request.POST or None, actor=actor, project=row, initial=_typed(row))
    here = reverse("project", args=[union_code, row.pk])

    def act() -> ServiceProject:
        values, lines = _values(form)
        version = form.cleaned_data["version"]
        return actions.edit(project=row, fields=values, funding=lines, version=version, by=actor, at=clock.now())

    crumbs = [*trail(union_code, "服务项目", "projects"), Crumb(row.number, here), Crumb("修改")]
    return answer(request, form, act, title=f"修改项目：{row.title}", done_url=here, crumbs=crumbs)


@require_http_methods(["GET", "POST"])
def renew(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    """E22: next year's project from this one."""
    actor = require_post(request, Permission.PROJECTS_EDIT)
    row = projects.project(actor, pk)
    here = reverse("project", args=[union_code, row.pk])
    form = forms.Form(request.POST if request.method == "POST" else None)
    return answer(
        request,
        form,
        lambda: actions.renew(project=row, by=actor, at=clock.now()),
        title=f"续办：{row.title}",
        lead="按本项目起草下一年度的项目：内容照抄，日期顺延一年；三项适宜性判断和对应需求须重新填写。",
        done_url=lambda made: reverse("project", args=[union_code, made.pk]),
        done="已起草续办的项目。",
        cancel_url=here,
        submit_label="续办",
        crumbs=[*trail(union_code, "服务项目", "projects"), Crumb(row.number, here), Crumb("续办")],
    )


class OverlapForm(forms.Form):
    note = forms.CharField(
        label="仍须实施的理由", max_length=500, widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "请说明与上下级同类项目的区别，或者仍须实施的理由。"},
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput)


@require_http_methods(["GET", "POST"])
def overlap(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    """R6: the same service is paid for above or below; why it goes on."""
    actor = require_post(request, Permission.PROJECTS_EDIT)
    row = projects.project(actor, pk)
    here = reverse("project", args=[union_code, row.pk])
    form = OverlapForm(request.POST or None, initial={"note": row.overlap_note, "version": row.version})
    return answer(
        request,
        form,
        lambda: actions.explain_overlap(project=row, by=actor, at=clock.now(), **form.cleaned_data),
        title="说明同类项目",
        lead="上级或下级工会已经出资购买同类服务。签订合同以前须说明理由，避免重复投入。",
        done_url=here,
        crumbs=[*trail(union_code, "服务项目", "projects"), Crumb(row.number, here), Crumb("说明同类项目")],
    )


class RecordForm(forms.Form):
    served_on = forms.DateField(label="服务日期", widget=day_input(), error_messages={"required": "请填写服务日期。"})
    place = forms.CharField(label="地点", max_length=120, required=False)
    field = forms.ChoiceField(label="服务领域", choices=ServiceField.choices)
    groups = forms.MultipleChoiceField(
        label="面向人群", choices=TargetGroup.choices, widget=forms.CheckboxSelectMultiple, required=False
    )
    sessions = forms.IntegerField(label="场次", min_value=0, initial=1)
    person_times = forms.IntegerField(label="服务人次", min_value=0, initial=0)
    persons_new = forms.IntegerField(label="其中首次服务人数", min_value=0, initial=0)
    union_staff = forms.IntegerField(
        label="工会工作者", min_value=0, initial=0, help_text="三工联动：参加本次服务的人数。"
    )
    social_workers = forms.IntegerField(label="社会工作者", min_value=0, initial=0)
    volunteers = forms.IntegerField(label="志愿者（义工）", min_value=0, initial=0)
    satisfaction_count = forms.IntegerField(label="评价人数", min_value=0, initial=0)
    satisfaction_sum = forms.IntegerField(
        label="评分合计", min_value=0, initial=0, help_text="每人 1 至 5 分，填合计。"
    )
    note = _text("备注", 500)


@require_http_methods(["GET", "POST"])
def record(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    """What was served on one day: entered by the union or by the provider."""
    actor = require_post(request, Permission.DIRECTORY_VIEW)
    row = projects.project(actor, pk)
    if not records.may_write(actor, row):
        raise NotFound()
    form = RecordForm(request.POST or None, initial={"served_on": clock.today(), "field": (row.fields or [""])[0]})
    here = reverse("project", args=[union_code, row.pk])
    return answer(
        request,
        form,
        lambda: records.add(project=row, fields=form.cleaned_data, by=actor, at=clock.now()),
        title=f"登记服务：{row.title}",
        done_url=here,
        done="已登记服务记录。",
        crumbs=[Crumb(row.title, here), Crumb("登记服务")],
    )


class VoidForm(forms.Form):
    reason = forms.CharField(
        label="作废理由",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请填写作废理由。"},
    )


@require_http_methods(["GET", "POST"])
def void(request: HttpRequest, union_code: str, pk: UUID, record_pk: UUID) -> HttpResponse:
    actor = require_post(request, Permission.DIRECTORY_VIEW)
    row = projects.project(actor, pk)
    found: ServiceRecord | None = projects.records(actor, row).filter(pk=record_pk).first()
    if found is None or not records.may_write(actor, row):
        raise NotFound()
    form = VoidForm(request.POST or None)
    here = reverse("project", args=[union_code, row.pk])
    return answer(
        request,
        form,
        lambda: records.void(service_record=found, reason=form.cleaned_data["reason"], by=actor, at=clock.now()),
        title="作废服务记录",
        lead="作废后不再计入统计，记录和理由保留。",
        done_url=here,
        done="已作废。",
        submit_label="作废",
        danger=True,
        crumbs=[Crumb(row.title, here), Crumb("作废服务记录")],
    )
