"""How pages write numbers, money, days and addresses, the same on every page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from django import template
from django.http import QueryDict
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

BEIJING = ZoneInfo("Asia/Shanghai")
NOTHING = "—"  # shown where there is no figure; a zero is a figure


def _decimal(value: object) -> Decimal | None:
    """Return the number in `value` (a money type gives its `amount`), or None when there is none."""
    value = getattr(value, "amount", value)
    if value is None or value == "" or isinstance(value, bool):
        return None
    try:
        number = value if isinstance(value, Decimal) else Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _grouped(number: Decimal, places: int | None) -> str:
    if places is None:
        text = f"{number:,f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return f"{number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP):,f}"


@register.filter
def intcomma_zh(value: object, places: int | None = None) -> str:
    """Write a number with thousands separators: 12,345. `places` fixes the decimals."""
    number = _decimal(value)
    return NOTHING if number is None else _grouped(number, places)


@register.filter
def wan(value: object) -> str:
    """
    Write an amount in 万元 with two decimals, without the unit (it stands in the heading).

    Units: `value` in 元.
    """
    number = _decimal(value)
    return NOTHING if number is None else _grouped(number / 10_000, 2)


@register.filter
def percent(value: object, places: int = 1) -> str:
    """
    Write a percentage: 45.0 → 45.0%.

    Units: `value` in per cent, not a fraction of one.
    """
    number = _decimal(value)
    return NOTHING if number is None else f"{_grouped(number, places)}%"


@register.filter
def change(value: object) -> SafeString:
    """Write a difference with its direction in sign, shape, colour and words."""
    number = _decimal(value)
    if number is None:
        return format_html('<span class="change change--none">{}</span>', NOTHING)
    if number == 0:
        return format_html('<span class="change change--flat">{}</span>', "持平")
    kind, word, arrow, sign = ("up", "增加", "▲", "+") if number > 0 else ("down", "减少", "▼", "−")
    return format_html(
        '<span class="change change--{}"><span class="visually-hidden">{}</span>'
        '<span aria-hidden="true">{}</span> {}{}</span>',
        kind,
        word,
        arrow,
        sign,
        _grouped(abs(number), None),
    )


@register.filter
def date_zh(value: dt.date | dt.datetime | None) -> str:
    """Write a day: 2026年11月21日. A moment is first taken to Beijing time."""
    if not value:
        return NOTHING
    if isinstance(value, dt.datetime) and value.tzinfo is not None:
        value = value.astimezone(BEIJING)
    return f"{value.year}年{value.month}月{value.day}日"


@register.filter
def when_zh(value: dt.datetime | None) -> str:
    """Write a moment in Beijing time: 2026-11-21 14:05."""
    if not value:
        return NOTHING
    if value.tzinfo is not None:
        value = value.astimezone(BEIJING)
    return f"{value:%Y-%m-%d %H:%M}"


@register.filter
def mask_phone(value: str | None) -> str:
    """Hide the middle of a telephone number; short numbers keep only their last two digits."""
    text = str(value or "").strip()
    if not text:
        return NOTHING
    if len(text) >= 11:
        return f"{text[:3]}{'*' * (len(text) - 7)}{text[-4:]}"
    return "*" * max(len(text) - 2, 2) + text[-2:]


@register.filter
def beside(columns: Sequence[object], cells: Iterable[object]) -> list[tuple[object, object]]:
    """Pair the columns of a table with the cells of one row."""
    return list(zip(columns, cells, strict=False))


_EMPTY_CELL: Mapping[str, object] = {"text": "", "url": "", "badge": "", "note": ""}


@register.filter
def told_beside(columns: Sequence[object], cells: Iterable[object]) -> list[dict[str, object]]:
    """
    Each cell of one row as {text, url, badge, note}, with the `label` of its column and whether that is `numeric`.

    All are there, and each is one thing: to ask a plain text for what it has not, or to take a pair apart, takes a template
    longer than all else of a long table.
    """
    return [
        {**_cell(cell), "label": _of(column, "label"), "numeric": _of(column, "numeric")}
        for column, cell in zip(columns, cells, strict=False)
    ]


def _cell(cell: object) -> Mapping[str, object]:
    if isinstance(cell, Mapping):
        return {**_EMPTY_CELL, **cell}
    if hasattr(cell, "text"):
        return {name: getattr(cell, name, "") for name in _EMPTY_CELL}
    return {**_EMPTY_CELL, "text": cell}


def _of(column: object, name: str) -> object:
    return column.get(name, "") if isinstance(column, Mapping) else getattr(column, name, "")


@register.simple_tag(takes_context=True)
def qs(context: Context, **changes: object) -> str:
    """Return this page's query string with some keys replaced; None or an empty text takes a key out."""
    request = context.get("request")
    query: QueryDict = request.GET.copy() if request is not None else QueryDict(mutable=True)
    for key, value in changes.items():
        if value is None or value == "":
            query.pop(key, None)
        else:
            query[key] = str(value)
    return f"?{query.urlencode()}"


