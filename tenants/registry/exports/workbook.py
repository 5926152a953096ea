"""The exported sheet: written row by row, with text that no spreadsheet program runs as a formula."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import islice

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from commons.access.actors import Actor
from commons.files import cells
from tenants.registry.columns import Column
from tenants.registry.exports.columns import Around, value_of
from tenants.registry.models import OrgYearFact, SocialOrganization
from tenants.registry.models.organization import SocialOrganizationQuerySet
from tenants.registry.selectors.organizations import with_grade

CHUNK = 1000


def written(
    rows: SocialOrganizationQuerySet,
    columns: Sequence[Column],
    *,
    actor: Actor,
    today: date,
    progress: Callable[[int], None] = lambda done: None,
) -> tuple[bytes, int]:
    """The workbook and how many rows it holds; `progress` is told after each thousand."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("社会组织台账")
    sheet.freeze_panes = "C2"
    for index, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = max(12, 2 * len(column.label) + 4)
    heading = [WriteOnlyCell(sheet, value=column.label) for column in columns]
    for one in heading:
        one.font = Font(bold=True)
    sheet.append(heading)
    done = 0
    for part in _parts(with_grade(rows, today).iterator(chunk_size=CHUNK)):
        around = Around(actor, today, _staff(part, today))
        for row in part:
            sheet.append([cells.cell(sheet, value_of(row, column.name, around)) for column in columns])
        done += len(part)
        progress(done)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue(), done


def _parts(rows: Iterator[SocialOrganization]) -> Iterator[list[SocialOrganization]]:
    while part := list(islice(rows, CHUNK)):
        yield part


def _staff(part: list[SocialOrganization], today: date) -> dict[object, int]:
    """The staff of this year, or of last year, for each row."""
    facts = OrgYearFact.objects.filter(organization__in=part, year__in=[today.year, today.year - 1])
    return dict(facts.order_by("year").values_list("organization_id", "staff"))
