"""PostgreSQL itself refuses to change the audit trail, whoever asks.

Two settings of a session open a door, and the app sets only one of them, for one transaction:
`connect_guide.shredding` (`manage.py shred_person`) lets personal parts be deleted, and
`connect_guide.emptying` lets the tests empty their own database.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'TRUNCATE' AND current_setting('connect_guide.emptying', true) = 'on' THEN
    RETURN NULL;
  END IF;
  IF TG_OP = 'DELETE' AND TG_ARGV[0] = 'personal'
     AND current_setting('connect_guide.shredding', true) = 'on' THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION '% of % is refused: the audit trail is append-only', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON teams_auditentry
  FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON teams_auditseal
  FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON teams_auditpersonal
  FOR EACH ROW EXECUTE FUNCTION audit_refuse('personal');
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON teams_auditentry
  FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON teams_auditseal
  FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON teams_auditpersonal
  FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();

CREATE FUNCTION audit_await_seal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO teams_auditpending (entry_id) VALUES (NEW.id);
  RETURN NULL;
END $$;

CREATE TRIGGER await_seal AFTER INSERT ON teams_auditentry
  FOR EACH ROW EXECUTE FUNCTION audit_await_seal();
"""

BACKWARD = """
DROP TRIGGER await_seal ON teams_auditentry;
DROP FUNCTION audit_await_seal();
DROP TRIGGER never_emptied ON teams_auditpersonal;
DROP TRIGGER never_emptied ON teams_auditseal;
DROP TRIGGER never_emptied ON teams_auditentry;
DROP TRIGGER append_only ON teams_auditpersonal;
DROP TRIGGER append_only ON teams_auditseal;
DROP TRIGGER append_only ON teams_auditentry;
DROP FUNCTION audit_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("teams", "0003_audit")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
