from django.db import migrations

from commons.rollup.triggers import FUNCTIONS


class Migration(migrations.Migration):
    """The marking function passes over the digest that its first argument ends with."""

    dependencies = [("rollup", "0005_verify_runs")]

    operations = [migrations.RunSQL(FUNCTIONS, migrations.RunSQL.noop)]
