from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("rollup", "0009_marks_know_the_declaration"),
    ]

    operations = [
        migrations.AddField(
            model_name="presenceversion",
            name="amount",
            field=models.DecimalField(db_default=1, decimal_places=2, max_digits=18),
        ),
    ]
