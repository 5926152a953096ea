"""What an exported file is called."""

from datetime import datetime

from commons.hierarchy.models import TradeUnion
from commons.kit.clock import today


def file_name(union: TradeUnion, at: datetime) -> str:
    """'长沙市总工会社会组织台账-2026-11-22.xlsx'."""
    return f"{union.name_zh}社会组织台账-{today(at).isoformat()}.xlsx"
