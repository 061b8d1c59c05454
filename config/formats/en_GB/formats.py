"""How times are shown in English, with their zone: people in several zones read one report."""

DATE_FORMAT = "j M Y"
DATETIME_FORMAT = "j M Y, H:i T"
DATETIME_SECONDS_FORMAT = "j M Y, H:i:s T"  # ours: where the order of acts matters
SHORT_DATETIME_FORMAT = "j M, H:i T"
