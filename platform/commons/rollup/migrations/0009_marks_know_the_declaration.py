from django.db import migrations

from commons.rollup.activity import DROP, FUNCTION, TRIGGERS
from commons.rollup.triggers import FUNCTIONS

# What there was of sign-ins before is counted too.
MARK_ALL = """
INSERT INTO public.rollup_publicmark (family, union_id, at) SELECT 'activity', id, now() FROM public.hierarchy_tradeunion
"""


class Migration(migrations.Migration):
    """The marking function passes over the digest that its first argument ends with; sign-ins leave marks."""

    dependencies = [
        ("rollup", "0006_reporting_periods"),
        ("people", "0001_initial"),
        ("audit", "0003_sign_ins"),
        ("hierarchy", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(FUNCTIONS, migrations.RunSQL.noop),
        migrations.RunSQL(FUNCTION + TRIGGERS, DROP),
        migrations.RunSQL(MARK_ALL, migrations.RunSQL.noop),
    ]
