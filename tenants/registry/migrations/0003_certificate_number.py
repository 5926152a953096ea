import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registry", "0002_rollup_marks")]

    operations = [
        migrations.AddField(
            model_name="socialorganization",
            name="certificate_number",
            field=models.CharField(blank=True, max_length=80),
        ),
        migrations.AlterField(
            model_name="contactloggrant",
            name="content_object",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="grants", to="registry.contactlog"
            ),
        ),
    ]
