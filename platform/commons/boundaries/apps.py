from django.apps import AppConfig


class BoundariesConfig(AppConfig):
    name = "commons.boundaries"
    label = "boundaries"
    verbose_name = "区划调整"

    def ready(self) -> None:
        from commons.boundaries import calendar, handing  # noqa: F401 - registers the job's handler
        from commons.rollup.folder import EACH_SWEEP

        if calendar.look not in EACH_SWEEP:
            EACH_SWEEP.append(calendar.look)
