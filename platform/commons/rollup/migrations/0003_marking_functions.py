from django.db import migrations

from commons.rollup.triggers import DROP_FUNCTIONS, FUNCTIONS, UNION_FUNCTION, create, drop

LEVEL_TRIGGER = """
CREATE TRIGGER rollup_mark_level AFTER UPDATE OF level ON hierarchy_tradeunion
FOR EACH ROW WHEN (OLD.level IS DISTINCT FROM NEW.level) EXECUTE FUNCTION public.rollup_mark_union('governance', 'id')
"""


class Migration(migrations.Migration):
    dependencies = [("rollup", "0002_presence_of_own_records"), ("hierarchy", "0001_initial")]

    operations = [
        migrations.RunSQL(FUNCTIONS + UNION_FUNCTION, DROP_FUNCTIONS),
        migrations.RunSQL(
            create("hierarchy_responsibility", "rollup_mark_union", ["governance", "union_id"]),
            drop("hierarchy_responsibility"),
        ),
        migrations.RunSQL(LEVEL_TRIGGER, "DROP TRIGGER rollup_mark_level ON hierarchy_tradeunion"),
    ]
