"""
One figure, taken apart for one viewer.

What the acting union's own records say is read in the same view of the database as what is stored of all others, so that
figure, shown and hidden agree also while the latest changes are not folded yet. Source: V1, V5, V10, V11, V13; R6.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from commons.access.actors import Actor
from commons.access.decisions import Rule, refused
from commons.access.policies import may_see_numbers
from commons.hierarchy.enums import Line
from commons.hierarchy.models import Ancestry, TradeUnion
from commons.kit.errors import NotFound
from commons.kit.labels import Code
from commons.rollup import selectors
from commons.rollup.behind import organizations, reading, unions
from commons.rollup.behind.kinds import Kind, Row, kind_of
from commons.rollup.behind.parts import Part, Which
from commons.rollup.behind.seen import Found, Seen
from commons.rollup.cells import Table
from commons.rollup.declaration import Indicator
from commons.rollup.enums import Place, Scope
from commons.rollup.selectors import Lens, table_of
from commons.rollup.values import ZERO, Value
from commons.rollup.verify.rounds import snapshot
from commons.tenancy import door


class Reach(Code):
    """Whose rows a figure has, as seen by the viewer."""

    OWN = "own", "本级的记录", "Records of the acting union"
    ELSEWHERE = "elsewhere", "其他工会的记录", "Records of other unions"
    UNIONS = "unions", "各工会", "The unions themselves"


@dataclass(frozen=True)
class Question:
    """Which figure. `item` of `dim`, or both '' for the total."""

    union: TradeUnion
    indicator: Indicator
    part: Part
    scope: Scope
    dim: str = ""
    item: str = ""
    line: Line = Line.REGIONAL


@dataclass(frozen=True)
class Behind:
    """
    A figure and what it is made of: figure = shown + hidden, exactly.

    `shown` are the readable rows in their order, each with what it adds; `hidden_here` stands in rows of the acting
    union that the viewer may not read, `hidden_below` in other unions. `published` is what the pages of numbers show, up to
    `watermark`; the figure may be newer. Where `suppressed` (V9) there is nothing of all this.
    """

    question: Question
    reach: Reach
    published: Decimal | None
    watermark: datetime | None
    suppressed: bool = False
    figure: Decimal | None = None
    shown: tuple[Seen, ...] = ()
    hidden_here: Decimal = ZERO
    hidden_rows: int = 0
    kind: Kind | None = field(default=None, compare=False)

    @property
    def shown_amount(self) -> Decimal:
        return sum((row.amount for row in self.shown), ZERO)

    @property
    def inside(self) -> Decimal:
        """Of transfers among the rows shown: what stays inside the subtree and so vanishes from the figure (R6)."""
        return sum((row.inside for row in self.shown), ZERO)

    @property
    def hidden(self) -> Decimal:
        return ZERO if self.figure is None else self.figure - self.shown_amount

    @property
    def hidden_below(self) -> Decimal:
        return self.hidden - self.hidden_here

    @property
    def is_newer(self) -> bool:
        """Whether the figure counts changes that the pages of numbers do not show yet."""
        return self.figure is not None and self.figure != (self.published or ZERO)


def behind(actor: Actor, question: Question) -> Behind:
    """
    The figure as it stands now, its readable rows and the rest.

    Raises: NotFound outside the actor's subtree; Refused for partners, who have no rows (V10).
    """
    if actor.partner:
        refused(Rule.V10).require()
    if not may_see_numbers(actor, question.union):
        raise NotFound()
    with snapshot():
        return _taken_apart(actor, question)


def described(actor: Actor, found: Behind, rows: Sequence[Seen]) -> Mapping[str, Row]:
    """What some of the shown rows say, by their keys."""
    if found.kind is None or not rows:
        return {}
    return found.kind.described(actor, [row.key for row in rows])


def _taken_apart(actor: Actor, question: Question) -> Behind:
    union, part = question.union, question.part
    public = part.measure.family.place is Place.PUBLIC
    mine = not public and _is_at_home(actor, union)
    reach = Reach.UNIONS if public else Reach.OWN if mine else Reach.ELSEWHERE
    told = _published(actor, question)
    published = of_part(told, question.indicator, part.which)
    watermark = selectors.watermark(union)
    if told.suppressed:
        return Behind(question, reach, None, watermark, suppressed=True)
    table = table_of([union], question.scope, Lens(line=question.line))
    window = part.window(question.dim, question.item)
    stored = reading.figure(table, union, part, window)
    line = table.line_of(union.pk)
    if public:
        shown = unions.counted(actor, union, part, window, scope=question.scope, line=line)
        return Behind(question, reach, published, watermark, figure=stored, shown=shown, kind=unions.KIND)
    if not mine or (question.scope is Scope.SUBTREE and not _stands_on(union, line)):
        return Behind(question, reach, published, watermark, figure=stored, kind=kind_of(part.measure))
    if part.measure.is_distinct:
        found = organizations.found(actor, union, part, window, below=line if question.scope is Scope.SUBTREE else None)
    else:
        found = _additive(actor, question, table)
    return Behind(
        question,
        reach,
        published,
        watermark,
        figure=stored + found.newer,
        shown=tuple(found.shown),
        hidden_here=found.hidden,
        hidden_rows=found.hidden_rows,
        kind=kind_of(part.measure),
    )


def _is_at_home(actor: Actor, union: TradeUnion) -> bool:
    """Rows are read in the acting union's own schema and nowhere else. Source: V14."""
    here = door.current()
    return actor.union is not None and actor.union.pk == union.pk and here is not None and here.pk == union.pk


