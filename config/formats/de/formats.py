"""How times are shown in German."""

DATE_FORMAT = "j. N Y"
DATETIME_FORMAT = "j. N Y, H:i T"
DATETIME_SECONDS_FORMAT = "j. N Y, H:i:s T"  # ours: where the order of acts matters
SHORT_DATETIME_FORMAT = "j. N, H:i T"
