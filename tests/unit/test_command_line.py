"""The command line: plain refusals, stable exit codes, and the example agency's commands from end to end."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from app import __main__ as command_line
from app import config, doctor
from app.demo import commands
from app.errors import AppError, ExampleAgencyProblem, InvalidInput
from app.store.lockfile import HomeLock
from app.store.unsent import Unsent

ROOT = Path(__file__).resolve().parents[2]
TINY = ROOT / "tests" / "fakes" / "tiny_service.py"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize("argv", [[], ["fly"], ["app", "--port", "0"], ["app", "--port", "70000"],
                                  ["app", "--port", "x"], ["app", "--view", "tv"], ["demo", "dance"],
                                  ["demo", "--today", "tomorrow"], ["server", "--port", "-1"]])
def test_a_wrong_command_line_is_refused_with_code_2(
    argv: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as refused:
        command_line.main(argv)
    assert refused.value.code == 2
    assert "usage: kitchentable" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["app", "server", "demo", "doctor"])
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as done:
        command_line.main([command, "--help"])
    assert done.value.code == 0
    assert command in capsys.readouterr().out


@pytest.mark.parametrize(("code", "exit_code"), [("port_busy", 3), ("home_in_use", 4),
                                                ("example_agency_problem", 5), ("anything_else", 1)])
def test_an_error_has_its_exit_code_and_its_words(
    code: str, exit_code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    error = AppError()
    error.code, error.user_message = code, "Calm words."

    def fail(*_: object) -> int:
        raise error

    monkeypatch.setattr(commands, "ask", fail)
    assert command_line.main(["demo", "status"]) == exit_code
    assert capsys.readouterr().err == "Calm words.\n"


def test_asking_when_nothing_runs_says_how_to_start(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-m", "app", "demo", "stop", "server"], cwd=ROOT, text=True,
                          env={**os.environ, "KT_HOME": str(tmp_path)}, capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (5, "")
    assert "not running" in done.stderr and "make run" in done.stderr


def test_ports_come_from_the_environment_and_are_checked() -> None:
    assert config.ports({}) == config.Ports(8787, 8550, 8551)
    assert config.ports({"KT_SUPERVISOR_PORT": "9001"}).supervisor == 9001
    with pytest.raises(InvalidInput) as refused:
        config.ports({"KT_SERVER_PORT": "many"})
    assert "KT_SERVER_PORT" in refused.value.user_message


def test_the_state_folder_is_ours_to_name(tmp_path: Path) -> None:
    assert config.state_root({}, tmp_path) == tmp_path / ".kitchentable"
    assert config.state_root({"KT_HOME": str(tmp_path / "x")}, Path("/")) == tmp_path / "x"


def test_on_a_tablet_the_home_lies_in_the_apps_own_folder(tmp_path: Path) -> None:
    environ = {"FLET_APP_STORAGE_DATA": str(tmp_path), "KT_HOME": "/elsewhere"}
    assert config.tablet_home(environ, Path("/"), mobile=True) == tmp_path / "home"


class Tiny:
    """The example agency with tiny processes in place of server and tablets."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.ports = config.Ports(free_port(), free_port(), free_port())

    def services(self, root: Path, ports: config.Ports) -> tuple[commands.Service, ...]:
        return tuple(
            commands.Service(name, f"{name}'s tablet", (sys.executable, str(TINY), str(port)), port, "/ready")
            for name, port in (("server", ports.server), ("coordinator", ports.coordinator),
                               ("supervisor", ports.supervisor))
        )

    def start(self) -> subprocess.Popen[str]:
        ports = ", ".join(map(str, (self.ports.server, self.ports.coordinator, self.ports.supervisor)))
        script = (
            "import sys, datetime, pathlib\n"
            "sys.path[:0] = ['.', 'tests/unit']\n"
            "from app.demo import commands\n"
            "from app import config\n"
            "from test_command_line import Tiny\n"
            f"tiny = Tiny(pathlib.Path({str(self.root)!r}))\n"
            f"tiny.ports = config.Ports({ports})\n"
            "commands.services = tiny.services\n"
            "sys.exit(commands.run(tiny.root, tiny.ports, datetime.date(2026, 11, 22)))\n"
        )
        return subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def read_until(process: subprocess.Popen[str], words: str) -> str:
    """Everything the process prints up to a line with these words."""
    assert process.stdout is not None
    heard = ""
    for line in process.stdout:
        heard += line
        if words in line:
            return heard
    raise AssertionError(f"never said {words!r}: {heard} {process.stderr.read() if process.stderr else ''}")


