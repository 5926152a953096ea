"""
A pool of processes that work on this database. Nothing of Django may be imported here before `settle` has set it up.
"""

import multiprocessing
import os
import threading
import time
from concurrent.futures import ProcessPoolExecutor


def pool(processes: int) -> ProcessPoolExecutor:
    """Processes with Django set up on this database, ended with this one."""
    from django.db import connection

    # Spawned, not forked: a forked process would share this one's database connection.
    return ProcessPoolExecutor(
        max_workers=processes,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=settle,
        initargs=(os.getpid(), str(connection.settings_dict["NAME"])),
    )


def settle(parent: int, database: str) -> None:
    """Set Django up on the same database, and end this process when whoever started it is gone."""
    import django

    django.setup()
    from django.db import connection

    connection.settings_dict["NAME"] = database

    def follow() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=follow, daemon=True).start()
