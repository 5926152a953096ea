"""
Who works with the platform, counted from sign-ins in `public`. Source: DOMAIN §5.2 INF-04; R5.

A sign-in belongs to every union in which the account holds a role on that day: one account serves several unions, and
the audit log names none where it does.
"""

from commons.people.enums import AccountKind
from commons.rollup.declaration import Dimension, Family, Indicator, Measure, month_of
from commons.rollup.enums import Aggregation, MeasureKind, Place

ACTIVITY = Family(
    "activity",
    {"audit_auditevent": "user_id", "people_roleassignment": "union_id", "people_user": "id"},
    Place.PUBLIC,
)

ACCOUNT_KIND = Dimension("K", "账号类型", "Kind of account", AccountKind)

_DAY = "(e.at AT TIME ZONE 'Asia/Shanghai')::date"

ACTIVE_USERS = Measure(
    code="active_users",
    kind=MeasureKind.SUM,
    family=ACTIVITY,
    dims=(ACCOUNT_KIND,),
    sql=f"""
        SELECT NULL::uuid, jsonb_build_object('K', jsonb_build_array(kind)), month, NULL::int, 1
        FROM (
            SELECT DISTINCT u.id, u.kind, {month_of(_DAY)} AS month
            FROM people_roleassignment r
            JOIN people_user u ON u.id = r.user_id
            JOIN audit_auditevent e ON e.user_id = r.user_id AND e.event = 'account.signed_in'
            WHERE r.union_id = %(union)s AND {_DAY} >= r.from_on AND (r.until_on IS NULL OR {_DAY} < r.until_on)
        ) active
    """,
)

# Marks every union in which the account holds or held a role, if the account has ever signed in.
FUNCTION = """
CREATE OR REPLACE FUNCTION public.rollup_mark_activity() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    account uuid := (to_jsonb(NEW) ->> TG_ARGV[0])::uuid;
BEGIN
    INSERT INTO public.rollup_publicmark (family, union_id, at)
    SELECT DISTINCT 'activity', union_id, now() FROM public.people_roleassignment
    WHERE user_id = account
      AND EXISTS (SELECT FROM public.audit_auditevent WHERE user_id = account AND event = 'account.signed_in');
    IF FOUND THEN
        PERFORM pg_notify('rollup', 'public');
    END IF;
    RETURN NULL;
END $$;
"""

# Row by row, so that what is no sign-in costs one comparison; the same text serves Citus.
TRIGGERS = """
CREATE TRIGGER rollup_mark_sign_in AFTER INSERT ON audit_auditevent
FOR EACH ROW WHEN (NEW.event = 'account.signed_in') EXECUTE FUNCTION public.rollup_mark_activity('user_id');
CREATE TRIGGER rollup_mark_role AFTER INSERT OR UPDATE ON people_roleassignment
FOR EACH ROW EXECUTE FUNCTION public.rollup_mark_activity('user_id');
CREATE TRIGGER rollup_mark_kind AFTER UPDATE OF kind ON people_user
FOR EACH ROW WHEN (OLD.kind IS DISTINCT FROM NEW.kind) EXECUTE FUNCTION public.rollup_mark_activity('id');
"""

DROP = """
DROP TRIGGER rollup_mark_sign_in ON audit_auditevent;
DROP TRIGGER rollup_mark_role ON people_roleassignment;
DROP TRIGGER rollup_mark_kind ON people_user;
DROP FUNCTION public.rollup_mark_activity();
"""

INDICATORS = (
    Indicator(
        code="INF-04",
        zh="活跃用户数",
        en="Active users",
        unit="人",
        aggregation=Aggregation.SUM,
        measure=ACTIVE_USERS,
        definition="当月至少登录过一次、登录当日在本工会担任角色的账号数；同一账号当月多次登录计 1 人。",
        definition_en="Accounts that signed in at least once in the month while they held a role in the union.",
        date_rule="以登录日期所在月份为准；多个月的统计期为各月人数之和。",
        who_counts="在几家工会担任角色就在几家各计 1 人；各级工会逐级相加，未跨单位去重。",
        person_related=True,
    ),
)
