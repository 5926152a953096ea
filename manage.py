#!/usr/bin/env python
"""Run a management command: `.venv/bin/python manage.py <command>`."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent

if __name__ == "__main__":
    # The two source roots hold packages, never modules: see tests/repository.
    sys.path[:0] = [str(ROOT / "platform"), str(ROOT / "graphql")]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
