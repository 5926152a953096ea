"""Which unions have which organizations on their ledgers was known to the roll-up before it was to the portal."""

from django.db import migrations

_KNOWN = """
    INSERT INTO people_orgpresence (id, member_key, union_id, since_at)
    SELECT gen_random_uuid(), key, union_id, now()
    FROM (
        SELECT DISTINCT key, union_id FROM rollup_presence
        WHERE measure = 'org_ledger'
          AND until_month > extract(year FROM now())::int * 12 + extract(month FROM now())::int - 1
    ) known
    ON CONFLICT (member_key, union_id) DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0002_organizations"), ("rollup", "0010_amounts_known_then")]

    operations = [migrations.RunSQL(_KNOWN, migrations.RunSQL.noop)]
