"""The command line: `python -m app` and the console script `kitchentable`.

    app      one tablet: the screens, on one home directory
    server   the agency's central server
    verify-audit          checks an exported record of who did what, without a tablet or a server
    verify-packet         checks that an audit packet is as it was made
    verify-server-audit   checks that nobody changed what the server noted
    backup-server         one file with all that the server keeps, made while it serves
    demo     the example agency: a server and two tablets; start, stop, status, reset
    doctor   checks this machine and a home directory, and says what it found in plain words

Exit codes: 0 all well · 1 it failed, and said why · 2 the command line is wrong · 3 a port is taken
· 4 the home directory is in use by another process · 5 the example agency is (or is not) running.

Nothing heavy is imported before the command is known: the screens and the server are imported by
their commands alone, so a tablet never needs the server's packages.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from app import config
from app.errors import AppError

EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_CODES = {"port_busy": 3, "home_in_use": 4, "example_agency_problem": 5}
"""Exit code for an error's `code`; every other error is EXIT_FAILED."""


def console() -> None:
    """Run the command line of this process and leave with its exit code."""
    sys.exit(main(sys.argv[1:]))


def start_packaged() -> None:
    """Start as the packaged app on a tablet: no command line, home in the app's own folder."""
    from app.launch import run_app

    home = config.tablet_home(os.environ, Path.cwd(), mobile=config.on_mobile())
    trusted = config.ca_file(os.environ, None)
    sys.exit(run_app(home, None, config.COORDINATOR_PORT, "desktop", trusted))


def main(argv: Sequence[str]) -> int:
    """Run one command.

    argv: arguments without the program's name. Returns the exit code (see the module).
    """
    follow_lifeline(os.environ)
    os.umask(0o077)  # everything this program writes is its owner's alone
    arguments = parser().parse_args(argv)
    try:
        code = arguments.run(arguments)
    except AppError as error:
        print(error.user_message, file=sys.stderr)
        return EXIT_CODES.get(error.code, EXIT_FAILED)
    except KeyboardInterrupt:
        return 0
    return int(code)


