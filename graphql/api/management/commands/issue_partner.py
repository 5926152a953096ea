"""manage.py issue_partner NAME --root CODE: a client for a partner system; its secret is printed once."""

from __future__ import annotations

import json
from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from commons.access import partners
from commons.access.actors import system
from commons.access.models import PartnerClient
from commons.audit.recording import record
from commons.hierarchy import selectors as hierarchy
from commons.kit.clock import now
from commons.kit.errors import DomainError


class Command(BaseCommand):
    help = (
        "Issue a bearer token for a partner system: read-only, numbers and public cards of the subtree of --root. "
        "The token is printed once and kept only as a digest. --revoke ends the clients of that name and root."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="name of the partner system")
        parser.add_argument("--root", required=True, metavar="CODE", help="code of the topmost union it may read")
        parser.add_argument("--days", type=int, default=365, help="days until it expires (default 365)")
        parser.add_argument("--closed-only", action="store_true", help="numbers of closed reporting periods only (V10)")
        parser.add_argument("--revoke", action="store_true", help="revoke instead of issuing")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(
        self, *, name: str, root: str, days: int, closed_only: bool, revoke: bool, json: bool, **_options: object
    ) -> None:
        try:
            with transaction.atomic():
                answer = _revoke(name, root) if revoke else _issue(name, root, days, closed_only)
        except DomainError as problem:
            raise CommandError(f"{problem.code}: {_sentence(problem)}") from None
        self.stdout.write(_as_json(answer) if json else "\n".join(f"{key}: {value}" for key, value in answer.items()))


def _issue(name: str, root: str, days: int, closed_only: bool) -> dict[str, object]:
    by, at = system("issue_partner"), now()
    issued = partners.issue(
        name=name, root=hierarchy.by_code(root), days=days, reads_provisional=not closed_only, by=by, at=at
    )
    record("partner.issued", by=by, at=at, on=issued.client, union=issued.client.root, name=issued.client.name)
    return {
        "name": issued.client.name,
        "root": root,
        "closed_only": closed_only,
        "expires_at": issued.client.expires_at.isoformat(timespec="seconds"),
        "token": issued.token,
    }


def _revoke(name: str, root: str) -> dict[str, object]:
    by, at = system("issue_partner"), now()
    held = PartnerClient.objects.filter(name=name, root=hierarchy.by_code(root), revoked_at__isnull=True)
    clients = list(held.select_related("root"))
    for client in clients:
        partners.revoke(client=client, by=by, at=at)
        record("partner.revoked", by=by, at=at, on=client, union=client.root, name=client.name)
    return {"name": name, "root": root, "revoked": len(clients)}


def _sentence(problem: DomainError) -> str:
    problems = getattr(problem, "problems", None)
    return "；".join(text for texts in problems.values() for text in texts) if problems else problem.message


def _as_json(answer: dict[str, object]) -> str:
    return json.dumps(answer, ensure_ascii=False)
