"""Which processes run, and with which settings: what the environment says, and our defaults for the rest."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from config.env import Environment
from config.tryout.checks import is_free
from config.tryout.children import Child

PRIVATE = ("DATABASE_URL", "REDIS_URL")


@dataclass(frozen=True)
class Plan:
    given: Mapping[str, str]
    port: int
    simulator_port: int
    public_url: str
    starts_stand_in: bool
    tryout: bool  # DEBUG: default keys and demo people are allowed
    defaults: Mapping[str, str]  # what we add for the children

    @classmethod
    def from_environment(cls, given: Mapping[str, str]) -> Plan:
        env = Environment(given)
        port, simulator_port = env.number("PORT", 8000), env.number("SIMULATOR_PORT", 8001)
        tryout = env.flag("DEBUG", default=True)
        public_url = env.text("PUBLIC_URL", f"http://localhost:{port}")
        ours = f"http://localhost:{simulator_port}"
        client_id, origins = env.text("SALESFORCE_CLIENT_ID"), env.words("SALESFORCE_EXTRA_ORIGINS")
        named = ours in [url.rstrip("/") for url in origins]
        # Named and already answering: somebody runs that stand-in, so it is used as it is.
        starts_stand_in = (not client_id and not origins) or (named and is_free(simulator_port))
        defaults = {
            "DEBUG": "1" if tryout else "0",
            "PORT": str(port),
            "SIMULATOR_PORT": str(simulator_port),
            "PUBLIC_URL": public_url,
        }
        if not client_id:
            defaults["SALESFORCE_EXTRA_ORIGINS"] = ",".join(origins) or ours
        return cls(dict(given), port, simulator_port, public_url, starts_stand_in, tryout, defaults)

    def ports(self) -> dict[str, int]:
        """The ports that we open, by the variable that sets them."""
        ports = {"PORT": self.port}
        if self.starts_stand_in:
            ports["SIMULATOR_PORT"] = self.simulator_port
        return ports

    def missing_servers(self) -> list[str]:
        return [name for name in PRIVATE if not self.given.get(name)]

    def environment(self, private: Mapping[str, str]) -> dict[str, str]:
        return {**self.given, **self.defaults, **private, "PYTHONUNBUFFERED": "1"}

    def addresses(self, private: Mapping[str, str]) -> dict[str, str]:
        """What a command beside us needs to know. Nothing that was given to us, it may be secret."""
        if not private.get("DATABASE_URL"):
            return {}
        kept = {name: value for name, value in self.defaults.items() if name not in self.given}
        return {**kept, **private}

    def children(self, environment: dict[str, str], var: Path) -> list[Child]:
        serve = [sys.executable, "-m", "config.serve"]
        web = [*serve, "together", "--host", "localhost", "--port", str(self.port)]
        children = [
            Child("web", web, environment, answers=f"http://localhost:{self.port}/readyz"),
            Child("worker", [*serve, "worker"], environment, says=" ready."),
            Child("beat", [*serve, "beat"], environment, says="the clock"),
        ]
        if self.starts_stand_in:
            stand_in = [sys.executable, "-m", "simulator", "--port", str(self.simulator_port)]
            stand_in += ["--state", str(var / "stand-in.json"), "--demo"]
            address = f"http://localhost:{self.simulator_port}/services/data/"
            children.insert(0, Child("stand-in", stand_in, environment, answers=address))
        return children