def parser() -> argparse.ArgumentParser:
    """The grammar of the command line."""
    top = argparse.ArgumentParser(
        prog="kitchentable",
        description="Kitchen Table: an encrypted casebook that works at the family's table.",
        epilog="Exit codes: 0 well, 1 failed, 2 wrong command line, 3 port taken, 4 home in use, "
        "5 example agency running (or not).",
    )
    commands = top.add_subparsers(title="commands", required=True, metavar="COMMAND")

    app = commands.add_parser("app", help="one tablet")
    app.add_argument("--home", type=Path, metavar="DIR", help="home directory (default: under KT_HOME)")
    app.add_argument("--server", metavar="URL", help="address of the agency's server")
    app.add_argument("--ca-file", type=Path, metavar="FILE",
                     help="the agency's own certificate authority, trusted instead of the usual ones "
                     "(or KT_CA_FILE)")
    app.add_argument("--port", type=_port, default=config.COORDINATOR_PORT, metavar="N",
                     help="port of the web view (default %(default)s)")
    app.add_argument("--view", choices=("web", "desktop"), default="web",
                     help="in a browser or in a window (default %(default)s)")
    app.set_defaults(run=_run_app)

    server = commands.add_parser("server", help="the agency's central server")
    server.add_argument("--data", type=Path, metavar="DIR", help="data directory (default: under KT_HOME)")
    server.add_argument("--port", type=_port, default=config.SERVER_PORT, metavar="N",
                        help="port to listen on (default %(default)s)")
    server.add_argument("--database-url", metavar="URL",
                        help="a database other than the built-in one, for example postgresql+psycopg://…")
    server.add_argument("--host", default=config.LOOPBACK, metavar="ADDRESS",
                        help="address to listen on (default %(default)s; others need TLS)")
    server.add_argument("--origin", action="append", default=[], metavar="URL",
                        help="a further address under which tablets reach it; repeatable")
    server.add_argument("--tls-cert", type=Path, metavar="FILE",
                        help="certificate in PEM form, its chain behind it: speak TLS")
    server.add_argument("--tls-key", type=Path, metavar="FILE", help="the certificate's key in PEM form")
    server.add_argument("--agency", default="", metavar="FINGERPRINT",
                        help="the one agency that may be founded here (default: the first that comes)")
    server.add_argument("--restored", action="store_true",
                        help="the database comes from a backup: tablets give back what it lost")
    server.add_argument("--workers", type=_workers, default=1, metavar="N",
                        help="how many processes answer (default %(default)s; of use with PostgreSQL)")
    server.add_argument("--metrics-port", type=_port, metavar="N",
                        help="a port on which this machine alone reads the server's counts")
    server.set_defaults(run=_run_server)

    exported = commands.add_parser("verify-audit", help="check an exported record of who did what")
    exported.add_argument("file", type=Path, metavar="FILE", help="the .ktaudit file")
    exported.add_argument("--root", metavar="FINGERPRINT", help="the agency's root fingerprint, 32 digits")
    exported.add_argument("--server-heads", type=Path, metavar="OUT",
                          help="write what devices were told of the server's audit, for verify-server-audit")
    exported.set_defaults(run=_verify_audit)

    packet = commands.add_parser("verify-packet", help="check that an audit packet is as it was made")
    packet.add_argument("file", type=Path, metavar="FILE", help="the .zip file")
    packet.add_argument("--digest", metavar="HEX", help="its check number, as the agency told it to you")
    packet.set_defaults(run=_verify_packet)

    audit = commands.add_parser("verify-server-audit", help="check that nobody changed the server's audit")
    audit.add_argument("--data", type=Path, metavar="DIR", help="the server's data directory")
    audit.add_argument("--database-url", metavar="URL", help="the server's database (default: in --data)")
    audit.add_argument("--against", type=Path, metavar="FILE",
                       help="JSON lines {stream, count, head}: what devices were told")
    audit.set_defaults(run=_verify_server_audit)

    backup = commands.add_parser("backup-server", help="copy the server's SQLite while it serves")
    backup.add_argument("--data", type=Path, metavar="DIR", help="the server's data directory")
    backup.add_argument("--to", type=Path, required=True, metavar="FILE", help="a file that is not there yet")
    backup.set_defaults(run=_backup_server)

    demo = commands.add_parser("demo", help="the example agency")
    demo.add_argument("--today", type=_date, default=None, metavar="YYYY-MM-DD",
                      help="the day up to which the example's two years are written (default: today)")
    demo.set_defaults(run=_demo_run)
    actions = demo.add_subparsers(title="actions", metavar="ACTION")
    for verb, words in (("start", "start all in the foreground, or NAME again in the running example"),
                        ("stop", "stop NAME in the running example, or all of it")):
        action = actions.add_parser(verb, help=words)
        action.add_argument("name", nargs="?", metavar="NAME", help="server, coordinator or supervisor")
        action.set_defaults(run=_demo_start if verb == "start" else _demo_stop)
    actions.add_parser("status", help="what is running").set_defaults(run=_demo_status)
    throw = actions.add_parser("reset", help="throw the example agency away")
    throw.add_argument("--yes", action="store_true", help="also when its tablets hold unsent work")
    throw.set_defaults(run=_demo_reset)
    actions.add_parser("build", help="write the example agency, start nothing").set_defaults(run=_demo_build)

    doctor = commands.add_parser("doctor", help="check this machine")
    doctor.add_argument("--home", type=Path, metavar="DIR", help="a home directory to look at")
    doctor.set_defaults(run=_run_doctor)
    return top


