"""Fold changes into the rolled-up numbers for as long as the platform runs."""

import logging
import signal
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from commons.rollup.folder import SWEEP_S, Folder

log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Fold changes into the rolled-up numbers until stopped. One process is enough; several are safe."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="fold what is marked now, move the watermark and stop")
        parser.add_argument("--sweep", type=float, default=SWEEP_S, help="seconds between looks over all unions")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = Folder(sweep_s=options["sweep"])
        if options["once"]:
            if not folder.sweep():
                raise CommandError("另一个汇总进程正在工作，有变动留给它汇总。稍后可用 rollup_lag 查看还有多少未汇总。")
            self.stdout.write("已汇总到最新。")
            return
        stopped = False

        def stop(number: int, frame: FrameType | None) -> None:
            nonlocal stopped
            stopped = True

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        log.info("rollup.folder_started")
        folder.run(lambda: stopped)
        log.info("rollup.folder_stopped")
