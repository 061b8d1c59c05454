from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    """Derived the new columns from live code, for databases older than the first release: there are none.

    A later check fills them by itself.
    """

    dependencies = [("wizard", "0002_standing")]

    operations = []
