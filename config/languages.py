"""`python -m config.languages` compiles the translations: `locale/*/LC_MESSAGES/*.po`.

Django reads the compiled files only, and git keeps only the sources, so this runs before each start.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import polib

from config.paths import BASE_DIR

LOCALE = BASE_DIR / "locale"


def compile_all(locale: Path = LOCALE) -> list[Path]:
    """Compile what is missing or older than its source; the files that were written."""
    return [_compile(source) for source in sorted(locale.glob("*/LC_MESSAGES/*.po")) if _is_stale(source)]


def _is_stale(source: Path) -> bool:
    compiled = source.with_suffix(".mo")
    return not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime


def _compile(source: Path) -> Path:
    compiled = source.with_suffix(".mo")
    # A process that starts meanwhile must find a whole file, the old or the new one.
    handle, name = tempfile.mkstemp(dir=source.parent, suffix=".tmp")
    os.close(handle)
    polib.pofile(str(source)).save_as_mofile(name)
    os.chmod(name, 0o644)
    os.replace(name, compiled)
    return compiled


if __name__ == "__main__":
    for path in compile_all():
        print(path.relative_to(BASE_DIR))