def _stands_on(union: TradeUnion, line: Line) -> bool:
    if line is not Line.INDUSTRIAL:
        return True
    return Ancestry.objects.filter(union=union, ancestor=union, line=line).exists()


def _published(actor: Actor, question: Question) -> Value:
    """The figure as the pages of numbers and the API tell it to this actor."""
    span = question.part.span
    if question.part.which is Which.DENOMINATOR and (back := question.indicator.against_months):
        span = type(span)(span.kind, span.first + back, span.last + back)
    told = selectors.values(
        actor,
        unions=[question.union],
        indicators=[question.indicator.code],
        span=span,
        scope=question.scope,
        by=question.dim or None,
        lens=Lens(line=question.line),
    )
    for value in told:
        if value.item == question.item:
            return value
    raise NotFound()


def of_part(told: Value, indicator: Indicator, which: Which) -> Decimal | None:
    """What a value says of one part; of a growth rate's numerator what stands now, not the difference."""
    match which:
        case Which.TOTAL:
            return told.value
        case Which.DENOMINATOR:
            return told.denominator
        case Which.NUMERATOR:
            if indicator.against_months and told.numerator is not None and told.denominator is not None:
                return told.numerator + told.denominator
            return told.numerator


def _additive(actor: Actor, question: Question, table: Table) -> Found:
    union, part = question.union, question.part
    measure, kind = part.measure, kind_of(part.measure)
    window = part.window(question.dim, question.item)
    line = table.line_of(union.pk) if question.scope is Scope.SUBTREE else None
    rows = reading.additive(measure, kind, window, node=(union.pk, line.value) if line else None)
    stored = reading.figure(Table("own"), union, part, window)
    if measure.is_transfer and line is not None:
        stored -= reading.stored_inside(union, measure, window, line=line.value)
    found = Found(newer=sum((row.amount for row in rows), ZERO) - stored)
    by_key = {row.row: row for row in rows}
    readable = kind.readable(actor, [row for row in by_key if row], window) if kind else []
    for key in readable:
        if (row := by_key.pop(key, None)) and (row.amount or row.inside):
            found.shown.append(Seen(key, row.amount, row.inside, row.amount + row.inside))
    for row in by_key.values():
        found.hide(row.amount)
    return found
