from django.apps import AppConfig


class TransferConfig(AppConfig):
    name = "commons.boundaries.transfer"
    label = "transfer"
    verbose_name = "记录划转"

    def ready(self) -> None:
        from commons.boundaries.transfer import checks, steps  # noqa: F401 - registers the checks and the jobs' handlers
        from commons.boundaries.transfer.switching import finish
        from commons.rollup.fold.engine import BEFORE_FOLD

        BEFORE_FOLD.append(finish)
