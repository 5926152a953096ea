"""
The objects of a union on which other things hang: a register that features fill in `AppConfig.ready()`.

Files, comments and notices know no feature; who may see an object, where its page is and what it is called is asked here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import models

from commons.access.actors import Actor
from commons.access.decisions import Decision, refused
from commons.access.policies import Policy
from commons.kit.errors import NotFound
from commons.people.enums import Role
from commons.tenancy.acting import stands_in_own_union

M = TypeVar("M", bound=models.Model)

# Reviewers, supervisors and organizations come from outside: they have no part in what colleagues say to each other.
COLLEAGUES = frozenset({Role.UNION_ADMIN, Role.UNION_STAFF, Role.LEADER})


@dataclass(frozen=True)
class Owned(Generic[M]):
    """
    What a feature says of one kind of object. Subclass it where the rules are finer.

    `label` is what the kind is called; `page` names the address of the object's page, with the parts `union_code` and `pk`.
    """

    policy: Policy[M]
    label: str
    page: str

    @property
    def kind(self) -> str:
        return str(self.policy.model._meta.label_lower)

    def title(self, row: M) -> str:
        """What a notice calls the object: a name or a number, nothing personal, sealed or confidential."""
        return str(row)

    def may_view(self, actor: Actor, row: M) -> Decision:
        return self.policy.may_on(actor, row)

    def may_discuss(self, actor: Actor, row: M) -> Decision:
        """Read and write internal comments: the union's own people who may view the object. Source: DOMAIN §4.2."""
        return self.may_view(actor, row) if is_colleague(actor) else refused()

    def discussants(self, actors: Iterable[Actor], row: M) -> list[Actor]:
        """
        Who of `actors` is offered to be mentioned: judged by permission, without a question for each of them.

        Where a permission alone opens no object, override it. Whoever is mentioned is judged by `may_discuss` again.
        """
        return [actor for actor in actors if is_colleague(actor) and self.policy.may(actor)]


_owned: dict[str, Owned[Any]] = {}


def register(*owned: Owned[Any]) -> None:
    _owned.update({one.kind: one for one in owned})


def of(kind: str) -> Owned[Any]:
    """
    Raises: NotFound for a kind of object on which nothing hangs: it may come from an address.
    """
    try:
        return _owned[kind]
    except KeyError:
        raise NotFound() from None


def known(kind: str) -> bool:
    return kind in _owned


def find(actor: Actor, kind: str, pk: UUID) -> tuple[Owned[Any], models.Model]:
    """
    The object and what its feature says of it.

    Raises: NotFound, alike for an unknown kind, an absent object, another union's, one that the actor may not view;
    RuntimeError when the actor of one union stands in another's schema, which is a bug.
    """
    stands_in_own_union(actor)
    owned = of(kind)
    row = owned.policy.visible(actor).filter(pk=pk).first()
    if row is None or not owned.may_view(actor, row):
        raise NotFound()
    return owned, row


def visible(actor: Actor, kind: str, keys: Collection[UUID]) -> set[UUID]:
    """Which of these objects of one kind the actor may see, in one statement."""
    return set(of(kind).policy.visible(actor).filter(pk__in=list(keys)).values_list("pk", flat=True))


def is_colleague(actor: Actor) -> bool:
    """Whether an account belongs to the union's own people."""
    return bool(actor.system) or (actor.user is not None and not actor.organization and bool(actor.roles & COLLEAGUES))
