"""
The broker of a machine without one: kombu's transport of files, made to outlive the loss of its files.

kombu's own stops a worker for good when its folder disappears, and drops every message silently when the file that binds the
queue does; and a message that is read while it is written, still empty, ends the worker. Messages may be lost here (what must not be
lost is a row), but those that follow must arrive.
"""

import time
from pathlib import Path
from typing import Any
from uuid import uuid4

from kombu.exceptions import ChannelError
from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.transport.filesystem import exchange_queue_t
from kombu.utils.json import dumps

# Celery's default exchange and queue share one name.
_DEFAULT = "celery"


class Channel(filesystem.Channel):
    """Makes its folders anew whenever they are looked for, and knows the default queue without its file."""

    @property
    def data_folder_in(self) -> str:
        return self._folder("data_folder_in")

    @property
    def data_folder_out(self) -> str:
        return self._folder("data_folder_out")

    @property
    def control_folder(self) -> Path:
        return Path(self._folder("control_folder"))

    def get_table(self, exchange: str) -> list[Any]:
        """The queues bound to an exchange."""
        bound: list[Any] = super().get_table(exchange)
        return bound or ([exchange_queue_t(_DEFAULT, "", _DEFAULT)] if exchange == _DEFAULT else [])

    def _put(self, queue: str, message: Any, **_options: Any) -> None:  # type: ignore[override]
        """Put a message into its queue: whole, under a name that no reader looks for until it is."""
        name = f"{round(time.monotonic() * 1000)}_{uuid4()}.{queue}.msg"
        folder = Path(self.data_folder_out)
        try:
            (folder / f"{name}.new").write_bytes(dumps(message).encode())
            (folder / f"{name}.new").replace(folder / name)
        except OSError as problem:
            raise ChannelError(f"Cannot add file {name!r} to directory") from problem

    def _folder(self, name: str) -> str:
        folder = Path(self.transport_options[name])
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return str(folder)


class Transport(filesystem.Transport):
    """Named by the broker address `files://`."""

    Channel = Channel


def register() -> None:
    """Let Celery know the scheme `files://`."""
    TRANSPORT_ALIASES["files"] = f"{__name__}:Transport"