def follow_lifeline(environ: os._Environ[str]) -> None:
    """End this process when the one that started it is gone.

    KT_LIFELINE names the read end of a pipe whose write end the starter holds: end of file means the
    starter died, however it died. Without the variable nothing happens.
    """
    named = environ.pop("KT_LIFELINE", "")
    if not named.isdigit():
        return
    read_end = int(named)

    def wait() -> None:
        try:
            while os.read(read_end, 1):
                pass
        except OSError:
            return
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, name="lifeline", daemon=True).start()


def _run_app(arguments: argparse.Namespace) -> int:
    from app.launch import run_app

    home = arguments.home or config.tablet_home(os.environ, Path.cwd(), mobile=config.on_mobile())
    trusted = config.ca_file(os.environ, arguments.ca_file)
    return run_app(home, arguments.server, arguments.port, arguments.view, trusted)


def _run_server(arguments: argparse.Namespace) -> int:
    try:
        from server.main import run
    except ModuleNotFoundError as error:
        return _server_needs(error)
    run(
        _server_data(arguments),
        arguments.port,
        arguments.database_url,
        arguments.host,
        origins=arguments.origin,
        restored=arguments.restored,
        tls_cert=arguments.tls_cert,
        tls_key=arguments.tls_key,
        agency=arguments.agency,
        workers=arguments.workers,
        metrics_port=arguments.metrics_port,
    )
    return 0


def _verify_audit(arguments: argparse.Namespace) -> int:
    from app.services import audit_command

    return audit_command.main(arguments.file, arguments.root, arguments.server_heads, print)


def _verify_packet(arguments: argparse.Namespace) -> int:
    from app.services import packet_command

    return packet_command.main(arguments.file, arguments.digest, print)


def _verify_server_audit(arguments: argparse.Namespace) -> int:
    try:
        from server import verify
    except ModuleNotFoundError as error:
        return _server_needs(error)
    return verify.main(_server_data(arguments), arguments.database_url, arguments.against, print)


def _backup_server(arguments: argparse.Namespace) -> int:
    try:
        from server import backup
    except ModuleNotFoundError as error:
        return _server_needs(error)
    return backup.main(_server_data(arguments), arguments.to, print)


def _server_data(arguments: argparse.Namespace) -> Path:
    return arguments.data or config.state_root(os.environ, Path.cwd()) / "server"


def _server_needs(error: ModuleNotFoundError) -> int:
    if error.name is None or error.name.split(".")[0] == "server":
        raise error
    print(f"The server needs {error.name}: pip install 'kitchentable[server]'", file=sys.stderr)
    return EXIT_FAILED


def _demo_run(arguments: argparse.Namespace) -> int:
    from app.demo import commands

    return commands.run(_root(), config.ports(os.environ), arguments.today or date.today())


def _demo_start(arguments: argparse.Namespace) -> int:
    if arguments.name is None:
        return _demo_run(arguments)
    from app.demo import commands

    return commands.ask(_root(), "start", arguments.name)


def _demo_stop(arguments: argparse.Namespace) -> int:
    from app.demo import commands

    return commands.ask(_root(), "stop", arguments.name or "")


def _demo_status(arguments: argparse.Namespace) -> int:
    from app.demo import commands

    return commands.ask(_root(), "status", "")


def _demo_reset(arguments: argparse.Namespace) -> int:
    from app.demo import commands

    return commands.reset(_root(), arguments.yes)


def _demo_build(arguments: argparse.Namespace) -> int:
    from app.demo import commands

    return commands.build(_root(), arguments.today or date.today())


def _run_doctor(arguments: argparse.Namespace) -> int:
    from app import doctor

    root = _root()
    return doctor.examine(arguments.home, root, config.ports(os.environ), print)


def _root() -> Path:
    return config.state_root(os.environ, Path.cwd())


def _port(text: str) -> int:
    try:
        return config.parse_port(text)
    except AppError as error:
        raise argparse.ArgumentTypeError(error.user_message) from None


def _workers(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 64):
        raise argparse.ArgumentTypeError("from 1 to 64 processes")
    return int(text)


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date like 2026-11-22") from None


if __name__ == "__main__":
    console()
