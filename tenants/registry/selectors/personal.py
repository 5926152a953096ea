"""Personal values as this viewer may see them. Source: DOMAIN §2.0 Persons; V6."""

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.policies import may
from tenants.registry.personal import masked


def shown_phone(actor: Actor, value: str) -> str:
    """The number for whoever holds PERSONAL_VIEW, else with its middle hidden; '' for none."""
    return value if may(actor, Permission.PERSONAL_VIEW) else masked(value)
