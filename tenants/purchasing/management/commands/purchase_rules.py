"""manage.py purchase_rules: give every union what it lacks of the default rules of purchase. Safe to repeat."""

from typing import Any

from django.core.management.base import BaseCommand

from commons.hierarchy.models import TradeUnion
from commons.kit import clock
from commons.tenancy.door import inside
from tenants.purchasing import rule_defaults


class Command(BaseCommand):
    help = "为已开通的工会补齐预置的购买制度、指标体系和合同示范文本；可以重复执行。"

    def handle(self, *args: Any, **options: Any) -> None:
        made = 0
        for union in TradeUnion.objects.active().order_by("path"):
            with inside(union):
                made += rule_defaults.ensure(at=clock.now())
        self.stdout.write(f"补齐 {made} 份制度。")
