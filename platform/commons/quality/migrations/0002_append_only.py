from django.db import migrations

FORWARD = """
CREATE FUNCTION quality_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the steps of a ticket are only ever added' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER quality_change_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON quality_ticketchange
    FOR EACH STATEMENT EXECUTE FUNCTION quality_append_only();
"""

BACKWARD = "DROP TRIGGER quality_change_append_only ON quality_ticketchange; DROP FUNCTION quality_append_only();"


class Migration(migrations.Migration):
    dependencies = [("quality", "0001_tickets")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
