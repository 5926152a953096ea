"""
What is public of a service project, as the body of an OCDS release.

One project is one contracting process; each round of its call is a lot. A body tells all that is public at its moment, so that a later
release only adds. What is not published by then is not read: drafts, sealed bids, bids before the publicity, experts, scores of
single experts, reasons of refusal, contacts, accounts. Table of the mapping: handbook/how-to/read-our-open-data.md.
"""

from __future__ import annotations

from decimal import Decimal

from commons.codelists.services import FundSource
from commons.hierarchy.models import TradeUnion
from commons.opendata.writing import moment, prefix
from tenants.purchasing.enums import BidState, BuyerKind, CallState, NoteKind, ProcurementMethod
from tenants.purchasing.models import Bid, Call, CallNote, FundingLine, ServiceProject
from tenants.purchasing.opendata import contracts
from tenants.purchasing.opendata.words import Facts, Parties, coded, day, filled, named, period, provider, union, value

METHODS = {
    ProcurementMethod.OPEN_CALL: "open",
    ProcurementMethod.INVITED: "selective",
    ProcurementMethod.NEGOTIATION: "limited",
    ProcurementMethod.DIRECT: "direct",
}
# From here on the result notice stands, and with it who bid and for how much.
RESULTS = (CallState.PUBLICISED, CallState.CONFIRMED, CallState.DONE)
LOST_CALLS = (CallState.FAILED, CallState.CANCELLED)
LOTS = {CallState.FAILED: "unsuccessful", CallState.CANCELLED: "cancelled"}
LOTS |= {CallState.CONFIRMED: "complete", CallState.DONE: "complete"}
_AWARDED = (BidState.WON, BidState.RESERVE, BidState.LOST, BidState.SCORED, BidState.QUALIFIED)


def ocid(buying: TradeUnion, project: ServiceProject) -> str:
    """'ocds-000000-430105-FW-2026-0012'."""
    return f"{prefix()}-{buying.code}-{project.number}"


def body(project: ServiceProject, buying: TradeUnion) -> Facts:
    """All that is public of `project` now: everything of a release but its id, date and tags."""
    parties = Parties()
    buyer = parties.add(_buyer(project, buying), "buyer", "procuringEntity")
    for position, one in enumerate(project.joint_buyers or [], start=1):
        parties.add(named(f"{project.number}-{position}", str(one.get("name", ""))), "buyer")
    calls = list(Call.objects.filter(project=project).exclude(state=CallState.DRAFT).order_by("round"))
    # A call that was dropped before anybody saw it has no day of publication.
    calls = [call for call in calls if call.published_on]
    planning = _planning(project, parties)
    tender = _tender(project, calls, buyer)
    bids, awards = _results(calls, parties)
    signed = contracts.told(project, parties, buyer)
    awards += signed.awards
    return filled(
        {
            "ocid": ocid(buying, project),
            "initiationType": "tender",
            "language": "zh",
            "parties": parties.told(),
            "buyer": buyer,
            "planning": planning,
            "tender": tender,
            "bids": bids,
            "awards": awards,
            "contracts": signed.contracts,
        }
    )


def _buyer(project: ServiceProject, buying: TradeUnion) -> Facts:
    if project.buyer_uscc and project.buyer_name:
        return coded(project.buyer_uscc, project.buyer_name)
    if project.buyer_kind == BuyerKind.UNIT and project.buyer_unit is not None:
        unit = project.buyer_unit
        return coded(unit.uscc, unit.name) if unit.uscc else named(f"{buying.code}-{unit.pk}", unit.name)
    return union(buying.code, buying.name_zh)


def _planning(project: ServiceProject, parties: Parties) -> Facts:
    lines = []
    for line in FundingLine.objects.filter(project=project).order_by("id"):
        party = named(f"fund-{line.pk}", line.from_union_name) if line.from_union_name else None
        lines.append(
            filled(
                {
                    "id": str(line.pk),
                    "description": str(FundSource.label_of(line.source)),
                    "amount": value(line.amount),
                    "sourceParty": parties.add(party, "funder") if party else {},
                }
            )
        )
    budget = {
        "id": project.number,
        "description": project.title,
        "amount": value(project.budget),
        "budgetBreakdown": lines,
    }
    met = {"status": "met", "dateMet": day(project.approved_on)} if project.approved_on else {"status": "scheduled"}
    approved = {"id": f"{project.number}-approval", "title": "立项", "type": "approval", **met}
    return filled({"rationale": project.summary, "budget": filled(budget), "milestones": [approved]})


