"""Fields that field-level security hides: Salesforce then says that there are none of that name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from orgs.plain_text import plain
from orgs.salesforce.errors import Refused


def to_leave_out(refusal: Refused, optional: Sequence[str]) -> list[str]:
    """The optional fields that a refused query has to do without; none where another thing is wrong.

    The words name them in quotes, in English in a way that is known. Where no name is found in them, as
    in another language, all optional ones are left out.
    """
    if refusal.code != "INVALID_FIELD":
        return []
    said = plain(refusal.message)
    column = re.search(r"'(\w+)' on (?:entity|sobject of type) '?(\w+)", said)
    relation = re.search(r"relationship '(\w+)'", said)
    if column:
        exact = [each for each in optional if _is_column(each, *column.groups())]
        # A relationship may have another name than its object: CreatedBy leads to a User.
        return exact or [each for each in optional if "." in each and each.endswith(f".{column[1]}")]
    if relation:
        return [each for each in optional if relation[1] in each.split(".")[:-1]]
    return list(optional)


def _is_column(field: str, name: str, entity: str) -> bool:
    *relations, last = field.split(".")
    return last == name and entity in (relations or [entity])[-1:]
