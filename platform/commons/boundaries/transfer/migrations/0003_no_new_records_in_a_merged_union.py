from django.db import migrations

from commons.boundaries.transfer.guard import FUNCTION


class Migration(migrations.Migration):
    dependencies = [("transfer", "0002_guard")]
    operations = [migrations.RunSQL(FUNCTION, migrations.RunSQL.noop)]
