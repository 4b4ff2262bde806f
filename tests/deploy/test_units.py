"""The units of `deploy/`, read by systemd itself where it is there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from labcore.engine.settings import Settings
from tests.deploy.example import DEPLOY, PORTS, adapted, unit
from tests.helpers import ROOT


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not here")
def test_systemd_finds_nothing_wrong(tmp_path: Path) -> None:
    text = adapted("lab@.service", {"/opt/lab": str(ROOT)})
    names = [f"lab@{port}.service" for port in PORTS]
    for name in names:
        (tmp_path / name).write_text(text)
    (tmp_path / "lab.target").write_text((DEPLOY / "lab.target").read_text())
    found = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *(tmp_path / name for name in names),
         tmp_path / "lab.target"],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    ours = [line for line in found.stderr.splitlines() if str(tmp_path) in line or "lab" in line]
    assert (found.returncode, ours) == (0, [])


def test_what_the_unit_starts_is_there_and_serves_its_port() -> None:
    command, environment = unit()
    assert os.access(command[0], os.X_OK)
    assert command[command.index("--port") + 1] == "%i"
    assert environment["LAB_ADDRESS"].endswith(":%i")


def test_every_setting_named_is_one() -> None:
    known = {f"LAB_{name.upper()}" for name in Settings.model_fields}
    for name in ("lab@.service", "lab.env", "README.md", "nginx.conf"):
        named = set(re.findall(r"\bLAB_[A-Z_]+\b", (DEPLOY / name).read_text()))
        assert named <= known, name


def test_the_target_and_the_site_name_the_same_processes() -> None:
    for name in ("lab.target", "nginx.conf"):
        text = (DEPLOY / name).read_text()
        assert set(re.findall(r"\b85\d\d\b", text)) == set(PORTS), name
