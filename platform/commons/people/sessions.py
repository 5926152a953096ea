"""Sessions in the database, each row knowing whose it is, so that owners and administrators can end them."""

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore


class SessionStore(DatabaseStore):
    """Named by SESSION_ENGINE. `about` is filled by the sign-in and kept with each save."""

    @classmethod
    def get_model_class(cls) -> Any:
        from commons.people.models import Session

        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        row = super().create_model_instance(data)
        row.user_id = data.get(SESSION_KEY) or None
        about = data.get("about") or {}
        row.ip = about.get("ip") or None
        row.agent = about.get("agent", "")[:300]
        row.signed_in_at = about.get("signed_in_at")
        row.seen_at = about.get("seen_at")
        row.handle = about.get("handle") or row.handle
        return row
