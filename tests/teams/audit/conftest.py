from tests.wizard.conftest import checked, desk, make  # noqa: F401
