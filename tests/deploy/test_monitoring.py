"""Prometheus' rules and Grafana's dashboard: well-formed, and about figures that are measured."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from config.metrics import exposition, measured
from config.paths import BASE_DIR
from tests.deploy import debian

DEPLOY = BASE_DIR / "deploy"
RULES = DEPLOY / "connect-guide-rules.yml"


def test_prometheus_can_read_its_rules_and_its_sample() -> None:
    for what in (["rules", str(RULES)], ["config", "--syntax-only", str(DEPLOY / "prometheus.yml")]):
        done = debian.run("promtool", "check", *what)
        assert done.returncode == 0, done.stdout
        assert "SUCCESS" in done.stdout


#: What Prometheus reads each minute -> the alarm that it gives at the sixth.
TROUBLES = {
    'connections{state="needs_reconnecting"}': ("0 0 0 0 0 6 6", "ConnectionsWereRevoked"),
    'jobs{state="failed"}': ("3 3 3 3 3 13 13", "JobsFail"),
    "queue_age_seconds": ("0 0 90 150 210 270 330", "QueueIsNotTaken"),
    'processes{part="beat"}': ("1 1 1 1 0 0 0", "ProcessIsMissing"),
    "clock_ahead_seconds": ("-70 -70 -70 -70 -70 -70 -70", "ClockIsWrong"),
}


def test_each_alarm_rings_the_first_time_that_it_should_and_not_before(tmp_path: Path) -> None:
    """A figure that begins with its first trouble would be no rise. `promtool` plays the minutes."""
    tests = [
        {
            "interval": "1m",
            "input_series": [{"series": f"connect_guide_{name}", "values": values}],
            "alert_rule_test": [
                {"eval_time": "1m", "alertname": alarm, "exp_alerts": []},
                {"eval_time": "6m", "alertname": alarm, "exp_alerts": [_told(alarm, name)]},
            ],
        }
        for name, (values, alarm) in TROUBLES.items()
    ]
    played = tmp_path / "played.yml"
    played.write_text(yaml.safe_dump({"rule_files": [str(RULES)], "tests": tests}), encoding="utf-8")
    done = debian.run("promtool", "test", "rules", str(played))
    assert (done.returncode, "SUCCESS" in done.stdout) == (0, True), done.stdout


def _told(alarm: str, name: str) -> dict[str, object]:
    rules = yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"][0]["rules"]
    (summary,) = (each["annotations"]["summary"] for each in rules if each["alert"] == alarm)
    labels = dict(re.findall(r'(\w+)="(\w+)"', name))
    words = summary.replace("{{ $labels.part }}", labels.get("part", ""))
    return {"exp_labels": labels, "exp_annotations": {"summary": words}}


@pytest.mark.django_db
def test_rules_and_dashboard_ask_for_what_is_measured() -> None:
    there = set(re.findall(r"^# TYPE (\w+)", exposition(measured()), re.M))
    for path in (RULES, DEPLOY / "grafana-dashboard.json"):
        asked = set(re.findall(r"connect_guide_\w+", path.read_text(encoding="utf-8")))
        assert asked == there, path.name


def test_the_dashboard_shows_each_figure_in_a_place_of_its_own() -> None:
    panels = json.loads((DEPLOY / "grafana-dashboard.json").read_text(encoding="utf-8"))["panels"]
    places = {(each["gridPos"]["x"], each["gridPos"]["y"]) for each in panels}
    assert len(places) == len(panels)
    assert len({each["id"] for each in panels}) == len(panels)


def test_every_alarm_says_what_it_means() -> None:
    rules = yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"][0]["rules"]
    assert all(each["annotations"]["summary"].endswith((".", "?", "off.")) for each in rules)
