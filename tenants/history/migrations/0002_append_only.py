from django.db import migrations

FORWARD = """
CREATE FUNCTION history_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the history of a row is only ever added to' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER history_change_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON history_change
    FOR EACH STATEMENT EXECUTE FUNCTION history_append_only();
"""

BACKWARD = "DROP TRIGGER history_change_append_only ON history_change; DROP FUNCTION history_append_only();"


class Migration(migrations.Migration):
    dependencies = [("history", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
