"""How times are shown in German."""

DATE_FORMAT = "j. N Y"
DATETIME_FORMAT = "j. N Y, H:i T"
SHORT_DATETIME_FORMAT = "j. N, H:i T"
