"""Starts, watches and stops the processes of the example agency.

Owns: child processes and nothing of what they do. A child that dies by itself is named and the
others go on. Children get the read end of a pipe (KT_LIFELINE): when this process goes, however it
goes, they end too. What a child prints is kept in memory, the last lines only, and shown when it
fails to start or dies; nothing of it is written to a file.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from app.demo.control import Answer
from app.errors import ExampleAgencyProblem, PortBusy

Say = Callable[[str], None]

START_SECONDS = 60.0
STOP_SECONDS = 10.0
POLL_SECONDS = 0.1
KEPT_LINES = 15


@dataclass(frozen=True)
class Service:
    """One process to run.

    name: what a person types. title: what a person reads. argv: program and arguments. port: loopback
    TCP port it will answer on. ready_path: answers HTTP 200 once it serves.
    """

    name: str
    title: str
    argv: tuple[str, ...]
    port: int
    ready_path: str

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"


class Child:
    """One running (or stopped) service."""

    def __init__(self, service: Service, environ: Mapping[str, str]) -> None:
        """service: what to run. environ: the environment it gets, plus its lifeline."""
        self.service = service
        self._environ = dict(environ)
        self._process: asyncio.subprocess.Process | None = None
        self._lifeline: int | None = None
        self._lines: deque[str] = deque(maxlen=KEPT_LINES)
        self._reading: asyncio.Task[None] | None = None
        self._expected_to_run = False

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        return self._process is not None and self._process.returncode is None

    @property
    def expected_to_run(self) -> bool:
        """Whether it was started and nobody asked it to stop."""
        return self._expected_to_run

    @property
    def exit_code(self) -> int | None:
        """How it ended; None while it runs or before it ever ran."""
        return self._process.returncode if self._process is not None else None

    @property
    def last_lines(self) -> tuple[str, ...]:
        """The last lines it printed."""
        return tuple(self._lines)

    async def start(self) -> None:
        """Start the process and return once it answers.

        Raises PortBusy before anything is started, ExampleAgencyProblem when it ends or stays silent.
        """
        check_port_free(self.service)
        read_end, write_end = os.pipe()
        os.set_inheritable(write_end, False)
        self._lines.clear()
        try:
            self._process = await asyncio.create_subprocess_exec(
                *self.service.argv,
                env={**self._environ, "KT_LIFELINE": str(read_end)},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                pass_fds=(read_end,),
                start_new_session=True,  # Ctrl-C reaches this process alone, which stops them in order
            )
        finally:
            os.close(read_end)
        self._lifeline = write_end
        self._expected_to_run = True
        self._reading = asyncio.create_task(self._read(self._process))
        try:
            async with asyncio.timeout(START_SECONDS):
                while not await answers(self.service):
                    if not self.running:
                        await self._let_go()
                        raise ExampleAgencyProblem(self._failure("did not start"))
                    await asyncio.sleep(POLL_SECONDS)
        except TimeoutError:
            await self.stop()
            raise ExampleAgencyProblem(self._failure("did not answer in time")) from None
        except ExampleAgencyProblem:
            self._expected_to_run = False
            raise

    async def stop(self) -> None:
        """Ask the process to end, and end it when it does not within STOP_SECONDS."""
        self._expected_to_run = False
        process = self._process
        if process is None:
            return
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
            try:
                async with asyncio.timeout(STOP_SECONDS):
                    await process.wait()
            except TimeoutError:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
        await self._let_go()

    async def ended(self) -> int:
        """Wait for the process to end by itself or otherwise. Returns its exit code."""
        if self._process is None:
            raise ExampleAgencyProblem(f"The {self.service.title} was never started.")
        code = await self._process.wait()
        await self._let_go()
        return code

    def _failure(self, what: str) -> str:
        said = "".join(f"\n    {line}" for line in self._lines)
        return f"The {self.service.title} {what}.{said}"

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        if process.stdout is None:
            return
        while line := await process.stdout.readline():
            self._lines.append(line.decode("utf-8", "replace").rstrip())

    async def _let_go(self) -> None:
        if self._lifeline is not None:
            os.close(self._lifeline)
            self._lifeline = None
        if self._reading is not None:
            await self._reading
            self._reading = None


class Supervisor:
    """Runs several services side by side."""

    def __init__(self, services: Sequence[Service], environ: Mapping[str, str], say: Say) -> None:
        """services: in the order in which they start; they stop in the opposite order.
        environ: of the children. say: prints one line for the person at the terminal."""
        self._children = {service.name: Child(service, environ) for service in services}
        self._say = say
        self._watching: dict[str, asyncio.Task[None]] = {}
        self._busy = asyncio.Lock()

    def child(self, name: str) -> Child:
        """The child of this name. Raises ExampleAgencyProblem with the names there are."""
        try:
            return self._children[name]
        except KeyError:
            names = ", ".join(self._children)
            raise ExampleAgencyProblem(f"There is no {name!r} here. There are: {names}.") from None

    async def start_all(self) -> None:
        """Start the first service, then the others side by side; when one fails, stop those that run
        and raise its error."""
        first, *others = self._children.values()
        for child in (first, *others):
            check_port_free(child.service)
        try:
            await self._start(first)
            for outcome in await asyncio.gather(*map(self._start, others), return_exceptions=True):
                if isinstance(outcome, BaseException):
                    raise outcome
        except BaseException:
            await self.stop_all()
            raise

    async def stop_all(self) -> None:
        """Stop every service, last started first."""
        for child in reversed(self._children.values()):
            await self._stop(child)

    async def start(self, name: str) -> Answer:
        """Start one service again."""
        child = self.child(name)
        async with self._busy:
            if child.running:
                return Answer(True, f"The {child.service.title} is already running.")
            await self._start(child)
        self._say(f"The {child.service.title} is running again.")
        return Answer(True, f"The {child.service.title} is running: {child.service.address}")

    async def stop(self, name: str) -> Answer:
        """Stop one service; the others go on."""
        child = self.child(name)
        async with self._busy:
            if not child.running:
                return Answer(True, f"The {child.service.title} is not running.")
            await self._stop(child)
        self._say(f"The {child.service.title} was stopped. The others go on.")
        return Answer(True, f"The {child.service.title} is stopped.")

    def status(self) -> str:
        """One line for every service."""
        width = max(len(name) for name in self._children)
        return "\n".join(
            f"{name:{width}}  {'running' if child.running else 'stopped':8} {child.service.address}"
            for name, child in self._children.items()
        )

    async def _start(self, child: Child) -> None:
        await child.start()
        self._watching[child.service.name] = asyncio.create_task(self._watch(child))

    async def _stop(self, child: Child) -> None:
        await child.stop()
        task = self._watching.pop(child.service.name, None)
        if task is not None:
            await task

    async def _watch(self, child: Child) -> None:
        """Name a child that ends without having been asked to."""
        code = await child.ended()
        if not child.expected_to_run:
            return
        said = "".join(f"\n    {line}" for line in child.last_lines)
        self._say(
            f"The {child.service.title} stopped by itself (exit code {code}). The others go on.{said}\n"
            f"Start it again with: kitchentable demo start {child.service.name}"
        )


def check_port_free(service: Service) -> None:
    """Raise PortBusy when another program listens on the service's port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", service.port))
        except OSError as error:
            raise PortBusy(service.port, f"the {service.title}") from error


async def answers(service: Service) -> bool:
    """Whether the service answers its ready path with HTTP 200."""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", service.port)
    except OSError:
        return False
    try:
        lines = (f"GET {service.ready_path} HTTP/1.1", f"Host: 127.0.0.1:{service.port}", "Connection: close")
        writer.write("".join(f"{line}\r\n" for line in (*lines, "")).encode())
        await writer.drain()
        return b" 200 " in await reader.readline()
    except OSError:
        return False
    finally:
        writer.close()
