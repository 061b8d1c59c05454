"""Taking what is personal out of a nested value, and putting it back. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

Path = tuple[str, ...]  # keys of dicts and numbers in lists


def take_out(
    whole: Mapping[str, object], public: Collection[str], in_sentences: Collection[str]
) -> tuple[dict[str, object], dict[str, object]]:
    """It with None in place of what is personal, and that by its path.

    `public` are the keys of what names nobody, `in_sentences` those of what is filled into a sentence;
    whatever else there is counts as personal, but for numbers and what is not known.
    """
    hidden: dict[str, object] = {}

    def is_personal(part: object, path: Path) -> bool:
        if part is None or isinstance(part, bool | int):
            return False
        if "params" in path[:-1]:
            return path[-1] not in (*in_sentences, "params", "message")
        return not path[-1].isdigit() and path[-1] not in (*public, "params")

    def walk(part: object, path: Path) -> object:
        if is_personal(part, path):
            hidden[".".join(path)] = part
            return None
        if isinstance(part, Mapping):
            return {key: walk(each, (*path, str(key))) for key, each in part.items()}
        if isinstance(part, list | tuple):
            return [walk(each, (*path, str(number))) for number, each in enumerate(part)]
        return part

    return {key: walk(each, (key,)) for key, each in whole.items()}, hidden


def put_back(whole: Mapping[str, object], hidden: Mapping[str, object]) -> dict[str, Any]:
    """It as it was; what is not known any more stays None."""

    def walk(part: object, path: Path) -> object:
        if part is None:
            return hidden.get(".".join(path))
        if isinstance(part, Mapping):
            return {key: walk(each, (*path, key)) for key, each in part.items()}
        if isinstance(part, list):
            return [walk(each, (*path, str(number))) for number, each in enumerate(part)]
        return part

    return {key: walk(each, (key,)) for key, each in whole.items()}
