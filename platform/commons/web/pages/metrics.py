"""/metrics: how the platform is doing, in the text format of Prometheus, for whoever holds the token."""

from __future__ import annotations

import hmac
import ipaddress
import platform
from collections.abc import Iterable, Iterator

import django
from django.conf import settings
from django.db.models import Count, Min
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from commons.accounts.addresses import client_address
from commons.hierarchy.enums import UnionState
from commons.hierarchy.models import TradeUnion
from commons.jobs.enums import JobState
from commons.jobs.models import Job
from commons.kit.clock import now
from commons.kit.errors import NotFound
from commons.quality import selectors as quality
from commons.rollup.models import UnfoldedUnion, Watermark
from commons.rollup.verify import last_run
from commons.tenancy.models import Template


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """
    Counts and ages only, no name of a union or person. To anybody else the address looks absent.

    With METRICS_TOKEN set, it must be borne; without, only this machine itself is answered.
    """
    if not _may_read(request):
        raise NotFound()
    registry = CollectorRegistry()
    registry.register(Platform())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class Platform(Collector):
    """The state of the platform at the moment of asking, read from `public`."""

    def collect(self) -> Iterable[Metric]:
        yield _info()
        yield from _rollup()
        yield from _verified()
        yield _quality()
        yield from _jobs()
        yield from _unions()


def _info() -> Metric:
    labels = {"python": platform.python_version(), "django": django.get_version()}
    family = GaugeMetricFamily("platform_info", "Versions in use; always 1.", labels=list(labels))
    family.add_metric(list(labels.values()), 1)
    return family


def _rollup() -> Iterator[Metric]:
    at = now()
    watermark = Watermark.objects.first()
    if watermark is not None and watermark.folded_until is not None:
        lag = max(0.0, (at - watermark.folded_until).total_seconds())
        yield GaugeMetricFamily("rollup_lag_seconds", "Age of the newest moment up to which all is counted.", value=lag)
    behind = UnfoldedUnion.objects.aggregate(n=Count("pk"), since=Min("since"))
    yield GaugeMetricFamily("rollup_unfolded_unions", "Unions whose marks could not be folded.", value=behind["n"])
    oldest = (at - behind["since"]).total_seconds() if behind["since"] else 0
    yield GaugeMetricFamily("rollup_oldest_unfolded_seconds", "How long the first has been behind.", value=oldest)


def _verified() -> Iterator[Metric]:
    last = last_run()
    if last is not None and last.finished_at is not None:
        age = max(0.0, (now() - last.finished_at).total_seconds())
        yield GaugeMetricFamily("rollup_verified_age_seconds", "Since the last recount of everything.", value=age)
        yield GaugeMetricFamily("rollup_differences", "Wrong figures that it found.", value=last.differences)


def _quality() -> Metric:
    family = GaugeMetricFamily("data_quality_tickets", "Odd figures that are not resolved, by state.", labels=["state"])
    for state, count in quality.waiting_in_all().items():
        family.add_metric([state.value], count)
    return family


def _jobs() -> Iterator[Metric]:
    counted = dict(Job.objects.order_by().values_list("state").annotate(n=Count("pk")))
    family = GaugeMetricFamily("jobs", "Jobs by state.", labels=["state"])
    for state in JobState:
        family.add_metric([state.value], counted.get(state.value, 0))
    yield family
    due = Job.objects.filter(state=JobState.QUEUED, run_after__lte=now()).aggregate(first=Min("run_after"))["first"]
    waited = (now() - due).total_seconds() if due else 0
    yield GaugeMetricFamily("jobs_oldest_due_seconds", "How long the oldest due job has waited.", value=waited)


def _unions() -> Iterator[Metric]:
    counted = dict(TradeUnion.objects.order_by().values_list("state").annotate(n=Count("pk")))
    family = GaugeMetricFamily("unions", "Unions by state.", labels=["state"])
    for state in UnionState:
        family.add_metric([state.value], counted.get(state.value, 0))
    yield family
    current = Template.objects.filter(is_current=True).values("fingerprint")
    stale = TradeUnion.objects.exclude(schema_fingerprint="").exclude(schema_fingerprint__in=current).count()
    yield GaugeMetricFamily("schemas_stale", "Unions whose schema is not of the current shape.", value=stale)


def _may_read(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        borne = request.headers.get("Authorization", "")
        return hmac.compare_digest(borne.encode(), f"Bearer {settings.METRICS_TOKEN}".encode())
    return ipaddress.ip_address(client_address(request)).is_loopback
