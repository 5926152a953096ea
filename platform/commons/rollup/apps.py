from django.apps import AppConfig


class RollupConfig(AppConfig):
    name = "commons.rollup"
    label = "rollup"
    verbose_name = "汇总"

    def ready(self) -> None:
        from commons.rollup import activity, checks, governance  # noqa: F401 - registers the checks
        from commons.rollup.declaration import register
        from commons.rollup.folder import EACH_SWEEP
        from commons.rollup.periods import late
        from commons.rollup.protection import checks as protection_checks  # noqa: F401 - registers them
        from commons.rollup.triggers import Reconciliation
        from commons.tenancy import template

        register(*governance.INDICATORS, *activity.INDICATORS)
        template.SHAPERS[:] = [Reconciliation()]
        if late.revise_due not in EACH_SWEEP:
            EACH_SWEEP.append(late.revise_due)
