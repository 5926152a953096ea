from django.apps import AppConfig


class RollupConfig(AppConfig):
    name = "commons.rollup"
    label = "rollup"
    verbose_name = "汇总"

    def ready(self) -> None:
        from commons.rollup import checks, governance  # noqa: F401
        from commons.rollup.declaration import register

        register(*governance.INDICATORS)
