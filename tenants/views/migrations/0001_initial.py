"""The ledger's table of saved views becomes everybody's: the rows stay where they are."""

from django.db import migrations, models

import commons.kit.ids


class Migration(migrations.Migration):
    initial = True
    dependencies = [("registry", "0004_import_batch")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="SavedView",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=commons.kit.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("user_id", models.UUIDField()),
                        ("list_name", models.CharField(max_length=40)),
                        ("columns", models.JSONField(default=list)),
                    ],
                    options={
                        "db_table": "registry_savedview",
                        "constraints": [
                            models.UniqueConstraint(fields=("user_id", "list_name"), name="registry_view_user")
                        ],
                    },
                ),
            ],
        ),
    ]
