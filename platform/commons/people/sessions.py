"""Sessions in the database, each row knowing whose it is, so that owners and administrators can end them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

from commons.kit.ids import digest


def stored_key(session_key: str) -> str:
    """
    What the table keeps of a cookie's key: 160 bits of its digest.

    Whoever reads the database, or a backup, can take nobody's session: not a bidder's, whose own sealed bid it would show.
    """
    return digest(session_key)[:40]


class SessionStore(DatabaseStore):
    """
    Named by SESSION_ENGINE.

    `data["about"]` (address, browser, sign-in time, handle) is filled by the sign-in and kept with each save.
    `seen_at` is a column of its own, written without the data, so that two requests at once do not undo each
    other's changes.
    """

    seen_at: datetime | None = None

    @classmethod
    def get_model_class(cls) -> Any:
        from commons.people.models import Session

        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        row: Any = super().create_model_instance(data)
        row.session_key = stored_key(row.session_key)
        row.user_id = data.get(SESSION_KEY) or None
        about = data.get("about") or {}
        row.ip = about.get("ip") or None
        row.agent = about.get("agent", "")[:300]
        row.signed_in_at = about.get("signed_in_at")
        row.seen_at = self.seen_at or row.signed_in_at
        row.handle = about.get("handle") or row.handle
        return row

    def mark_seen(self, at: datetime) -> None:
        """Note that somebody was here at `at`."""
        self.seen_at = at
        self.get_model_class().objects.filter(session_key=stored_key(self.session_key or "")).update(seen_at=at)

    def exists(self, session_key: str) -> bool:
        return bool(self.get_model_class().objects.filter(session_key=stored_key(session_key)).exists())

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key:
            self.get_model_class().objects.filter(session_key=stored_key(key)).delete()

    def _get_session_from_db(self) -> Any:
        key = stored_key(self.session_key or "")
        row = self.get_model_class().objects.filter(session_key=key, expire_date__gt=timezone.now()).first()
        if row is None:
            self._session_key = None
        self.seen_at = row.seen_at if row else None
        return row
