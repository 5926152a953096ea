from django.db import migrations

# A release gets its place in the feed after its commit, once; nothing else of it ever changes.
FORWARD = """
CREATE FUNCTION opendata_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'releases are only ever added to' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER opendata_release_stays BEFORE DELETE OR TRUNCATE ON opendata_ocdsrelease
    FOR EACH STATEMENT EXECUTE FUNCTION opendata_append_only();
CREATE TRIGGER opendata_release_unchanged BEFORE UPDATE ON opendata_ocdsrelease
    FOR EACH ROW WHEN (
        OLD.position IS NOT NULL OR NEW.position IS NULL
        OR (NEW.id, NEW.union_id, NEW.ocid, NEW.release_id, NEW.date, NEW.tags, NEW.body)
            IS DISTINCT FROM (OLD.id, OLD.union_id, OLD.ocid, OLD.release_id, OLD.date, OLD.tags, OLD.body)
    ) EXECUTE FUNCTION opendata_append_only();
"""

BACKWARD = """
DROP TRIGGER opendata_release_unchanged ON opendata_ocdsrelease;
DROP TRIGGER opendata_release_stays ON opendata_ocdsrelease;
DROP FUNCTION opendata_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("opendata", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
