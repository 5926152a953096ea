"""Surveys, the one-time links of workers without accounts, and anonymous answers. Source: DOMAIN §2.6, SM-11; F02, Q25."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from commons.codelists.services import TargetGroup
from commons.kit.fields import CodeField
from commons.kit.ids import uuid7
from commons.workflow.rows import Begun
from tenants.needs.enums import AgeBand, LinkPurpose, SurveyMethod, SurveyState


class NeedSurvey(Begun):
    """
    One survey.

    Shape: `questions` = [{code, text, kind: single|multiple|scale|number|text, choices: [{code, text}], required, field}]; `summary` = what is
    published: counts per answer, cells under five left out. Both days inclusive.
    """

    title = models.CharField(max_length=120)
    intro = models.TextField(blank=True)
    year = models.PositiveSmallIntegerField()
    method = CodeField(SurveyMethod, default=SurveyMethod.ONLINE)
    target_groups = ArrayField(CodeField(TargetGroup), default=list, blank=True)
    region_code = models.CharField(max_length=9, blank=True)
    questions = models.JSONField(default=list)
    opens_on = models.DateField()
    closes_on = models.DateField()
    # The token of its open address, meant for posters and therefore no secret; "" = there are one-time links alone.
    open_token = models.CharField(max_length=64, blank=True)
    sample_target = models.PositiveIntegerField(default=0)
    closed_on = models.DateField(null=True, blank=True)
    report = models.TextField(blank=True)
    summary = models.JSONField(default=dict)
    state = CodeField(SurveyState, default=SurveyState.DRAFT)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(closes_on__gte=F("opens_on")), name="needs_survey_order"),
        ]
        indexes = [
            models.Index(fields=["-opens_on", "-id"], name="needs_survey_recent"),
            models.Index(fields=["open_token"], name="needs_survey_open"),
        ]

    def __str__(self) -> str:
        return self.title


class WorkerLink(models.Model):
    """
    A link (or its QR code) for a worker without an account; only its digest is kept, so an answer cannot be joined to whoever got it.

    `subject_id`: the survey, menu item, order or appeal it opens. Used up when `uses_left` is 0.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    purpose = CodeField(LinkPurpose)
    subject_id = models.UUIDField(null=True, blank=True)
    token_digest = models.CharField(max_length=64)
    unit_id = models.UUIDField(null=True, blank=True)
    uses_left = models.PositiveIntegerField(default=1)
    expires_at = models.DateTimeField()
    created_at = models.DateTimeField()
    created_by_id = models.UUIDField(null=True)
    created_by_name = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token_digest"], name="needs_link_token")]
        indexes = [models.Index(fields=["purpose", "subject_id"], name="needs_link_subject")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.subject_id}"


class SurveyResponse(models.Model):
    """
    One answer. No name, no phone, no link, no moment: `answered_on` is a day, and the key is random, so that neither order nor time tells who.

    Shape: `answers` = {question code: choice code | [codes] | number | text}. Source: F02; V6.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    survey = models.ForeignKey(NeedSurvey, on_delete=models.PROTECT, related_name="responses")
    answers = models.JSONField(default=dict)
    group = CodeField(TargetGroup, blank=True)
    age_band = CodeField(AgeBand, blank=True)
    industry = models.CharField(max_length=60, blank=True)
    street = models.CharField(max_length=60, blank=True)
    answered_on = models.DateField()
    on_paper = models.BooleanField(default=False)
    is_valid = models.BooleanField(default=True)

    class Meta:
        indexes = [models.Index(fields=["survey", "answered_on"], name="needs_response_survey")]

    def __str__(self) -> str:
        return str(self.id)