def _tender(project: ServiceProject, calls: list[Call], buyer: Facts) -> Facts:
    if not calls:
        return {}
    last = calls[-1]
    notes = list(
        CallNote.objects.filter(call__in=calls, kind__in=[NoteKind.QUESTION, NoteKind.ADDENDUM]).order_by(
            "created_at", "id"
        )
    )
    asked = [note for note in notes if note.kind == NoteKind.QUESTION and note.answer]
    documents = [
        {
            "id": str(note.pk),
            "documentType": "clarifications",
            "title": "答疑",
            "description": f"问：{note.text}\n答：{note.answer}",
            "datePublished": moment(note.answered_at or note.created_at),
            "language": "zh",
            "relatedLots": [str(note.call.round)],
        }
        for note in asked
    ]
    amendments = [
        {
            "id": str(note.pk),
            "date": moment(note.created_at),
            "description": note.text,
            "relatedLots": [str(note.call.round)],
        }
        for note in notes
        if note.kind == NoteKind.ADDENDUM
    ]
    method = ProcurementMethod(last.method)
    return filled(
        {
            "id": project.number,
            "title": last.title,
            "description": last.text,
            "status": LOTS.get(CallState(last.state), "active"),
            "procuringEntity": buyer,
            "value": value(last.ceiling),
            "procurementMethod": METHODS[method],
            "procurementMethodDetails": method.label,
            "mainProcurementCategory": "services",
            "awardCriteria": "ratedCriteria",
            "awardCriteriaDetails": "评审组按评审指标体系评分，综合得分高者中标；得分相同的，已建工会的组织优先。",
            "submissionMethod": ["electronicSubmission"],
            "tenderPeriod": period(day(last.published_on), moment(last.bid_deadline) if last.bid_deadline else ""),
            "hasEnquiries": bool(asked),
            "contractPeriod": period(day(project.starts_on), day(project.ends_on, end=True)),
            "documents": documents,
            "amendments": amendments,
            "lots": [_lot(call) for call in calls],
        }
    )


def _lot(call: Call) -> Facts:
    title = "第一次招募" if call.round == 1 else f"第{call.round}次招募"
    told = {"id": str(call.round), "title": title, "status": LOTS.get(CallState(call.state), "active")}
    return {**told, "value": value(call.ceiling)}


def _results(calls: list[Call], parties: Parties) -> tuple[Facts, list[Facts]]:
    statistics, details, awards = [], [], []
    for call in calls:
        ended = call.state == CallState.FAILED or (
            call.state == CallState.CANCELLED and call.publicity_from is not None
        )
        if call.state not in RESULTS and not ended:
            continue
        lot = str(call.round)
        rows = list(Bid.objects.filter(call=call, provider__isnull=False).select_related("provider").order_by("id"))
        valid = [row for row in rows if row.state in _AWARDED]
        # Of a call that failed only how many there were is told, and what was proposed to be awarded before it did.
        for measure, count in (
            ("bids", len(rows)),
            ("validBids", len(valid)),
            ("bidders", len({b.provider_id for b in rows})),
        ):
            statistics.append({"id": f"{lot}-{measure}", "measure": measure, "value": count, "relatedLot": lot})
        awards += [_award(call, row, lot, parties) for row in rows if _came_of(call, row)]
        if not ended:
            details += [_bid(row, lot, parties) for row in rows]
    return filled({"statistics": statistics, "details": details}), awards


def _bid(row: Bid, lot: str, parties: Parties) -> Facts:
    assert row.provider is not None
    return filled(
        {
            "id": str(row.pk),
            "date": moment(row.submitted_at) if row.submitted_at else "",
            "status": "valid" if row.state in _AWARDED else "disqualified",
            "tenderers": [parties.add(provider(row.provider), "tenderer")],
            "value": value(row.total) if row.total is not None else {},
            "relatedLots": [lot],
        }
    )


def _came_of(call: Call, row: Bid) -> str:
    """
    What became of the award to a bid; '' where none was ever proposed.

    One that came to nothing stays told, as cancelled: a later release takes nothing away from what a record keeps.
    """
    if row.state == BidState.WON:
        return "active" if call.state in (CallState.CONFIRMED, CallState.DONE) else "pending"
    if call.state == CallState.PUBLICISED and row.state == BidState.SCORED and row.rank == 1:
        return "pending"
    given_up = row.state == BidState.LOST and row.confirmed_on is not None
    # Scored before: it was the first, and set aside while the result was publicised.
    set_aside = row.state == BidState.DISQUALIFIED and row.score is not None
    proposed = row.state == BidState.LOST and row.rank == 1 and call.state in LOST_CALLS and call.publicity_from
    return "cancelled" if given_up or set_aside or proposed else ""


def _award(call: Call, row: Bid, lot: str, parties: Parties) -> Facts:
    assert row.provider is not None
    confirmed = call.state in (CallState.CONFIRMED, CallState.DONE)
    amount: Decimal = row.award_amount if row.award_amount is not None else (row.total or Decimal(0))
    return filled(
        {
            "id": f"bid-{row.pk}",
            "title": call.title,
            "status": _came_of(call, row),
            "date": day(row.confirmed_on or (call.confirmed_on if confirmed else call.publicity_from)),
            "value": value(amount),
            "suppliers": [parties.add(provider(row.provider), "supplier")],
            "relatedBids": [str(row.pk)],
            "relatedLots": [lot],
        }
    )
