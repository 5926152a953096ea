"""Needs, and what they are gathered into. Source: DOMAIN §2.6, SM-12; F01, F04."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from commons.codelists.services import ServiceField, TargetGroup
from commons.kit.fields import CodeField
from commons.workflow.rows import Begun
from tenants.needs.enums import ClusterState, NeedSource, NeedState


class NeedCluster(Begun):
    """Needs of one field and year under one name; published, it is anonymous, and no count below five stands in it."""

    title = models.CharField(max_length=120)
    field = CodeField(ServiceField)
    year = models.PositiveSmallIntegerField()
    summary = models.TextField(blank=True)
    state = CodeField(ClusterState, default=ClusterState.DRAFT)
    published_on = models.DateField(null=True, blank=True)
    # As published, so that later needs change nothing that was read; a count below five is not there at all.
    published_needs = models.PositiveIntegerField(null=True, blank=True)
    published_persons = models.PositiveIntegerField(null=True, blank=True)
    published_groups = ArrayField(CodeField(TargetGroup), default=list, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["year", "title"], name="needs_cluster_title")]

    def __str__(self) -> str:
        return f"{self.year} {self.title}"


class Need(Begun):
    """
    One need, from whatever source. `origin_id` is the survey, order or appeal it came from; `project_id` the service project that adopted it.

    Units: persons; intensity, benefit and fit in marks of 1 to 5. Source: F01, E02.
    """

    serial = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    text = models.TextField(blank=True)
    source = CodeField(NeedSource)
    origin_id = models.UUIDField(null=True, blank=True)
    field = CodeField(ServiceField)
    groups = ArrayField(CodeField(TargetGroup), default=list, blank=True)
    street = models.CharField(max_length=60, blank=True)
    persons_estimate = models.PositiveIntegerField(default=0)
    intensity = models.PositiveSmallIntegerField(default=3)
    comparative_benefit = models.PositiveSmallIntegerField(default=3)
    fit_for_so = models.PositiveSmallIntegerField(default=3)
    year = models.PositiveSmallIntegerField()
    collected_on = models.DateField()
    sorted_on = models.DateField(null=True, blank=True)
    cluster = models.ForeignKey(NeedCluster, on_delete=models.SET_NULL, null=True, blank=True, related_name="needs")
    project_id = models.UUIDField(null=True, blank=True)
    adopted_on = models.DateField(null=True, blank=True)
    state = CodeField(NeedState, default=NeedState.COLLECTED)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["serial"], name="needs_need_serial"),
            models.CheckConstraint(
                condition=Q(intensity__gte=1, intensity__lte=5)
                & Q(comparative_benefit__gte=1, comparative_benefit__lte=5)
                & Q(fit_for_so__gte=1, fit_for_so__lte=5),
                name="needs_need_marks",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "field"], name="needs_need_state"),
            models.Index(fields=["project_id"], condition=Q(project_id__isnull=False), name="needs_need_project"),
            models.Index(fields=["-collected_on", "-id"], name="needs_need_recent"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def number(self) -> str:
        """XQ-00012."""
        return f"XQ-{self.serial:05d}"
