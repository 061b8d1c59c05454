"""Labels and API names of permission sets, by Salesforce's rule.

A name begins with a letter, holds only letters, digits and underscores, does not end
with an underscore and has no two in a row; 80 characters at most (Object Reference,
PermissionSet.Name). Salesforce's own page replaces other characters by underscores.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from wizard.guides.text import Text
from wizard.guides.text import gettext_noop as _

MAX_LENGTH = 80
VALID = re.compile(r"[A-Za-z](?!.*__)[A-Za-z0-9_]*(?<!_)")
FALLBACK = "Permission_Set"


def is_valid(name: str) -> bool:
    return len(name) <= MAX_LENGTH and VALID.fullmatch(name) is not None


def api_name(label: str) -> str:
    """The API name that a label gives; empty when the label has no usable character."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode()
    name = re.sub(r"[^A-Za-z0-9]+", "_", plain).strip("_")
    if name[:1].isdigit():
        name = f"X{name}"
    return name[:MAX_LENGTH].rstrip("_")


def problem(name: str) -> Text | None:
    """Why Salesforce would refuse this API name, or None."""
    if not name:
        return Text(_("The API name is empty."))
    if len(name) > MAX_LENGTH:
        return Text(_("The API name is longer than {max} characters."), {"max": MAX_LENGTH})
    if not re.fullmatch(r"[A-Za-z0-9_]+", name):
        return Text(_("The API name may hold only letters A to Z, digits and underscores."))
    if not name[0].isalpha():
        return Text(_("The API name must begin with a letter."))
    if name.endswith("_"):
        return Text(_("The API name must not end with an underscore."))
    if "__" in name:
        return Text(_("The API name must not have two underscores in a row."))
    return None


def label_problem(label: str) -> Text | None:
    """Why Salesforce would refuse this label, or None."""
    if not label.strip():
        return Text(_("The label is empty."))
    if len(label) > MAX_LENGTH:
        return Text(_("The label is longer than {max} characters."), {"max": MAX_LENGTH})
    return None


def proposal(name: str, taken: Collection[str] = ()) -> str:
    """A valid API name like `name` that is not in `taken` (upper and lower case are the same)."""
    base = api_name(name) or FALLBACK
    used = {each.lower() for each in taken}
    candidate, number = base, 1
    while candidate.lower() in used:
        number += 1
        ending = f"_{number}"
        candidate = base[: MAX_LENGTH - len(ending)].rstrip("_") + ending
    return candidate
