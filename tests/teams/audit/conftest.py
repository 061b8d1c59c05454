from tests.orgs.conftest import allowed, sf_org  # noqa: F401
from tests.security.conftest import marked  # noqa: F401
from tests.wizard.views.conftest import site_of  # noqa: F401
