"""Setups as the tests of the guided setup make them, and the whole app in a browser."""

from tests.browser.conftest import app, browse, browser, dana, new_org, person, sam, watch
from tests.wizard.conftest import checked, desk, make

__all__ = ["app", "browse", "browser", "checked", "dana", "desk", "make", "new_org", "person", "sam", "watch"]
