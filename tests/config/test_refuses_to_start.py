from __future__ import annotations

import os
import subprocess
import sys

import pytest

from config.paths import BASE_DIR

OURS = ("DEBUG", "SECRET_KEY", "TOKEN_KEYS", "ALLOWED_HOSTS", "PUBLIC_URL", "DATABASE_URL", "REDIS_URL")
NEEDED = OURS[1:]
WHOLE = {name: os.environ[name] for name in NEEDED}


def start(**environment: str) -> subprocess.CompletedProcess[str]:
    """Load the settings in a fresh process, as every process and manage.py do."""
    clean = {key: value for key, value in os.environ.items() if key not in OURS}
    program = "from django.conf import settings; print(settings.TRYOUT, settings.DEBUG)"
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=BASE_DIR,
        env={**clean, "DJANGO_SETTINGS_MODULE": "config.settings", **environment},
        capture_output=True,
        text=True,
    )


def test_without_settings_it_refuses_and_names_all_that_is_missing():
    refused = start()
    assert refused.returncode != 0
    for name in NEEDED:
        assert f"  {name} " in refused.stderr
    assert "Fernet.generate_key" in refused.stderr


@pytest.mark.parametrize("name", NEEDED)
def test_one_missing_variable_is_enough(name):
    refused = start(**{key: value for key, value in WHOLE.items() if key != name})
    assert refused.returncode != 0
    assert f"  {name} " in refused.stderr
    assert refused.stderr.count("make one with") == 1


def test_with_all_of_them_it_starts_as_a_real_installation():
    assert start(**WHOLE).stdout.split() == ["False", "False"]


def test_a_tryout_has_defaults_and_still_never_shows_tracebacks():
    assert start(DEBUG="1").stdout.split() == ["True", "False"]


@pytest.mark.parametrize("address", ["https://guide.example.com", "http://192.168.1.5:8000"])
def test_a_tryout_that_others_can_reach_is_refused(address):
    """Its keys are known to everybody, and its people have no passwords."""
    refused = start(DEBUG="1", PUBLIC_URL=address)
    assert refused.returncode != 0
    assert "PUBLIC_URL must be on localhost" in refused.stderr


@pytest.mark.parametrize("name", ["SECRET_KEY", "TOKEN_KEYS"])
def test_the_tryout_s_own_keys_are_refused_in_a_real_installation(name):
    program = f"from django.conf import settings; value = settings.{name}; "
    shown = subprocess.run(
        [sys.executable, "-c", program + "print(value if isinstance(value, str) else value[0])"],
        cwd=BASE_DIR,
        env={
            **{key: value for key, value in os.environ.items() if key not in OURS},
            "DEBUG": "1",
            "DJANGO_SETTINGS_MODULE": "config.settings",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    refused = start(**{**WHOLE, name: shown.stdout.strip()})
    assert refused.returncode != 0
    assert "which everybody knows" in refused.stderr


def test_the_command_line_says_it_without_a_traceback():
    clean = {key: value for key, value in os.environ.items() if key not in OURS}
    environment = {**clean, **{key: value for key, value in WHOLE.items() if key != "TOKEN_KEYS"}}
    refused = subprocess.run(
        [sys.executable, "manage.py", "migrate"],
        cwd=BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert refused.returncode == 1
    assert refused.stderr.startswith("Connect Guide does not start")
    assert "Traceback" not in refused.stderr


def test_a_token_key_that_could_encrypt_nothing_is_refused_without_being_shown():
    refused = start(**{**WHOLE, "TOKEN_KEYS": f"{WHOLE['TOKEN_KEYS']},not-a-key"})
    assert refused.returncode != 0
    assert "Key 2 of TOKEN_KEYS is no Fernet key" in refused.stderr
    assert "not-a-key" not in refused.stderr


def test_plain_http_is_for_this_machine_only():
    refused = start(**{**WHOLE, "PUBLIC_URL": "http://guide.example.com"})
    assert refused.returncode != 0
    assert "PUBLIC_URL must begin with https://" in refused.stderr
    assert start(**{**WHOLE, "PUBLIC_URL": "http://127.0.0.1:8000"}).returncode == 0
