"""Publish projects that were recorded before their steps were told: one release each, as they are now."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from commons.hierarchy.models import TradeUnion
from commons.kit.clock import now
from commons.opendata import feed
from tenants.purchasing.opendata.publishing import rebuild


class Command(BaseCommand):
    help = "补发采购公开数据：为没有发布记录的项目各发布一条。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--union", help="工会代码；不写则为全部已启用的工会。", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        unions = TradeUnion.objects.active().order_by("path")
        if options["union"]:
            unions = unions.filter(code=options["union"])
            if not unions:
                raise CommandError("没有这个工会，请检查代码。")
        made = sum(rebuild(union, at=now()) for union in unions)
        feed.number()
        self.stdout.write(f"已补发 {made} 条。")
