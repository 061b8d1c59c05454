"""The tools that judge a page, and the fonts that it is judged with."""

from __future__ import annotations

import os

from config.paths import BASE_DIR
from tests.npm import installed

HERE = BASE_DIR / "tests" / "quality"


def tool(name: str) -> str:
    """The command of this name."""
    return str(installed(HERE) / ".bin" / name)


def with_our_fonts() -> dict[str, str]:
    """The environment of a Chromium that has the fonts of `fonts.conf` and no others."""
    installed(HERE)
    return {**os.environ, "FONTCONFIG_FILE": str(HERE / "fonts.conf")}
