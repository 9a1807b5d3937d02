"""Where things are and on which port: defaults, environment, nothing else.

A leaf module: it imports nothing of the app. It reads the environment that it is handed, so tests
hand it their own. Refuses ports that are not ports, in plain words.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.errors import InvalidInput

LOOPBACK = "127.0.0.1"

SERVER_PORT = 8787
COORDINATOR_PORT = 8550
SUPERVISOR_PORT = 8551

EXAMPLE_PASSPHRASE = "kitchen table example"
"""Opens the two example tablets; printed by `make run`. Never a default for real homes."""


@dataclass(frozen=True)
class Ports:
    """The three TCP ports of the example agency."""

    server: int = SERVER_PORT
    coordinator: int = COORDINATOR_PORT
    supervisor: int = SUPERVISOR_PORT


def parse_port(text: str, name: str = "port") -> int:
    """The TCP port written in `text`.

    text: decimal digits. name: what to call it in the message. Raises InvalidInput.
    """
    try:
        port = int(text, 10)
    except ValueError:
        raise InvalidInput(f"{name} must be a number from 1 to 65535.", field=name) from None
    if not 1 <= port <= 65535:
        raise InvalidInput(f"{name} must be a number from 1 to 65535.", field=name)
    return port


def ports(environ: Mapping[str, str]) -> Ports:
    """The example agency's ports: KT_SERVER_PORT, KT_COORDINATOR_PORT, KT_SUPERVISOR_PORT or defaults."""

    def from_environment(name: str, default: int) -> int:
        text = environ.get(name, "")
        return parse_port(text, name) if text else default

    return Ports(
        server=from_environment("KT_SERVER_PORT", SERVER_PORT),
        coordinator=from_environment("KT_COORDINATOR_PORT", COORDINATOR_PORT),
        supervisor=from_environment("KT_SUPERVISOR_PORT", SUPERVISOR_PORT),
    )


def state_root(environ: Mapping[str, str], cwd: Path) -> Path:
    """The folder that holds everything this machine keeps: KT_HOME, or `.kitchentable` under cwd."""
    named = environ.get("KT_HOME", "")
    return Path(named).expanduser().resolve() if named else (cwd / ".kitchentable").resolve()


def on_mobile(platform: str = sys.platform) -> bool:
    """Whether this Python runs inside an app on a tablet or phone."""
    return platform in ("android", "ios")


def tablet_home(environ: Mapping[str, str], cwd: Path, *, mobile: bool) -> Path:
    """The home directory of one tablet when none is named.

    On mobile it lies in the folder that the system keeps for this app alone
    (FLET_APP_STORAGE_DATA); elsewhere under the state root.
    """
    if mobile:
        return Path(environ.get("FLET_APP_STORAGE_DATA", str(cwd))) / "home"
    return state_root(environ, cwd) / "home"


def ca_file(environ: Mapping[str, str], given: Path | None) -> Path | None:
    """The file of an agency's own certificate authority: as given, or KT_CA_FILE, or none.

    A tablet that has one believes servers whose certificate it vouches for, and no others.
    """
    named = environ.get("KT_CA_FILE", "")
    return given or (Path(named).expanduser() if named else None)


def make_private(folder: Path) -> Path:
    """Create `folder` if needed, readable by its owner alone (mode 700), and return it."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if os.name == "posix":
        folder.chmod(0o700)
    return folder
