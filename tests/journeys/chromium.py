"""The Chromium that this machine has."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Small shared memory and no graphics card are usual where tests run.
_FLAGS = ("--disable-dev-shm-usage", "--disable-gpu", "--font-render-hinting=none")


def path() -> str | None:
    """The one named in CHROMIUM, or the machine's; None without any."""
    names = (os.environ.get("CHROMIUM", ""), *_NAMES)
    return next((found for name in names if name and (found := shutil.which(name))), None)


@contextmanager
def browser() -> Iterator[Browser]:
    """
    A Chromium of one's own.

    Raises: SystemExit without any on this machine.
    """
    found = path()
    if found is None:
        raise SystemExit("No Chromium here: install one, or name it in CHROMIUM.")
    # Chromium refuses its sandbox to root.
    flags = [*_FLAGS, "--no-sandbox"] if os.geteuid() == 0 else [*_FLAGS]
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=found, args=flags)
        try:
            yield started
        finally:
            started.close()
