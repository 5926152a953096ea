"""
The dashboard's page, kept between two folds: what has not changed is not computed twice.

A page is kept under everything that it depends on: the acting union and what its viewer may do (V1, V7, V9), the union
shown, the question, the last batch that was folded, and the tree. Rights are decided before, at each request.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.core.cache import cache
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from commons.access.actors import Actor
from commons.access.decisions import Decision
from commons.hierarchy.models import TradeUnion
from commons.rollup import selectors as rollup
from commons.web.frame import Crumb
from commons.web.numbers import dashboard, frame, freshness
from commons.web.numbers.frame import Frame
from commons.web.numbers.freshness import Freshness
from commons.web.numbers.question import Question

# What changes without a fold, such as the name of a union below, is seen after so long at the latest.
KEPT_S = 15
# How often an open page asks whether its numbers moved.
POLL_S = 1


@dataclass(frozen=True)
class Page:
    """The dashboard as it is sent: the frame, the finished body, and how fresh it is."""

    frame: Frame
    body: SafeString
    digest: str
    freshness: Freshness

    @property
    def seen(self) -> str:
        """What an open page tells us it already shows."""
        return f"{self.digest}.{self.freshness.minute}"

    @property
    def breadcrumbs(self) -> tuple[Crumb, ...]:
        return self.frame.breadcrumbs

    @property
    def poll_url(self) -> str:
        return f"{self.frame.here}{self.frame.question.query()}"


def page(actor: Actor, union: TradeUnion, question: Question, *, why: Decision) -> Page:
    """
    The page, made anew only if something that it shows may have changed.

    Raises: NotFound.
    """
    # Read before the figures: what is folded in between is kept under the batch before, and made anew after it.
    fresh = freshness.of(union)
    key = _key(actor, union, question, fresh, why)
    found: tuple[Frame, str, str] | None = cache.get(key)
    if found is None:
        found = _made(actor, union, question, fresh, why)
        cache.set(key, found, KEPT_S)
    kept, body, digest = found
    # Rendered by our own template, and escaped there.
    return Page(kept, mark_safe(body), digest, fresh)  # noqa: S308 - see above


def _made(
    actor: Actor, union: TradeUnion, question: Question, fresh: Freshness, why: Decision
) -> tuple[Frame, str, str]:
    near, question = frame.surroundings(actor, union, question)
    made = dashboard.build(actor, union, question, near, fresh)
    body = render_to_string("web/numbers/body.html", {"page": made})
    return frame.build(actor, union, question, near, why=why), str(body), made.digest


def _key(actor: Actor, union: TradeUnion, question: Question, fresh: Freshness, why: Decision) -> str:
    parts = (
        frame.acting_of(actor).pk,
        sorted(permission.value for permission in actor.permissions),
        actor.partner,
        why.rule.value,
        union.pk,
        union.name_zh,
        union.state,
        union.path,
        question.link,
        question.current_month,
        question.misread,
        rollup.edition(question.as_of),
        fresh.unfolded,
    )
    return "numbers:" + hashlib.sha256(repr(parts).encode()).hexdigest()