SPARK_WIDTH, SPARK_HEIGHT, SPARK_EDGE = 96, 28, 3


@register.simple_tag
def sparkline(values: Sequence[float | int | Decimal | None]) -> SafeString | str:
    """Draw a small line of the values in order; gaps are skipped. Decoration only: the figures stand beside it."""
    points = [(index, float(value)) for index, value in enumerate(values) if value is not None]
    if len(points) < 2:
        return ""
    low, high = min(y for _, y in points), max(y for _, y in points)
    step = (SPARK_WIDTH - 2 * SPARK_EDGE) / (len(values) - 1)
    room = SPARK_HEIGHT - 2 * SPARK_EDGE

    def place(index: int, value: float) -> tuple[str, str]:
        level = (value - low) / (high - low) if high > low else 0.5
        return f"{SPARK_EDGE + index * step:.1f}", f"{SPARK_HEIGHT - SPARK_EDGE - level * room:.1f}"

    drawn = [place(index, value) for index, value in points]
    last_x, last_y = drawn[-1]
    return format_html(
        '<svg class="sparkline" viewBox="0 0 {} {}" width="{}" height="{}" aria-hidden="true" focusable="false">'
        '<polyline points="{}"/><circle cx="{}" cy="{}" r="2.5"/></svg>',
        SPARK_WIDTH,
        SPARK_HEIGHT,
        SPARK_WIDTH,
        SPARK_HEIGHT,
        " ".join(f"{x},{y}" for x, y in drawn),
        last_x,
        last_y,
    )


BADGE_TONES: Mapping[str, str] = {
    **dict.fromkeys(
        ("draft", "none", "archived", "merged", "ended", "expired", "done", "withdrawn", "closed"), "neutral"
    ),
    **dict.fromkeys(
        ("submitted", "applied", "parent_confirmed", "approved", "onboarding", "provisioning", "running"), "info"
    ),
    **dict.fromkeys(("recommended", "declared", "invited", "queued", "waiting", "pending", "claimed"), "info"),
    **dict.fromkeys(("active", "open", "granted", "verified", "succeeded", "confirmed"), "good"),
    **dict.fromkeys(("accepted", "final", "fulfilled", "paid", "won"), "good"),
    **dict.fromkeys(
        ("to_verify", "stale", "suspended", "partial", "leased", "retrying", "rectifying", "withheld"), "warn"
    ),
    **dict.fromkeys(("removed", "rejected", "refused", "revoked", "failed", "provision_failed", "parked"), "bad"),
}


@register.filter
def tone(state: object) -> str:
    """Return the colour family of a state code; a code not listed is neutral."""
    return BADGE_TONES.get(str(getattr(state, "value", state)).lower(), "neutral")


@register.simple_block_tag
def keep(content: str) -> str:
    """Render once, use more than once: {% keep as heading %}…{% endkeep %} for both the tab's title and the page's."""
    return content.strip() if not isinstance(content, SafeString) else SafeString(content.strip())


@register.filter
def chart_rows(data: Mapping[str, Sequence[object]]) -> list[tuple[object, tuple[object, ...]]]:
    """Turn a chart's {categories, series: [{name, values}]} into rows: (category, one value per series)."""
    columns = [series["values"] for series in data["series"]]  # type: ignore[index]
    return list(zip(data["categories"], zip(*columns, strict=True), strict=True))
