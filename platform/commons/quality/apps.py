from django.apps import AppConfig


class QualityConfig(AppConfig):
    name = "commons.quality"
    label = "quality"
    verbose_name = "数据质量"

    def ready(self) -> None:
        from commons.quality import checks, watch  # noqa: F401 - registers the checks
        from commons.rollup.folder import AFTER_FOLD, EACH_SWEEP

        if watch.heard not in AFTER_FOLD:
            AFTER_FOLD.append(watch.heard)
            EACH_SWEEP.append(watch.work_off)
