"""The filters of a list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from django_filters.filterset import FilterSet

from commons.access.actors import Actor

EMPTY = "全部"


class ListFilter(FilterSet):
    """
    A FilterSet that knows who asks. Labels are Chinese, `empty_label=EMPTY`.

    A filter with a hidden widget is pinned: part of the address (the bids *of this project*), kept when others are cleared
    and never part of a saved view. `prepare` sets choices that depend on the actor.
    """

    # Made by FilterSet's metaclass: the declared filters by name.
    base_filters: ClassVar[Mapping[str, Any]]

    def __init__(self, data: Mapping[str, Any] | None, *, queryset: QuerySet[Any], actor: Actor) -> None:
        super().__init__(data, queryset=queryset)  # type: ignore[no-untyped-call]
        self.actor = actor
        self.prepare(actor)

    def prepare(self, actor: Actor) -> None:
        """For subclasses: `self.filters["region"].extra["choices"] = …`."""

    @property
    def pinned(self) -> list[str]:
        return [name for name, field in self.form.fields.items() if field.widget.is_hidden]

    @property
    def active(self) -> dict[str, Any]:
        """The filters in force, pinned ones aside; one that is misshapen narrows nothing and shows its error."""
        self.form.is_valid()
        pinned = set(self.pinned)
        return {
            name: value
            for name, value in self.form.cleaned_data.items()
            if name not in pinned and value not in (None, "", [], ())
        }
