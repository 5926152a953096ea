"""The table of saved views is that of `tenants.views`; only Django's picture of it moves."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("registry", "0004_import_batch"), ("views", "0001_initial")]

    operations = [
        migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel(name="SavedView")]),
    ]
