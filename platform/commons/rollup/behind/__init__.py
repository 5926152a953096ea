"""
What a figure is made of: the rows a viewer may read, and how much of it stands in rows they may not.

Shown and hidden together are the figure, always. The single front of this split room.
"""

from commons.rollup.behind.figure import Behind, Question, Seen, behind, described
from commons.rollup.behind.kinds import Kind, Row, register
from commons.rollup.behind.parts import Part, Which, Window, parts_of

__all__ = [
    "Behind",
    "Kind",
    "Part",
    "Question",
    "Row",
    "Seen",
    "Which",
    "Window",
    "behind",
    "described",
    "parts_of",
    "register",
]
