"""What `kitchentable demo` does: run, ask, build and reset the example agency.

The state folder (KT_HOME) holds `server/`, `coordinator/` and `supervisor/`, each the home of one
process, and `others/`, homes of the agency's other people; `example.json` says that writing the
example was finished; `demo.lock` is held while it runs. Content and keys of the example are made by
app.demo.agency, in a process of its own, so that they do not stay in the memory of this one.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from app.config import EXAMPLE_PASSPHRASE, Ports, make_private
from app.demo import control
from app.demo.control import Answer, ControlLine
from app.demo.supervisor import Say, Service, Supervisor, check_port_free
from app.errors import AppError, ExampleAgencyProblem
from app.store.unsent import unsent_in

HOMES = ("server", "coordinator", "supervisor", "others")
TABLETS = ("coordinator", "supervisor")
MARKER = "example.json"
LOCK = "demo.lock"

READY = """
  The example agency is running.

    Coordinator's tablet   {coordinator}
    Supervisor's tablet    {supervisor}
    Central server         {server}

    Passphrase             {passphrase}

  Everybody in it is invented. What you write stays until `make reset`.
  Ctrl-C stops it.
"""


def services(root: Path, ports: Ports) -> tuple[Service, ...]:
    """The three processes of the example agency, in the order in which they start."""
    program = (sys.executable, "-m", "app")
    server = Service(
        "server",
        "central server",
        (*program, "server", "--data", str(root / "server"), "--port", str(ports.server)),
        ports.server,
        "/v1/health",
    )

    def tablet(name: str, port: int) -> Service:
        argv = (*program, "app", "--home", str(root / name), "--server", server.address,
                "--port", str(port), "--view", "web")
        return Service(name, f"{name}'s tablet", argv, port, "/ready")

    return (server, tablet("coordinator", ports.coordinator), tablet("supervisor", ports.supervisor))


def run(root: Path, ports: Ports, today: date) -> int:
    """Run the example agency in the foreground until Ctrl-C. Returns the exit code.

    root: the state folder. ports: of the three processes. today: the day up to which the example is
    written, when it has to be written first. Raises ExampleAgencyProblem, PortBusy.
    """
    make_private(root)
    with only_one(root):
        wanted = services(root, ports)
        for service in wanted:
            check_port_free(service)
        if not (root / MARKER).exists():
            _build_apart(root, today)
        return asyncio.run(_supervise(root, wanted, say))


def ask(root: Path, verb: str, name: str) -> int:
    """Send a command to the running example agency and print its answer. Returns the exit code."""
    answer = control.ask(root, verb, name)
    print(answer.text)
    return 0 if answer.done else 1


def build(root: Path, today: date) -> int:
    """Write the example agency into the state folder, replacing a half-written one. Returns 0."""
    from app.demo.agency import build as write_agency

    make_private(root)
    _remove_homes(root)
    write_agency(root, today, say)
    marker = root / MARKER
    marker.write_text(json.dumps({"version": 1, "today": today.isoformat()}), encoding="utf-8")
    return 0


def reset(root: Path, sure: bool = False) -> int:
    """Throw the example agency away, and nothing else that may lie in the folder.

    Returns 0, or 1 when its tablets hold work that was never sent and `sure` was not said.
    """
    if not root.exists():
        print("There is no example agency here.")
        return 0
    with only_one(root):
        never_sent = _never_sent(root)
        if never_sent and not sure:
            print(f"Its tablets hold {never_sent}. Nothing was thrown away.")
            print("To throw that away too: `python -m app demo reset --yes`")
            return 1
        _remove_homes(root)
    (root / LOCK).unlink(missing_ok=True)
    print("The example agency is gone. `make run` writes a new one.")
    return 0


def say(text: str) -> None:
    """Print for the person at the terminal, at once."""
    print(text, flush=True)


@contextlib.contextmanager
def only_one(root: Path) -> Iterator[None]:
    """Hold the state folder's lock. Raises ExampleAgencyProblem while another process holds it."""
    with (root / LOCK).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise ExampleAgencyProblem(
                "The example agency is already running in another terminal. Ctrl-C there stops it, "
                "or: kitchentable demo stop"
            ) from None
        yield


async def _supervise(root: Path, wanted: tuple[Service, ...], say: Say) -> int:
    """Start the services, answer commands, and stop them when asked to."""
    enough = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, enough.set)
    supervisor = Supervisor(wanted, os.environ, say)

    async def obey(verb: str, name: str) -> Answer:
        try:
            if verb == "start" and name:
                return await supervisor.start(name)
            if verb == "stop" and name:
                return await supervisor.stop(name)
            if verb == "stop":
                enough.set()
                return Answer(True, "The example agency is stopping.")
            if verb == "status":
                return Answer(True, supervisor.status())
        except AppError as error:
            return Answer(False, error.user_message)
        return Answer(False, "That was not understood.")

    line = ControlLine(root, obey)
    starting = asyncio.create_task(supervisor.start_all())
    stopping = asyncio.create_task(enough.wait())
    try:
        await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not enough.is_set():
            starting.result()
            await line.open()
            addresses = {service.name: service.address for service in wanted}
            say(READY.format(passphrase=EXAMPLE_PASSPHRASE, **addresses))
            await enough.wait()
        say("Stopping ...")
    finally:
        stopping.cancel()
        if not starting.done():
            starting.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await starting
        await line.close()
        await supervisor.stop_all()
    say("Stopped. `make run` goes on where this ended.")
    return 0


def _build_apart(root: Path, today: date) -> None:
    """Write the example in a process of its own."""
    command = [sys.executable, "-m", "app", "demo", "--today", today.isoformat(), "build"]
    finished = subprocess.run(command, env={**os.environ, "KT_HOME": str(root)}, check=False)
    if finished.returncode != 0:
        raise ExampleAgencyProblem("The example agency could not be written.")


def _never_sent(root: Path) -> str:
    """What the example's tablets hold that their server does not; "" when there is nothing."""
    held = [one for name in TABLETS if (one := unsent_in(root / name)) is not None]
    changes = sum(one.changes for one in held)
    photos = sum(one.attachments for one in held)
    parts = [f"up to {changes} changes" if changes else "", f"{photos} photos or papers" if photos else ""]
    said = " and ".join(filter(None, parts))
    return f"{said} that were never sent" if said else ""


def _remove_homes(root: Path) -> None:
    (root / MARKER).unlink(missing_ok=True)
    for name in HOMES:
        shutil.rmtree(root / name, ignore_errors=True)
