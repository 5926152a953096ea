from django.db import migrations

# The sums are taken with the contract locked, so that two payments at once do not overlook each other.
FORWARD = """
CREATE FUNCTION purchasing_payment_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'payments are only ever added to' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER purchasing_payment_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON purchasing_payment
    FOR EACH STATEMENT EXECUTE FUNCTION purchasing_payment_append_only();
CREATE FUNCTION purchasing_payment_within() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    most numeric;
    net numeric;
    taken_back numeric;
BEGIN
    SELECT amount INTO most FROM purchasing_contract WHERE id = NEW.contract_id FOR UPDATE;
    SELECT coalesce(sum(amount), 0) + NEW.amount INTO net FROM purchasing_payment WHERE contract_id = NEW.contract_id;
    IF net > most OR net < 0 THEN
        RAISE EXCEPTION 'payments of a contract are between nothing and its amount' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.reverses_id IS NOT NULL THEN
        SELECT amount INTO taken_back FROM purchasing_payment
        WHERE id = NEW.reverses_id AND kind = 'payment' AND contract_id = NEW.contract_id
            AND milestone_id = NEW.milestone_id AND fund_source = NEW.fund_source;
        IF taken_back IS NULL OR taken_back + NEW.amount <> 0 THEN
            RAISE EXCEPTION 'a reversal takes back one payment whole' USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER purchasing_payment_within BEFORE INSERT ON purchasing_payment
    FOR EACH ROW EXECUTE FUNCTION purchasing_payment_within();
"""

BACKWARD = """
DROP TRIGGER purchasing_payment_within ON purchasing_payment;
DROP FUNCTION purchasing_payment_within();
DROP TRIGGER purchasing_payment_append_only ON purchasing_payment;
DROP FUNCTION purchasing_payment_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("purchasing", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
