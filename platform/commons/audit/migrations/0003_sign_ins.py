from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_append_only")]

    operations = [
        migrations.AddIndex(
            model_name="auditevent",
            index=models.Index(
                condition=models.Q(("event", "account.signed_in")), fields=["user_id", "at"], name="audit_event_sign_in"
            ),
        ),
    ]
