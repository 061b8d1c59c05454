from __future__ import annotations

import stat

from config.tryout.running import adopt_running_tryout, announce, withdraw


def test_a_command_beside_the_tryout_finds_its_servers(tmp_path):
    file = tmp_path / "run" / "tryout.json"
    announce({"DATABASE_URL": "postgres://x", "PORT": "8010"}, file)
    environment = {"PORT": "9000"}
    adopt_running_tryout(environment, file)
    assert environment == {"DATABASE_URL": "postgres://x", "PORT": "9000"}


def test_a_database_named_by_hand_is_left_alone(tmp_path):
    file = tmp_path / "tryout.json"
    announce({"DATABASE_URL": "postgres://x", "DEBUG": "1"}, file)
    environment = {"DATABASE_URL": "postgres://mine"}
    adopt_running_tryout(environment, file)
    assert environment == {"DATABASE_URL": "postgres://mine"}


def test_after_the_tryout_there_is_nothing_to_find(tmp_path):
    file = tmp_path / "tryout.json"
    announce({"DATABASE_URL": "postgres://x"}, file)
    withdraw(file)
    environment: dict[str, str] = {}
    adopt_running_tryout(environment, file)
    assert environment == {}


def test_only_its_owner_can_read_the_file(tmp_path):
    file = tmp_path / "tryout.json"
    announce({}, file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
