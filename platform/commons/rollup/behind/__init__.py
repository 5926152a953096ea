"""
What a figure is made of: the rows a viewer may read, and how much of it stands in rows they may not.

Shown and hidden together are the figure, always. The single front of this split room.
"""

from commons.rollup.behind.figure import Behind, Question, Reach, behind, described, of_part
from commons.rollup.behind.kinds import Kind, Row, register
from commons.rollup.behind.parts import Part, Which, Window, parts_of
from commons.rollup.behind.seen import Seen

__all__ = [
    "Behind",
    "Kind",
    "Part",
    "Question",
    "Reach",
    "Row",
    "Seen",
    "Which",
    "Window",
    "behind",
    "described",
    "of_part",
    "parts_of",
    "register",
]
