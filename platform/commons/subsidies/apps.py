from django.apps import AppConfig


class SubsidiesConfig(AppConfig):
    """Subsidies between levels: rows with two parties, hence in `public`. Source: DOMAIN §3.7, E18, E19."""

    name = "commons.subsidies"
    label = "subsidies"
    verbose_name = "经费补贴"

    def ready(self) -> None:
        from commons.access.permissions import Permission
        from commons.rollup.declaration import register
        from commons.subsidies.indicators import INDICATORS
        from commons.subsidies.machines import ROUND, SUBSIDY
        from commons.subsidies.pages.listing import SUBSIDIES
        from commons.tables import declaration as tables
        from commons.web import navigation
        from commons.workflow import machines

        machines.register(ROUND, SUBSIDY)
        register(*INDICATORS)
        tables.register(SUBSIDIES)
        navigation.register(
            navigation.Entry(63, "经费补贴", "/subsidies", Permission.SUBSIDY_VIEW, navigation.Group.PURCHASES)
        )
