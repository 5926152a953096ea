"""The fonts of documents: fetched at build time, read once per process, embedded in part."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from threading import Lock

from django.conf import settings
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

from commons.documents.errors import FontsMissing, GlyphsMissing

REGULAR, BOLD = "NotoSerifSC-Regular", "NotoSerifSC-Bold"
_one_at_a_time = Lock()


@contextmanager
def held(texts: Iterable[str]) -> Iterator[None]:
    """
    The fonts for one document with these texts; others wait, since cutting a subset out of a font moves its reader.

    Raises: FontsMissing; GlyphsMissing naming what the fonts cannot show.
    """
    with _one_at_a_time:
        known = _characters(Path(settings.DOCUMENT_FONTS))
        lacking = sorted({char for text in texts for char in text if char != "\n" and ord(char) not in known})
        if lacking:
            raise GlyphsMissing(characters="、".join(f"“{char}”（U+{ord(char):04X}）" for char in lacking[:20]))
        yield


@lru_cache(maxsize=1)
def _characters(folder: Path) -> frozenset[int]:
    """The characters that both weights have; they are registered on the way."""
    known: list[set[int]] = []
    for name in (REGULAR, BOLD):
        try:
            font = TTFont(name, str(folder / f"{name}.ttf"))
        except (TTFError, OSError) as missing:
            raise FontsMissing() from missing
        pdfmetrics.registerFont(font)
        known.append(set(font.face.charToGlyph))
    return frozenset(set.intersection(*known))
