from django.db import migrations

FORWARD = """
CREATE FUNCTION subsidies_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the history of a subsidy is only ever added to' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER subsidies_change_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON subsidies_subsidychange
    FOR EACH STATEMENT EXECUTE FUNCTION subsidies_append_only();
"""

BACKWARD = """
DROP TRIGGER subsidies_change_append_only ON subsidies_subsidychange;
DROP FUNCTION subsidies_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("subsidies", "0002_counted")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
