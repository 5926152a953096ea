"""People who have a GraphQL client and nothing else, for stories that last for months."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import orjson
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from commons.kit import clock
from commons.people.models import User
from tests.api.conftest import ask

TRANSITION = """mutation($input: TransitionInput!) { transition(input: $input) {
    errors { code message path } state warnings } }"""


@dataclass
class Caller:
    """One account acting in one union."""

    user: User
    union: str
    client: Client = field(default_factory=Client)

    def enter(self) -> None:
        """A fresh session, as the clock shows."""
        User.objects.filter(pk=self.user.pk).update(password_changed_at=clock.now())
        self.user.refresh_from_db()
        self.client.force_login(self.user, backend="django.contrib.auth.backends.ModelBackend")
        session = self.client.session
        session["acting_union"] = self.union
        session.save()

    def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """The data of an answer without errors."""
        answer = ask(self.client, query, variables)
        assert "errors" not in answer, answer
        data: dict[str, Any] = answer["data"]
        return data

    def codes(self, query: str, **variables: Any) -> list[str]:
        """The codes of an answer that is refused."""
        return [error["extensions"]["code"] for error in ask(self.client, query, variables).get("errors", [])]

    def send(self, query: str, given: dict[str, Any], **files: SimpleUploadedFile) -> dict[str, Any]:
        """The one payload of a mutation; `files` go in place of the nulls at paths, written with __ for each dot."""
        if not files:
            (payload,) = self.ask(query, input=given).values()
            return dict(payload)
        paths = {name: [f"variables.input.{name.replace('__', '.')}"] for name in files}
        form = {
            "operations": orjson.dumps({"query": query, "variables": {"input": given}}).decode(),
            "map": orjson.dumps(paths).decode(),
        }
        response = self.client.post("/graphql", {**form, **files})
        assert response.status_code == 200, response.content.decode()
        body = response.json()
        assert "errors" not in body, body
        (payload,) = body["data"].values()
        return dict(payload)

    def do(self, mutation: str, selected: str = "", /, **given: Any) -> dict[str, Any]:
        """The payload of a mutation that nothing refused."""
        kind = f"{mutation[0].upper()}{mutation[1:]}Input"
        payload = self.send(
            f"mutation($input: {KINDS.get(mutation, kind)}!) {{ {mutation}(input: $input) {{ errors {{ code message path }} {selected} }} }}",
            given,
        )
        assert payload["errors"] == [], payload
        return payload

    def refused(self, mutation: str, **given: Any) -> list[str]:
        """The codes with which a mutation is refused."""
        kind = f"{mutation[0].upper()}{mutation[1:]}Input"
        payload = self.send(
            f"mutation($input: {KINDS.get(mutation, kind)}!) {{ {mutation}(input: $input) {{ errors {{ code }} }} }}",
            given,
        )
        return [error["code"] for error in payload["errors"]]

    def step(self, id: str, event: str, reason: str = "", **data: Any) -> str:
        """The state after a step that nothing refused."""
        payload = self.send(TRANSITION, {"id": id, "event": event, "reason": reason, "data": data})
        assert payload["errors"] == [], payload
        return str(payload["state"])

    def blocked(self, id: str, event: str, reason: str = "", **data: Any) -> str:
        """The code with which a step is refused."""
        payload = self.send(TRANSITION, {"id": id, "event": event, "reason": reason, "data": data})
        assert payload["state"] is None, payload
        (error,) = payload["errors"]
        return str(error["code"])

    def sees(self, id: str) -> bool:
        return ask(self.client, "query($id: ID!) { node(id: $id) { id } }", {"id": id})["data"]["node"] is not None


# Whose input has a name of its own.
KINDS = {
    "askQuestion": "AskInput",
    "objectToResult": "AskInput",
    "appointToProject": "AppointInput",
    "dismissFromProject": "AppointInput",
}
