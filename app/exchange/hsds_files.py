"""Opens what somebody picked as a directory: JSON, a zip of CSV tables, or a zip of JSON pages.

Owns the limits. A picked file is not to be trusted: sizes are counted while reading, never believed;
names in a zip are looked at and never used as paths; nothing is written anywhere. Raises DirectoryRefused.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import Any, Final, NoReturn

from .hsds_report import Report
from .hsds_tables import FIELDS, SET_ASIDE, table_of

MAX_PICKED_BYTES: Final = 64 * 1024 * 1024
MAX_UNPACKED_BYTES: Final = 192 * 1024 * 1024
MAX_MEMBERS: Final = 400
MAX_RATIO: Final = 200
"""How many times larger than packed a member over 1 MiB may be: text is 5 to 30 times larger."""
_FREE_RATIO_BYTES: Final = 1024 * 1024
_PIECE: Final = 1024 * 1024
_ZIP: Final = b"PK\x03\x04"
_EMPTY_ZIP: Final = b"PK\x05\x06"

class DirectoryRefused(Exception):
    """The whole file is refused. code: REFUSALS; the services have the words."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def refuse(code: str) -> NoReturn:
    """Refuse the whole file."""
    raise DirectoryRefused(code)


def members(data: bytes, report: Report) -> Iterator[tuple[str, bytes]]:
    """(Name, content) of everything readable inside; a file that is no zip is its own one member."""
    if len(data) > MAX_PICKED_BYTES:
        refuse("directory_too_large")
    if data[:4] not in (_ZIP, _EMPTY_ZIP):
        yield "", data
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            yield from _unzipped(packed, report)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError):
        refuse("directory_zip_broken")
    except RuntimeError:  # how zipfile says that a password is needed
        refuse("directory_zip_locked")


def _unzipped(packed: zipfile.ZipFile, report: Report) -> Iterator[tuple[str, bytes]]:
    listed = packed.infolist()
    if len(listed) > MAX_MEMBERS:
        refuse("directory_unpacks_too_large")
    seen: set[str] = set()
    total = 0
    for info in listed:
        name = info.filename.replace("\\", "/")
        base = name.rsplit("/", 1)[-1]
        if info.is_dir() or "__MACOSX" in name or base.startswith("."):
            continue
        if ".." in name.split("/") or name.startswith("/") or ":" in name:
            report.add(base[:80], 0, "", "odd_path")
        if not base.lower().endswith((".csv", ".json")):
            report.not_known(base[:80])
            continue
        if base.lower() in seen:
            report.add(base[:80], 0, "", "twice")
            continue
        seen.add(base.lower())
        content = _read(packed, info, MAX_UNPACKED_BYTES - total)
        total += len(content)
        yield base, content


def _read(packed: zipfile.ZipFile, info: zipfile.ZipInfo, room: int) -> bytes:
    """One member, counted while it unpacks: what its head says of its size may be a lie."""
    most = min(room, max(_FREE_RATIO_BYTES, info.compress_size * MAX_RATIO))
    pieces, size = [], 0
    with packed.open(info) as file:
        while piece := file.read(_PIECE):
            size += len(piece)
            if size > most:
                refuse("directory_unpacks_too_large")
            pieces.append(piece)
    return b"".join(pieces)


def text_of(data: bytes, file: str, report: Report) -> str:
    """The letters of a file: UTF-8, UTF-16 with its mark, else as old Windows programs wrote it (said)."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError:
            pass
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        report.add(file, 0, "", "old_letters")
        return data.decode("cp1252", "replace")


def json_of(data: bytes, file: str, report: Report) -> Any:
    """The value of a JSON file. Raises DirectoryRefused."""

    def no_number(name: str) -> None:
        """NaN and its kin are no JSON; a wrong value is worth nothing."""

    try:
        return json.loads(text_of(data, file, report), parse_constant=no_number)
    except (ValueError, RecursionError):
        refuse("directory_json_broken")


def named_tables(package: bytes, report: Report) -> dict[str, str]:
    """File name → table, as a datapackage.json says; a damaged one says nothing."""
    try:
        value = json_of(package, "datapackage.json", report)
    except DirectoryRefused:
        report.add("datapackage.json", 0, "", "unread_file")
        return {}
    found = {}
    resources = value.get("resources") if isinstance(value, dict) else None
    for one in resources if isinstance(resources, list) else []:
        if isinstance(one, dict) and isinstance(one.get("path"), str) and isinstance(one.get("name"), str):
            table = table_of(one["name"])
            if table:
                found[one["path"].replace("\\", "/").rsplit("/", 1)[-1].lower()] = table
    return found


def csv_rows(
    data: bytes, file: str, table: str, report: Report, stopped: Callable[[], bool]
) -> Iterator[tuple[int, dict[str, str]]]:
    """(Line, cells by column) of a CSV file; lines that are no rows are reported."""
    reader = csv.reader(io.StringIO(text_of(data, file, report), newline=""))
    heads: list[str] = []
    while not stopped():
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            report.add(file, reader.line_num, "", "broken_line")
            continue
        if not heads:
            heads = [cell.strip().lower() for cell in cells]
            for name in heads:
                if name and name not in FIELDS[table]:
                    report.not_known(f"{file}: {name}"[:80])
            continue
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(heads) and any(cell.strip() for cell in cells[len(heads) :]):
            # A comma too many moved every cell: none of them is where it belongs.
            report.add(file, reader.line_num, "", "broken_line", cells[0])
            continue
        yield reader.line_num, dict(zip(heads, cells, strict=False))


def is_table(name: str) -> bool:
    """Whether a table is read row by row."""
    return name in FIELDS and name not in SET_ASIDE
