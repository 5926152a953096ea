"""How far the numbers are behind the records."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from commons.hierarchy.models import TradeUnion
from commons.kit.clock import BEIJING
from commons.rollup import lag


class Command(BaseCommand):
    help = "Print the unfolded marks, the age of the oldest, the watermark, and the unions that cannot be folded."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        found = lag.measure()
        if options["json"]:
            self.stdout.write(json.dumps(found.as_json(), ensure_ascii=False))
            return
        self.stdout.write(f"{found.marks} unfolded marks in {found.unions} unions; oldest {found.oldest_age_s:.1f} s")
        if found.folded_until is None:
            self.stdout.write("nothing was ever folded: is manage.py fold_rollup running?")
        else:
            moment = found.folded_until.astimezone(BEIJING)
            self.stdout.write(f"folded until {moment:%Y-%m-%d %H:%M:%S}, {found.behind_s:.1f} s ago")
        codes = dict(TradeUnion.objects.filter(pk__in=[one.pk for one in found.unfolded]).values_list("pk", "code"))
        for one in found.unfolded:
            self.stdout.write(
                f"union {codes[one.pk]}: not folded since {one.since:%H:%M:%S}, {one.attempts} attempts: {one.error}"
            )
