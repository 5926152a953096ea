"""What a fresh process knows of the declared newcomer, as JSON: `python -m tests.commons.rollup.newcomer`."""

import json
import logging
import sys
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import django
from django.test.utils import setup_test_environment


def main() -> dict[str, Any]:
    django.setup()
    logging.disable(logging.CRITICAL)
    setup_test_environment()
    from django.core.checks import run_checks
    from django.db import connection
    from django.test import Client
    from openpyxl import load_workbook

    from api.kit.documents import schema
    from commons.hierarchy.models import TradeUnion
    from commons.kit.clock import now
    from commons.people.enums import Role
    from commons.rollup import dossier, handbook
    from commons.rollup.folder import Folder
    from commons.rollup.verify import verify
    from commons.tenancy import upgrade
    from commons.tenancy.door import inside
    from tenants.registry.enums import ImportState
    from tenants.registry.models import ImportBatch
    from tests.commons.rollup.newcomer.apps import declared
    from tests.factories import people

    [found] = declared()
    told: dict[str, Any] = {"checks": [str(one.id) for one in run_checks(databases=["default"])]}
    upgraded = upgrade.everything(at=now())
    told["upgraded"] = [upgraded.upgraded == TradeUnion.objects.count(), upgraded.failed]

    with inside(TradeUnion.objects.get(code="430105")), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM marks_mark WHERE family = 'imports'")
        told["marked by declaring"] = cursor.fetchone()
    Folder().sweep()
    for code, state in (("430105", ImportState.DONE), ("430105", ImportState.FAILED), ("440304", ImportState.DONE)):
        with inside(TradeUnion.objects.get(code=code)):
            moment = datetime(2026, 10, 31, 16, 30, tzinfo=UTC)
            ImportBatch.objects.create(state=state, created_at=moment, finished_at=moment)
    Folder().sweep()
    told["differences"] = len(verify().differences)

    actor = people.actor("430000", Role.LEADER)
    client = Client()
    client.force_login(actor.user, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get("/u/430000/numbers?period=2026-11").content.decode()
    told["tile"] = [found.zh in page, found.code in page]
    glossary = client.get("/u/430000/numbers/definitions").content.decode()
    told["glossary"] = [f'id="{found.code}"' in glossary, found.definition in glossary, found.date_rule in glossary]
    book = load_workbook(BytesIO(client.get("/u/430000/numbers.xlsx?period=2026-11").content))
    told["xlsx"] = {
        "figure": [row[1] for row in book["关键数据"].iter_rows(values_only=True) if row[0] == found.zh],
        "column": [f"{found.zh}（{found.unit}）" in next(book[sheet].values) for sheet in ("下级工会", "趋势")],
        "definition": [row[3] for row in book["口径说明"].iter_rows(values_only=True) if row[0] == found.code],
    }
    name = found.code.replace("-", "_")
    members: Any = schema().get_type("IndicatorCode")
    told["enum"] = members.values[name].description
    query = f'{{ union(code: "430000") {{ rollup(indicators: [{name}], period: "2026-11") {{ indicator value }} }} }}'
    answer = client.get("/graphql", {"query": query}, headers={"accept": "application/json"}).json()
    told["graphql"] = answer.get("data")
    told["handbook"] = f"### {found.code} {found.zh} / {found.en}" in handbook.page()
    told["waits"] = found.code in {one.code for one in dossier.waiting()}
    return told


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(), ensure_ascii=False))
