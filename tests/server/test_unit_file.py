"""The unit for systemd: its command line is one that the program takes, and it gives the server little."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from configparser import ConfigParser
from pathlib import Path

import pytest

from app.__main__ import parser
from tests.server.test_process import ROOT

UNIT = ROOT / "server" / "kitchentable.service"


class _Unit(ConfigParser):
    """Names as they are written; of a name that comes again the last counts."""

    def __init__(self) -> None:
        super().__init__(strict=False, interpolation=None)

    def optionxform(self, optionstr: str) -> str:
        return optionstr


@pytest.fixture
def service() -> dict[str, str]:
    unit = _Unit()
    unit.read(UNIT, encoding="utf-8")
    return dict(unit["Service"])


def test_its_command_line_is_understood(service: dict[str, str]) -> None:
    program, *arguments = shlex.split(service["ExecStart"])
    assert program.endswith("/.venv/bin/kitchentable")
    given = parser().parse_args(arguments)
    assert (given.data, given.origin) == (Path("${STATE_DIRECTORY}"), ["https://sync.example.org"])
    # Nobody from outside but through the proxy, and nobody at all to the counts.
    assert given.host == "127.0.0.1"
    assert given.metrics_port


def test_the_server_is_given_its_folder_and_the_network_and_no_more(service: dict[str, str]) -> None:
    expected = {
        "DynamicUser": "yes", "StateDirectoryMode": "0700", "ProtectSystem": "strict", "ProtectHome": "yes",
        "NoNewPrivileges": "yes", "CapabilityBoundingSet": "", "UMask": "0077", "LimitCORE": "0",
        "Restart": "always",
    }  # fmt: skip
    assert {name: service[name] for name in expected} == expected


def test_systemd_finds_nothing_wrong_with_it(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("no systemd here")
    text = UNIT.read_text(encoding="utf-8")
    program = tmp_path / "kitchentable"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    here = tmp_path / "kitchentable.service"
    here.write_text(text.replace("/opt/kitchentable/.venv/bin/kitchentable", str(program)))
    done = subprocess.run([analyze, "verify", str(here)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    scored = subprocess.run(
        [analyze, "security", "--offline=true", "--threshold=20", str(here)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert scored.returncode == 0, scored.stdout
