"""A shred may erase a name wherever an event holds it: also in the changes that it tells."""

from django.db import migrations

FUNCTION = """
CREATE OR REPLACE FUNCTION event_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
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
       AND (to_jsonb(NEW) - '{FIELDS}'::text[]) = (to_jsonb(OLD) - '{FIELDS}'::text[]) THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION '% of % is refused: what happened is append-only', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'insufficient_privilege';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("wizard", "0008_events_append_only")]

    operations = [
        migrations.RunSQL(
            FUNCTION.replace("FIELDS", "actor_name,data,changes"), FUNCTION.replace("FIELDS", "actor_name,data")
        )
    ]
