"""Taking what is personal out of a nested value, and putting it back. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Path = tuple[str, ...]  # keys of dicts and numbers in lists


def take_out(value: Any, is_personal: Callable[[Path, Any], bool]) -> tuple[Any, dict[str, Any]]:
    """The value with None in place of what is personal, and that by its path."""
    hidden: dict[str, Any] = {}

    def walk(part: Any, path: Path) -> Any:
        if is_personal(path, part):
            hidden[".".join(path)] = part
            return None
        if isinstance(part, Mapping):
            return {key: walk(each, (*path, str(key))) for key, each in part.items()}
        if isinstance(part, list | tuple):
            return [walk(each, (*path, str(number))) for number, each in enumerate(part)]
        return part

    return walk(value, ()), hidden


def put_back(value: Any, hidden: Mapping[str, Any]) -> Any:
    """The value as it was; what is not known any more stays None."""

    def walk(part: Any, path: Path) -> Any:
        if part is None:
            return hidden.get(".".join(path))
        if isinstance(part, Mapping):
            return {key: walk(each, (*path, key)) for key, each in part.items()}
        if isinstance(part, list):
            return [walk(each, (*path, str(number))) for number, each in enumerate(part)]
        return part

    return walk(value, ())
