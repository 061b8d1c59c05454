from __future__ import annotations

import pytest

from wizard.stage.panel import PlanPreview


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Alpine Outfitters", "  alpine\u00a0OUTFITTERS "),
        ("O\u2019Brien \u2013 Production", "O'Brien - production"),
        ("O'Brien - Production", "O\u2019Brien \u2014 Production"),
        ("\u201cAcme\u201d GmbH", '"acme" gmbh'),
        ("Acme\u202fCo\u2011op", "acme co-op"),
        ("Acme\u200b Ltd", "Acme Ltd"),
        ("Stra\u00dfe AG", "STRASSE AG"),
    ],
)
def test_a_name_is_confirmed_whatever_a_text_processor_makes_of_it(name: str, typed: str) -> None:
    assert PlanPreview((), (), "", name_to_type=name).confirmed_by(typed)


@pytest.mark.parametrize("typed", ["", "Acme", "Acme Ltd.", "Acme-Ltd", "\u00c4cme Ltd"])
def test_another_name_is_not(typed: str) -> None:
    assert not PlanPreview((), (), "", name_to_type="Acme Ltd").confirmed_by(typed)
