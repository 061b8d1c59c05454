from tests.wizard.conftest import checked, desk, make  # noqa: F401
from tests.wizard.views.conftest import site_of  # noqa: F401