@pytest.fixture
def tiny(tmp_path: Path) -> Tiny:
    (tmp_path / commands.MARKER).write_text(json.dumps({"version": 1}))
    return Tiny(tmp_path)


@pytest.fixture
def running(tiny: Tiny) -> Iterator[subprocess.Popen[str]]:
    with tiny.start() as process:
        try:
            yield process
        finally:
            process.kill()


def test_the_example_agency_runs_answers_and_stops_on_ctrl_c(
    tiny: Tiny, running: subprocess.Popen[str], capsys: pytest.CaptureFixture[str]
) -> None:
    shown = read_until(running, "Ctrl-C stops it.")
    for wanted in (f"http://127.0.0.1:{tiny.ports.coordinator}", f"http://127.0.0.1:{tiny.ports.supervisor}",
                   f"http://127.0.0.1:{tiny.ports.server}", "kitchen table example"):
        assert wanted in shown
    assert commands.ask(tiny.root, "stop", "server") == 0
    assert commands.ask(tiny.root, "status", "") == 0
    assert "server       stopped" in capsys.readouterr().out
    assert commands.ask(tiny.root, "start", "server") == 0
    assert commands.ask(tiny.root, "start", "toaster") == 1
    with pytest.raises(ExampleAgencyProblem, match="example_agency_problem"):
        commands.run(tiny.root, tiny.ports, date(2026, 11, 22))
    with pytest.raises(ExampleAgencyProblem, match="example_agency_problem"):
        commands.reset(tiny.root)
    running.send_signal(signal.SIGINT)
    read_until(running, "Stopped.")
    assert running.wait() == 0
    assert sorted(path.name for path in tiny.root.iterdir()) == [commands.LOCK, commands.MARKER]


def test_it_can_be_stopped_from_another_terminal(tiny: Tiny, running: subprocess.Popen[str]) -> None:
    read_until(running, "Ctrl-C stops it.")
    assert commands.ask(tiny.root, "stop", "") == 0
    read_until(running, "Stopped.")
    assert running.wait() == 0


def test_the_state_folder_is_private(tiny: Tiny, running: subprocess.Popen[str]) -> None:
    read_until(running, "Ctrl-C stops it.")
    assert stat.S_IMODE(tiny.root.stat().st_mode) == 0o700


def test_an_example_that_cannot_be_written_starts_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(ExampleAgencyProblem) as refused:
        commands.run(tmp_path, config.Ports(free_port(), free_port(), free_port()), date(2026, 11, 22))
    assert "could not be written" in refused.value.user_message


def test_reset_removes_the_example_and_nothing_else(tmp_path: Path) -> None:
    for name in (*commands.HOMES, "my-own-folder"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").touch()
    (tmp_path / commands.MARKER).touch()
    assert commands.reset(tmp_path) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["my-own-folder"]
    assert (tmp_path / "my-own-folder" / "file").exists()


def test_reset_asks_before_it_throws_unsent_work_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "coordinator").mkdir()
    held = Unsent(3, 1)
    monkeypatch.setattr(commands, "unsent_in", lambda home: held if home.name == "coordinator" else None)
    assert commands.reset(tmp_path) == 1
    assert "up to 3 changes and 1 photos or papers that were never sent" in capsys.readouterr().out
    assert (tmp_path / "coordinator").exists()
    assert commands.reset(tmp_path, sure=True) == 0
    assert not (tmp_path / "coordinator").exists()


def test_reset_with_nothing_there_is_no_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.reset(tmp_path / "never") == 0
    assert not (tmp_path / "never").exists()


def test_the_doctor_finds_a_sound_machine(tmp_path: Path) -> None:
    said: list[str] = []
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    assert doctor.examine(home, tmp_path, Tiny(tmp_path).ports, said.append) == 0
    assert said[-1] == "All is well."
    assert any("none yet" in line for line in said)


def test_the_doctor_tells_a_home_in_use(tmp_path: Path) -> None:
    said: list[str] = []
    lock = HomeLock(tmp_path, "process.lock")
    lock.acquire()
    try:
        doctor.examine(tmp_path, tmp_path, Tiny(tmp_path).ports, said.append)
    finally:
        lock.release()
    assert any("in use by a running process" in line for line in said)


def test_the_doctor_names_an_open_home_and_a_damaged_log(tmp_path: Path) -> None:
    said: list[str] = []
    home = tmp_path / "home"
    home.mkdir()
    home.chmod(0o755)
    (home / doctor.LOG_NAME).write_bytes(b"not a database at all")
    assert doctor.examine(home, tmp_path, Tiny(tmp_path).ports, said.append) == 1
    assert said[-1] == "2 to look at."
    assert any("chmod 700" in line for line in said) and any("damaged" in line for line in said)
