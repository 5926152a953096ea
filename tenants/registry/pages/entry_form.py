"""The form of an entry, made from its declaration: the form carries what was typed, the rules are those of `validation`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms

from commons.kit import clock
from commons.web.widgets import SuggestingInput, day_input
from tenants.registry.fields import FIELDS, EntryField, Kind, Section
from tenants.registry.validation import entry_problems


class EntryForm(forms.Form):
    """
    Every field of an entry, grouped by `sections`.

    What cannot be read stays in its box, with the sentence that says why. `version` is that of the entry that was read.
    """

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    use_required_attribute = False

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        initial: Mapping[str, Any] | None = None,
        regions: Sequence[tuple[str, str]] = (),
        complete: bool = False,
        without: frozenset[str] = frozenset(),
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        self.complete = complete
        for field in FIELDS:
            if field.name not in without:
                self.fields[field.name] = _form_field(field, regions, complete)

    @property
    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields by section, for the template."""
        return [
            (
                section.label,
                [self[field.name] for field in FIELDS if field.section is section and field.name in self.fields],
            )
            for section in Section
        ]

    def entry(self) -> dict[str, object]:
        """What was typed, by field."""
        return {field.name: self[field.name].data for field in FIELDS if field.name in self.fields}

    def clean(self) -> dict[str, Any]:
        for name, sentences in entry_problems(self.entry(), complete=self.complete, today=clock.today()).items():
            if name in self.fields and name not in self.errors:
                for sentence in sentences:
                    self.add_error(name, sentence)
        return self.cleaned_data


def shown(field: EntryField, value: object) -> object:
    """A stored value as the form's box holds it."""
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if field.kind is Kind.CHOICE and value else value


def _form_field(field: EntryField, regions: Sequence[tuple[str, str]], complete: bool) -> forms.Field:
    required = field.required or (complete and field.required_for_ledger)
    verb = "选择" if field.choices is not None else "填写"
    options: dict[str, Any] = {
        "label": field.label,
        "help_text": field.help,
        "required": required,
        "error_messages": {"required": f"请{verb}{field.label}。"},
    }
    match field.kind:
        case Kind.CHOICES if field.choices is not None:
            return forms.Field(widget=forms.CheckboxSelectMultiple(choices=field.choices.choices()), **options)
        case Kind.CHOICE if field.choices is not None:
            return forms.CharField(widget=forms.Select(choices=[("", "请选择"), *field.choices.choices()]), **options)
        case Kind.BOOL:
            return forms.BooleanField(**{**options, "required": False})
        case Kind.LONG_TEXT:
            return forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), **options)
        case Kind.DATE:
            return forms.CharField(widget=day_input(), **options)
        case Kind.REGION:
            return forms.CharField(widget=SuggestingInput(regions), **options)
        case Kind.INT:
            return forms.CharField(widget=forms.TextInput(attrs={"inputmode": "numeric"}), **options)
        case Kind.PHONE:
            return forms.CharField(widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}), **options)
    return forms.CharField(widget=forms.TextInput(attrs={"autocomplete": "off"}), **options)
