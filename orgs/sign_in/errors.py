"""A sign-in at Salesforce that did not work."""

from __future__ import annotations

from orgs.sign_in.pending import SignIn


class SignInProblem(Exception):
    """A sign-in that did not work. `code` is one of `orgs.sign_in.messages`, `sign_in` what was tried.

    `step` is what Salesforce answered so: `authorize`, `token` or `identity`; empty: before any of them.
    """

    def __init__(
        self, code: str, *, sign_in: SignIn | None = None, raw: str = "", step: str = "", **params: str
    ) -> None:
        super().__init__(code)
        self.code = code
        self.sign_in = sign_in
        self.step = step
        self.raw = raw  # Salesforce's own code and words, shown under "Details"
        self.params = params
