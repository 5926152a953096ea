from django.db import migrations

from commons.boundaries.transfer.guard import DROP_FUNCTION, FUNCTION


class Migration(migrations.Migration):
    dependencies = [("transfer", "0001_initial")]
    operations = [migrations.RunSQL(FUNCTION, DROP_FUNCTION)]
