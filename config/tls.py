"""Mail and the company's sign-in over TLS as Salesforce is called: `CA_FILE`, `CLIENT_CERT_FILE`."""

from __future__ import annotations

import ssl

from django.core.mail.backends import smtp
from django.utils.functional import cached_property

from orgs.salesforce import tls
from teams import accounts


class EmailBackend(smtp.EmailBackend):
    @cached_property
    def ssl_context(self) -> ssl.SSLContext:
        return tls.context()


class SocialAdapter(accounts.SocialAdapter):
    def get_requests_session(self) -> tls.Session:
        return tls.mount(super().get_requests_session())
