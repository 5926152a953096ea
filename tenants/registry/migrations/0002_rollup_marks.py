from django.db import migrations

from commons.rollup.triggers import MarkChanges


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial"), ("marks", "0001_initial"), ("rollup", "0003_marking_functions")]

    operations = [
        MarkChanges(
            {
                "registry_socialorganization": ["ledger", "ratings", "staff"],
                "registry_ledgerspan": ["ledger", "freshness", "ratings", "staff"],
                "registry_orgrating": ["ledger", "ratings"],
                "registry_orgyearfact": ["staff"],
                "registry_confirmation": ["freshness"],
                "registry_contactlog": ["contact"],
            }
        )
    ]
