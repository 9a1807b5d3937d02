"""A PostgreSQL of the tests' own: made, started, copied to a standby, killed, promoted, thrown away.

Debian's programs (`scripts/postgres.sh --install`), in a folder of its own, reached by a socket there.
Nothing in it has to outlive a power cut, so it is told not to wait for the disk.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import pytest

ROOT = Path(__file__).resolve().parents[2]
USER = "kitchentable"
STANDBY = "standby1"


def programs() -> Path:
    """Where PostgreSQL's programs are; skips the test where there are none (fails under CI=true)."""
    found = subprocess.run(
        [str(ROOT / "scripts" / "postgres.sh"), "--where"], capture_output=True, text=True, check=True
    ).stdout.strip()
    if not found:
        assert os.environ.get("CI") != "true", "no PostgreSQL here"
        pytest.skip("no PostgreSQL here: scripts/postgres.sh --install")
    return Path(found)


class Cluster:
    """One PostgreSQL server and its data."""

    def __init__(self, bin_folder: Path) -> None:
        self._bin = bin_folder
        # A short name: the path of a socket has room for 107 bytes.
        self.folder = Path(tempfile.mkdtemp(prefix="kt-pg-"))
        self._data = self.folder / "data"
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")

    def create(self) -> Cluster:
        """An empty one."""
        self._do("initdb", "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        return self

    def copy(self, primary: Cluster) -> Cluster:
        """A standby that follows ``primary``, which runs."""
        name = f"host={primary.folder} user={USER} application_name={STANDBY}"
        self._do("pg_basebackup", "-d", name, "-R", "-X", "stream", "-c", "fast", "--no-sync")
        return self

    def start(self, **settings: str) -> Cluster:
        """Start, and wait until it answers."""
        settings = {
            "listen_addresses": "", "unix_socket_directories": str(self.folder), "fsync": "off",
            "shared_buffers": "16MB", "max_connections": "100", "wal_retrieve_retry_interval": "100ms",
            **settings,
        }  # fmt: skip
        given = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
        self._do("pg_ctl", "-s", "-w", "-t", "60", "-l", str(self.folder / "log"), "-o", given, "start")
        return self

    def promote(self) -> None:
        """From now on this one takes writes."""
        self._do("pg_ctl", "-s", "-w", "-t", "60", "promote")

    def pause(self) -> None:
        """Stop every process of it where it stands."""
        for process in self._processes():
            os.kill(process, signal.SIGSTOP)

    def resume(self) -> None:
        """Let them go on."""
        for process in self._processes():
            os.kill(process, signal.SIGCONT)

    def kill(self) -> None:
        """All of its processes at once, without a word."""
        for process in self._processes():
            with suppress(ProcessLookupError):  # it ended by itself meanwhile
                os.kill(process, signal.SIGKILL)

    def throw_away(self) -> None:
        """Stop it if it runs, and remove all."""
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def sql(self, words: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """What one statement returns."""
        with psycopg.connect(self._address(database), autocommit=True) as connection:
            answer = connection.execute(words.encode())
            return answer.fetchall() if answer.description else []

    def url(self, database: str, *others: Cluster) -> str:
        """The address as the server takes it; with others, whichever of them takes writes."""
        hosts = "&".join(f"host={cluster.folder}" for cluster in (self, *others))
        chosen = "&target_session_attrs=read-write" if others else ""
        return f"postgresql+psycopg://{USER}@/{database}?{hosts}{chosen}"

    def dump(self, database: str, file: Path) -> None:
        """`pg_dump` of one database."""
        with file.open("wb") as out:
            self._run("pg_dump", "-h", str(self.folder), "-U", USER, "-Fc", database, stdout=out)

    def restore(self, file: Path, database: str) -> None:
        """`pg_restore` into a database that is there and empty."""
        with file.open("rb") as source:
            self._run("pg_restore", "-h", str(self.folder), "-U", USER, "-d", database, stdin=source)

    def _address(self, database: str) -> str:
        return f"host={self.folder} user={USER} dbname={database} connect_timeout=10"

    def _do(self, program: str, *arguments: str) -> None:
        self._run(program, "-D", str(self._data), *arguments)

    def _run(self, program: str, *arguments: str, **streams: object) -> None:
        # PostgreSQL refuses to run as root.
        owner = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        before = owner if os.geteuid() == 0 else []
        log = self.folder / "output"
        with log.open("ab") as output:
            streams.setdefault("stdout", output)
            done = subprocess.run(
                [*before, str(self._bin / program), *arguments],
                cwd="/", stderr=output, check=False, **streams,  # type: ignore[call-overload]
            )  # fmt: skip
        assert done.returncode == 0, log.read_text()

    def _processes(self) -> list[int]:
        """The postmaster first, then its children."""
        try:
            first = int((self._data / "postmaster.pid").read_text().split()[0])
        except (FileNotFoundError, IndexError):
            return []
        found = [first] if Path(f"/proc/{first}").is_dir() else []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                except (OSError, IndexError):
                    continue
                if parent == first:
                    found.append(int(entry.name))
        return found


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A running PostgreSQL, thrown away at the end."""
    made = Cluster(programs())
    try:
        yield made.create().start()
    finally:
        made.throw_away()


@contextmanager
def pair() -> Iterator[tuple[Cluster, Cluster]]:
    """A primary that confirms nothing which its standby does not have, and that standby."""
    primary, standby = Cluster(programs()), Cluster(programs())
    try:
        primary.create().start(wal_level="replica", max_wal_senders="5")
        standby.copy(primary).start(hot_standby="on")
        primary.sql(f"ALTER SYSTEM SET synchronous_standby_names = '{STANDBY}'")
        primary.sql("SELECT pg_reload_conf()")
        while primary.sql("SELECT sync_state FROM pg_stat_replication") != [("sync",)]:
            pass
        yield primary, standby
    finally:
        primary.throw_away()
        standby.throw_away()
