"""/portal: an organization's account finds its organization, its unions and the open calls of the country. Source: DOMAIN S3, S6."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.base import File
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from commons.calls import selectors as calls
from commons.calls.pages.listing import Line, lines
from commons.directory import selectors as directory
from commons.directory.enums import OrgType, RatingGrade, RegistrationStatus
from commons.directory.models import RegisteredOrganization
from commons.kit.clock import now, today
from commons.kit.errors import Conflict, DomainError, NotFound, Refused
from commons.kit.forms import tell
from commons.people.enums import LinkState
from commons.people.models import OrgAccountLink, User
from commons.portal import claims, selectors
from commons.portal.errors import NotForStaff
from commons.portal.proofs import MAX_BYTES, Proof

SHOWN_CALLS = 5


@dataclass(frozen=True)
class Fact:
    label: str
    value: str


@dataclass(frozen=True)
class UnionLine:
    name: str
    level: str
    url: str


@dataclass(frozen=True)
class ClaimLine:
    """A claim and what has become of it."""

    name: str
    uscc: str
    state: LinkState
    claimed_at: object
    decided_at: object
    decided_by: str
    reason: str


@dataclass(frozen=True)
class MinePage:
    """`claim_url` is empty when nothing can be claimed now."""

    organization: str
    facts: list[Fact]
    card_url: str
    unions: list[UnionLine]
    claims: list[ClaimLine]
    claim_url: str
    calls: list[Line]


class ClaimForm(forms.Form):
    uscc = forms.CharField(
        label="统一社会信用代码",
        max_length=40,
        error_messages={"required": "请填写统一社会信用代码。"},
        help_text="登记证书上的18位代码。",
    )
    organization_name = forms.CharField(
        label="组织名称", max_length=claims.NAME_LENGTH, error_messages={"required": "请填写组织名称。"}
    )
    proof = forms.FileField(
        label="证明材料",
        error_messages={"required": "请选择证明材料。", "empty": "这个文件是空的，请重新选择。"},
        help_text="加盖公章的授权书或登记证书，PDF 或图片，不超过 10 MB。",
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg"}),
    )

    def clean_proof(self) -> File[bytes]:
        file = cast("File[bytes]", self.cleaned_data["proof"])
        if file.size is None or file.size > MAX_BYTES:
            raise forms.ValidationError("文件超过 10 MB，请压缩或降低扫描精度后再上传。")
        return file


@dataclass(frozen=True)
class ClaimPage:
    form: ClaimForm


@require_safe
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    user = _account(request)
    at = now()
    found = selectors.links(user)
    link = next((one for one in found if one.state == LinkState.VERIFIED), None)
    known = directory.by_codes([link.uscc]).get(link.uscc) if link else None
    page = MinePage(
        organization=link.organization_name if link else "",
        facts=_facts(link, known) if link else [],
        card_url=f"/directory/{link.uscc}" if link and known else "",
        unions=[
            UnionLine(
                one.union.name_zh,
                one.union.level.label,
                f"/u/{one.union.code}/portal" if one.for_organization else f"/u/{one.union.code}/",
            )
            for one in (selectors.own_unions(user, on=today(at)) if link else [])
        ],
        claims=[] if link else [_claim(one) for one in found],
        claim_url="" if link or claims.holds_another_role(user, at) else "/portal/claim",
        calls=lines(calls.paged(calls.open_calls(at=at), size=SHOWN_CALLS).rows, "/calls"),
    )
    return render(request, "portal/mine.html", {"page": page})


@require_http_methods(["GET", "POST"])
@login_required
def claim(request: HttpRequest) -> HttpResponse:
    """Claim an organization by its code, with a proof."""
    user, at = _account(request), now()
    if claims.holds_another_role(user, at):
        raise NotForStaff()
    actor = selectors.claimant(user, on=today(at))
    form = ClaimForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            claims.claim(
                uscc=given["uscc"],
                organization_name=given["organization_name"],
                proof=Proof(given["proof"].name, given["proof"].read()),
                by=actor,
                at=at,
            )
        except (Conflict, NotFound, Refused):
            raise
        except DomainError as refusal:
            tell(form, refusal)
        else:
            messages.success(request, "已提交，请等待工会核验。台账上有贵组织的任何一级工会都可以核验。")
            return HttpResponseRedirect("/portal")
    return render(request, "portal/claim.html", {"page": ClaimPage(form)}, status=422 if form.errors else 200)


def _account(request: HttpRequest) -> User:
    """Raises: NotFound for whoever has nothing to do with an organization."""
    user = cast(User, request.user)
    if not selectors.belongs(user):
        raise NotFound()
    return user


def _claim(link: OrgAccountLink) -> ClaimLine:
    return ClaimLine(
        name=link.organization_name,
        uscc=link.uscc,
        state=LinkState(link.state),
        claimed_at=link.claimed_at,
        decided_at=link.decided_at,
        decided_by=link.decided_in_union.name_zh if link.decided_in_union else "",
        reason=link.reason,
    )


def _facts(link: OrgAccountLink, row: RegisteredOrganization | None) -> list[Fact]:
    """The public card in short; only the code when the register does not know the organization."""
    facts = [Fact("统一社会信用代码", link.uscc)]
    if row is not None:
        regions = directory.region_names([row.region_code])
        in_force = directory.rating_in_force(row, today())
        facts += [
            Fact("组织类型", OrgType.label_of(row.org_type)),
            Fact("登记状态", RegistrationStatus.label_of(row.registration_status)),
            Fact("登记机关", row.registration_authority),
            Fact("所在地区", regions.get(row.region_code, row.region_code)),
            Fact("评估等级", RatingGrade.label_of(row.rating_grade) if in_force else ""),
        ]
    return facts
