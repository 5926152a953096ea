"""
The one door into a union's schema.

Requests, tasks and commands all enter here. django-tenants' `with tenant:` and `@schema_context` keep their state on
a class, where two threads were seen to swap tenants; the style check refuses them. Source: DESIGN §3.4.
"""

from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar, cast

from django.conf import settings
from django.db import connection

from commons.hierarchy.models import TradeUnion
from commons.tenancy.backend.base import DatabaseWrapper

T = TypeVar("T")


@contextmanager
def inside(union: TradeUnion) -> Generator[TradeUnion]:
    """
    Run the block in the schema of `union`, with `public` behind it.

    Leaving restores the schema that was current before, after an exception or a rolled-back savepoint too: the search path is
    set anew with the next statement. Doors nest; each thread has its own.
    """
    with _schema(union):
        yield union


@contextmanager
def outside() -> Generator[None]:
    """Run the block in `public` only, from wherever it stands."""
    with _schema(None):
        yield


@contextmanager
def keeping_connection() -> Generator[None]:
    """Do not replace the backend inside: something is bound to it, such as a lock of the session."""
    wrapper = _wrapper()
    before, wrapper.is_bound = wrapper.is_bound, True
    try:
        yield
    finally:
        wrapper.is_bound = before
        if wrapper.schema_name == "public":
            _recycle(wrapper)


def current() -> TradeUnion | None:
    """The union whose schema this thread is in, if any."""
    tenant = _wrapper().tenant
    return tenant if isinstance(tenant, TradeUnion) else None


def streaming(union: TradeUnion, parts: Iterable[T]) -> Iterator[T]:
    """
    Produce `parts` with each step taken inside `union`.

    A streaming answer is produced after the request's door has closed, between other requests' work on the thread.
    """
    steps = iter(parts)
    while True:
        with inside(union):
            try:
                part = next(steps)
            except StopIteration:
                return
        yield part


@contextmanager
def _schema(union: TradeUnion | None) -> Generator[None]:
    wrapper = _wrapper()
    before, before_public = wrapper.tenant, wrapper.include_public_schema
    if union is None:
        wrapper.set_schema_to_public()  # type: ignore[no-untyped-call]  # django-tenants has no types
    else:
        wrapper.set_tenant(union)
    try:
        yield
    finally:
        wrapper.set_tenant(before, before_public)
        if wrapper.schema_name == "public":
            _recycle(wrapper)


def _recycle(wrapper: DatabaseWrapper) -> None:
    """Replace a backend that has touched too many schemas: its catalog cache never shrinks (837 MB after 3,350)."""
    if wrapper.in_atomic_block or wrapper.is_bound:
        return
    if len(wrapper.schemas_touched) >= settings.SCHEMAS_PER_CONNECTION:
        wrapper.close()


def _wrapper() -> DatabaseWrapper:
    return cast(DatabaseWrapper, connection)
