"""Reads papers as a program elsewhere would: poppler's pdftotext, pdfinfo and pdftoppm.

They are no part of the app. `scripts/poppler.sh` installs them; where they are missing the tests
that need them are skipped, and fail under CI=true.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import zlib
from pathlib import Path

import pytest

TOOLS = ("pdftotext", "pdfinfo", "pdftoppm")


def _run(tool: str, *arguments: str, content: bytes = b"", check: bool = True) -> bytes:
    if shutil.which(tool) is None:
        if os.environ.get("CI") == "true":
            pytest.fail(f"{tool} is missing; scripts/poppler.sh installs it")
        pytest.skip(f"{tool} is missing; scripts/poppler.sh installs it")
    done = subprocess.run([tool, *arguments], input=content, capture_output=True, timeout=30, check=False)
    if check:
        assert done.returncode == 0, done.stderr.decode(errors="replace")
    return done.stdout if done.returncode == 0 else b""


def text_of(content: bytes, *, password: str = "", page: int = 0) -> str:
    """The text as laid out, with single blanks, or that of one page."""
    wanted = ["-f", str(page), "-l", str(page)] if page else []
    given = ["-upw", password] if password else []
    raw = _run("pdftotext", "-enc", "UTF-8", *wanted, *given, "-", "-", content=content)
    return " ".join(raw.decode().split())


def opens(content: bytes, password: str = "") -> bool:
    """Whether the file can be read with this password (empty: without one)."""
    given = ["-upw", password] if password else []
    return bool(_run("pdfinfo", *given, "-", content=content, check=False))


def info_of(content: bytes, password: str = "") -> dict[str, str]:
    """What a program shows about the file."""
    given = ["-upw", password] if password else []
    lines = _run("pdfinfo", *given, "-", content=content).decode().splitlines()
    return {key: value.strip() for key, _, value in (line.partition(":") for line in lines)}


def draw(content: bytes, folder: Path, *, dots: int = 40) -> list[Path]:
    """Every page as a picture. dots: per inch."""
    _run("pdftoppm", "-r", str(dots), "-png", "-", str(folder / "page"), content=content)
    return sorted(folder.glob("page*.png"))


def streams_of(content: bytes) -> bytes:
    """Everything in the file as bytes, with every compressed stream opened, too."""
    opened = []
    for found in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL):
        try:
            opened.append(zlib.decompress(found[1]))
        except zlib.error:
            opened.append(found[1])
    return content + b"\n".join(opened)
