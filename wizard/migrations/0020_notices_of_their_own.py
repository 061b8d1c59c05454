"""What became of a link is told by `notices` now. The old table goes a version later, and binds nothing till then."""

from django.db import migrations, models

# Done is what was noted as done; what was told, or still is to be, goes along.
DONE = """
UPDATE wizard_guestinvitation SET done_at = notice.at
FROM wizard_guestnotice notice WHERE notice.invitation_id = wizard_guestinvitation.id AND notice.kind = 'done'
"""
MOVE = """
INSERT INTO notices_notice
    (key, kind, team_id, org_id, setup_id, data, at, concerns, once, told_at)
SELECT gen_random_uuid(), 'guest_' || notice.kind, org.team_id, org.id, invitation.setup_id, '{}', notice.at,
    CASE WHEN notice.to_id IS NULL THEN '{}' ELSE ARRAY[notice.to_id] END,
    'guest_' || notice.kind || ':' || invitation.id,
    CASE WHEN notice.to_id IS NOT NULL AND notice.sent_at IS NULL AND notice.at > now() - interval '2 days'
        THEN NULL ELSE COALESCE(notice.sent_at, notice.at) END
FROM wizard_guestnotice notice
JOIN wizard_guestinvitation invitation ON invitation.id = notice.invitation_id
JOIN wizard_setup setup ON setup.id = invitation.setup_id
JOIN orgs_org org ON org.id = setup.org_id
"""
UNBIND = """
DO $$ DECLARE bound record; BEGIN
    FOR bound IN SELECT conname FROM pg_constraint WHERE conrelid = 'wizard_guestnotice'::regclass AND contype = 'f'
    LOOP EXECUTE format('ALTER TABLE wizard_guestnotice DROP CONSTRAINT %I', bound.conname); END LOOP;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0001_initial"),
        ("wizard", "0019_findings_of_a_drift"),
    ]

    operations = [
        migrations.AddField(
            model_name="guestinvitation",
            name="done_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RunSQL(DONE, migrations.RunSQL.noop),
        migrations.RunSQL(MOVE, migrations.RunSQL.noop),
        # Constraints that wait for the end of the transaction hold the table until they are looked at.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.RunSQL(UNBIND, migrations.RunSQL.noop),
        migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel("GuestNotice")]),
    ]
