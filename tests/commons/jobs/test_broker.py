"""The broker of files: a reader finds whole messages or none."""

from __future__ import annotations

import threading
from pathlib import Path
from queue import Empty

from kombu import Connection

from commons.jobs import broker

MESSAGES = 1_500


def test_a_message_is_whole_or_not_there(tmp_path: Path) -> None:
    broker.register()
    options = {"data_folder_in": str(tmp_path), "data_folder_out": str(tmp_path), "control_folder": str(tmp_path / "c")}
    told = {"text": "甲" * 5_000}

    def write() -> None:
        with Connection("files://", transport_options=options) as writing:
            queue = writing.SimpleQueue("celery")
            for number in range(MESSAGES):
                queue.put({**told, "number": number})

    writer = threading.Thread(target=write)
    found = 0
    with Connection("files://", transport_options=options) as reading:
        channel = reading.channel()
        writer.start()
        while writer.is_alive() or found < MESSAGES:
            try:
                channel._get("celery")
            except Empty:
                if not writer.is_alive() and not list(tmp_path.glob("*.msg")):
                    break
                continue
            found += 1
    writer.join()
    assert found == MESSAGES
    assert [one.name for one in tmp_path.iterdir() if one.suffix in {".msg", ".new"}] == []
