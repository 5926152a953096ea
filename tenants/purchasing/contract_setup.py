"""What contracts, payments and the market tell the shared floor."""


def register() -> None:
    """Called once, when the platform starts."""
    from commons.workflow import transitions
    from tenants.attachments import owners
    from tenants.purchasing import contract_consequences
    from tenants.purchasing.contract_rights import CONTRACT_RIGHTS

    owners.register(CONTRACT_RIGHTS)
    transitions.listen(contract_consequences.listener)
