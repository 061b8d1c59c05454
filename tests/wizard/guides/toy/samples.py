"""Choices and snapshots of the toy, for what holds for every guide."""

from __future__ import annotations

from dataclasses import replace

from tests.wizard.guides.toy.guide import PARTS, Desk, Wish

__all__ = ["CHOICES", "LINES", "NOTHING", "PARTS", "empty", "unreadable", "without"]

LINES = range(1, 5)
CHOICES = {"nothing chosen": Wish(), "red": Wish("red")}
NOTHING = Desk()


def empty(choices: Wish) -> Desk:
    return Desk(home="", badges={})


def unreadable(choices: Wish) -> Desk:
    return Desk()


def without(desk: Desk, *names: str) -> Desk:
    return replace(desk, **dict.fromkeys(names))
