"""How far figures may be relied on, in words: whether the period is closed, revised, or not complete. Source: R8, R9, SM-25."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from commons.rollup.selectors import Quality, Value

_TONES = {Quality.FINAL: "good", Quality.REVISED: "info", Quality.PROVISIONAL: "neutral", Quality.PARTIAL: "warn"}
_SAID = {
    Quality.FINAL: "本期已关账，数据不再变动。",
    Quality.REVISED: "本期关账后有过修订，显示的是最近一次修订的数。",
    Quality.PROVISIONAL: "本期还没有关账，数据可能继续变动。",
}


@dataclass(frozen=True)
class Standing:
    """A badge, and the sentence that belongs to it."""

    label: str
    tone: str
    text: str = ""


def of(value: Value | None) -> Standing | None:
    """The badge of one figure; None where there is none."""
    if value is None:
        return None
    quality = Quality(value.quality)
    return Standing(label(value), _TONES[quality], _SAID.get(quality, ""))


def label(value: Value) -> str:
    """'未关账', '已关账', '关账后修订（第 2 次）', '数据不全（缺 3 家）'."""
    quality = Quality(value.quality)
    if quality is Quality.PARTIAL and value.missing_unions:
        return f"{quality.label}（缺 {value.missing_unions} 家）"
    if quality is Quality.REVISED and value.revision:
        return f"{quality.label}（第 {value.revision} 次）"
    return quality.label


def of_all(values: Iterable[Value]) -> Standing:
    """The badge of a page: that of the figure that may be relied on least."""
    found = list(values)
    if not found:
        return Standing(Quality.PROVISIONAL.label, "neutral")
    worst = max(found, key=lambda value: (list(Quality).index(Quality(value.quality)), value.revision or 0))
    text = _SAID.get(Quality(worst.quality), "")
    if missing := max(value.missing_unions for value in found):
        text = f"全辖有 {missing} 家工会的数据未计入或未计全（停用、开通中或最新变动尚未汇总）。"
    return Standing(label(worst), _TONES[Quality(worst.quality)], text)
