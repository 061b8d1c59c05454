"""PostgreSQL refuses to change or delete events. What may go away beside them: an account, a job."""

import django.db.models.deletion
from django.db import migrations, models

FORWARD = """
CREATE FUNCTION event_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'TRUNCATE' AND current_setting('connect_guide.emptying', true) = 'on' THEN
    RETURN NULL;
  END IF;
  IF TG_OP = 'UPDATE' THEN
    IF (to_jsonb(NEW) - '{actor_id,job_id}'::text[]) = (to_jsonb(OLD) - '{actor_id,job_id}'::text[])
       AND (NEW.actor_id IS NULL OR NEW.actor_id = OLD.actor_id)
       AND (NEW.job_id IS NULL OR NEW.job_id = OLD.job_id) THEN
      RETURN NEW;
    END IF;
    IF current_setting('connect_guide.shredding', true) = 'on'
       AND (to_jsonb(NEW) - '{actor_name,data}'::text[]) = (to_jsonb(OLD) - '{actor_name,data}'::text[]) THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION '% of % is refused: what happened is append-only', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON wizard_event
  FOR EACH ROW EXECUTE FUNCTION event_refuse();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON wizard_event
  FOR EACH STATEMENT EXECUTE FUNCTION event_refuse();
"""

BACKWARD = """
DROP TRIGGER never_emptied ON wizard_event;
DROP TRIGGER append_only ON wizard_event;
DROP FUNCTION event_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("teams", "0004_audit_append_only"),
        ("wizard", "0007_one_change_per_salesforce_org"),
    ]

    operations = [
        migrations.AlterField(
            "event",
            "job",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="events", to="wizard.job"
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
