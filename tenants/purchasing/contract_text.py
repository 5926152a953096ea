"""
The text of a contract from its template: variables filled from the project, the award and the provider, deviations in their place.

The account stands in no stored value: it is put in when a document is made, and that is written down. Source: E15, Appendix C3.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from commons.documents import (
    Block,
    Clauses,
    Closing,
    Document,
    Paragraph,
    Party,
    Signatures,
    Table,
    chinese_date,
    filled,
    variables,
)
from tenants.purchasing.contract_terms import capital
from tenants.purchasing.contract_variables import VARIABLES
from tenants.purchasing.enums import ContractKind, MilestoneCondition
from tenants.purchasing.models import Contract, PaymentMilestone

ACCOUNT = "account"


@dataclass(frozen=True)
class Clause:
    """One clause as it will be signed. `template_text` is what the template says; they differ by `reason` alone."""

    code: str
    title: str
    text: str
    mandatory: bool
    template_text: str
    reason: str = ""

    @property
    def deviates(self) -> bool:
        return bool(self.reason)


def clauses(contract: Contract) -> list[Clause]:
    """The clauses of the contract in the order of its template; variables not filled yet."""
    content: dict[str, Any] = contract.template.content if contract.template is not None else {}
    other = {one["code"]: one for one in contract.deviations}
    made = []
    for one in content.get("clauses", []):
        deviation = other.get(one["code"])
        made.append(
            Clause(
                code=one["code"],
                title=one["title"],
                text=deviation["text"] if deviation else one["text"],
                mandatory=bool(one.get("mandatory")),
                template_text=one["text"],
                reason=deviation["reason"] if deviation else "",
            )
        )
    return made


def unapproved(contract: Contract) -> list[Clause]:
    """Deviations from mandatory clauses that nobody has approved. Source: SM-18, Appendix C3."""
    if contract.deviations_approved_at is not None:
        return []
    return [clause for clause in clauses(contract) if clause.mandatory and clause.deviates]


def asked(contract: Contract) -> set[str]:
    """The variables that the text asks for."""
    return set().union(*(variables(clause.text) for clause in clauses(contract)), set())


def unknown(text: str) -> list[str]:
    """
    The variables in a text that no contract has.

    Raises: TemplateInvalid.
    """
    return sorted(variables(text) - VARIABLES.keys())


def missing(contract: Contract, given: Mapping[str, str]) -> list[str]:
    """What the text asks for and neither the values `given` nor the provider's account say, in words."""
    given = {**given, ACCOUNT: contract.provider.bank_account}
    return [VARIABLES.get(name, name) for name in sorted(asked(contract)) if not str(given.get(name, "")).strip()]


def readable(contract: Contract, given: Mapping[str, str]) -> list[Clause]:
    """The clauses as a page shows them: with the values `given`, and in brackets what is not known yet."""

    def shown(text: str) -> str:
        return filled(text, {name: given.get(name) or f"【{VARIABLES.get(name, name)}】" for name in variables(text)})

    return [replace(one, text=shown(one.text), template_text=shown(one.template_text)) for one in clauses(contract)]


def values(
    contract: Contract, parts: Sequence[PaymentMilestone], *, buyer: str, supervised: str = ""
) -> dict[str, str]:
    """The value of each variable; empty where nothing is known."""
    project, provider = contract.project, contract.provider
    starts = chinese_date(contract.starts_on) if contract.starts_on else ""
    ends = chinese_date(contract.ends_on) if contract.ends_on else ""
    told = {
        "contract_number": contract.number,
        "buyer": contract.buyer_name or buyer,
        "buyer_uscc": contract.buyer_uscc,
        "provider": provider.name,
        "provider_uscc": provider.uscc,
        "provider_contact": provider.contact_name,
        "project": project.title if project else contract.title,
        "project_number": project.number if project else "",
        "content": (project.summary if project else "") or contract.title,
        "starts_on": starts,
        "ends_on": ends,
        "period": f"{starts}至{ends}" if starts and ends else "",
        "target_person_times": _count(project.target_person_times if project else 0, "人次"),
        "target_persons": _count(project.target_persons if project else 0, "人"),
        "target_sessions": _count(project.target_sessions if project else 0, "场次"),
        "price": f"{contract.amount:,.2f}",
        "price_capital": capital(contract.amount),
        "milestones": "；".join(_milestone(one) for one in parts),
        "bank_name": provider.bank_name,
        "reports_due": "每季度结束后十日内提交进展报告，结项前提交经费决算报告",
        "supervised_provider": supervised,
    }
    wanted = ("target_person_times", "target_persons", "target_sessions")
    told["targets"] = "、".join(f"{VARIABLES[name].removesuffix('目标')}{told[name]}" for name in wanted if told[name])
    return told


def document(
    contract: Contract, parts: Sequence[PaymentMilestone], *, given: Mapping[str, str], account: str, author: str
) -> Document:
    """
    The contract as it is printed and signed, with the values `given`.

    Raises: VariablesMissing naming all that are missing.
    """
    given = {**given, ACCOUNT: account}
    text = clauses(contract)
    filled("\n".join(clause.text for clause in text), given, known=VARIABLES)
    buyer, provider = given["buyer"], given["provider"]
    sides = ("委托方", "监管方") if contract.kind == ContractKind.SUPERVISION else ("购买方", "承接方")
    made: list[Block] = [
        Paragraph(f"甲方（{sides[0]}）：{buyer}", indent=False),
        Paragraph(f"乙方（{sides[1]}）：{provider}", indent=False),
        Clauses([f"{clause.title}　{filled(clause.text, given)}" for clause in text if clause.text.strip()]),
    ]
    if parts:
        made.append(
            Table(
                headings=("序号", "付款条件", "比例", "金额（元）", "计划日期"),
                rows=[
                    (
                        str(one.no),
                        MilestoneCondition(one.condition).label,
                        f"{one.share.normalize():f}%",
                        f"{one.amount:,.2f}",
                        one.planned_on.isoformat(),
                    )
                    for one in parts
                ],
                widths=(1, 3, 2, 3, 3),
                numeric=frozenset({3}),
                caption="付款节点",
            )
        )
    if deviations := [clause for clause in text if clause.deviates]:
        made.append(Paragraph("与示范文本不一致的条款", bold=True))
        made += [Paragraph(f"{clause.title}：{clause.reason}") for clause in deviations]
    made.append(Signatures([Party(f"甲方（盖章）：{buyer}"), Party(f"乙方（盖章）：{provider}")]))
    if contract.signed_on is not None:
        made.append(Closing([chinese_date(contract.signed_on)]))
    title = ContractKind(contract.kind).label
    if contract.amends_id is not None:
        title = f"{title}补充协议"
    return Document(title=title, blocks=made, number=contract.number, author=author)


def _count(number: int, unit: str) -> str:
    return f"{number:,}{unit}" if number else ""


def _milestone(one: PaymentMilestone) -> str:
    condition = MilestoneCondition(one.condition)
    when = one.planned_on.isoformat() if condition is MilestoneCondition.DATE else condition.label
    return f"第{one.no}期：{when}后支付{one.share.normalize():f}%，计{one.amount:,.2f}元"
