from django.db import migrations

from commons.rollup.triggers import create, drop


class Migration(migrations.Migration):
    dependencies = [("subsidies", "0001_initial"), ("rollup", "0010_amounts_known_then")]

    operations = [
        migrations.RunSQL(
            create("subsidies_subsidy", "rollup_mark_union", ["subsidies", "from_union_id"], per_row=True),
            drop("subsidies_subsidy"),
        ),
        # What was paid before is counted with the next fold.
        migrations.RunSQL(
            "INSERT INTO rollup_publicmark (family, union_id, at)"
            " SELECT DISTINCT 'subsidies', from_union_id, now() FROM subsidies_subsidy",
            migrations.RunSQL.noop,
        ),
    ]
