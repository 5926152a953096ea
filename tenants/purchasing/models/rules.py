"""The union's rules of purchase: the catalogue of a year, measures, indicator systems, template contracts. Source: E03-E15, Appendix C."""

from django.db import models
from django.db.models import F, Q

from commons.codelists.services import PurchaseCategory, ServiceField
from commons.kit.fields import CodeField
from commons.workflow.rows import Begun
from tenants.purchasing.enums import CatalogueChange, CatalogueScope, RuleKind, RuleState


class CatalogueItem(Begun):
    """One item of a year's purchase catalogue. Source: E05, E07, E39, PUR-21."""

    year = models.PositiveSmallIntegerField()
    category = CodeField(PurchaseCategory)
    field = CodeField(ServiceField)
    name = models.CharField(max_length=120)
    scope = CodeField(CatalogueScope, default=CatalogueScope.LABOUR_RELATIONS)
    change = CodeField(CatalogueChange, default=CatalogueChange.NEW)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["year", "name"], name="purchasing_catalogue_item")]

    def __str__(self) -> str:
        return f"{self.year} {self.name}"


class PurchaseRule(Begun):
    """
    One version of one rule. From its first use (`used_at`) its content never changes; a change is a new version.

    Shape of `content`: measures: {threshold: value} (see `rules.thresholds`); systems: {"items": [{code, name, weight, max, guide,
    is_satisfaction}], "pass_mark"}; templates: {"clauses": [{code, title, text, mandatory}]}; other kinds: {"text"}.
    """

    kind = CodeField(RuleKind)
    # Of its kind, from 1; attachments hold the signed document. `version` counts edits, for the optimistic lock.
    edition = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    doc_no = models.CharField(max_length=80, blank=True)
    content = models.JSONField(default=dict)
    state = CodeField(RuleState, default=RuleState.DRAFT)
    in_force_from = models.DateField(null=True, blank=True)
    in_force_until = models.DateField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "edition"], name="purchasing_rule_edition"),
            models.UniqueConstraint(
                fields=["kind"], condition=Q(state="in_force") & ~Q(kind="other"), name="purchasing_rule_one_in_force"
            ),
            models.CheckConstraint(
                condition=Q(in_force_until__isnull=True) | Q(in_force_until__gte=F("in_force_from")),
                name="purchasing_rule_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.edition}"
