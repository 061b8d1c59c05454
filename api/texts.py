"""Texts that a program sends: bounded, and without what the database refuses."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from wizard.actions.notes import MOST_LETTERS

NO_NUL = r"^[^\x00]*$"
Text = Annotated[str, StringConstraints(max_length=2000, pattern=NO_NUL)]
Words = Annotated[str, StringConstraints(max_length=MOST_LETTERS, min_length=1, pattern=NO_NUL)]
Name = Annotated[str, StringConstraints(max_length=255, pattern=NO_NUL)]
StageName = Annotated[str, StringConstraints(max_length=60, pattern=NO_NUL)]
