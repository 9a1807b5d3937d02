"""Handing a made file to the system's own save dialog, and the words of a file's lines."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import flet as ft

from app.services.audit_export import Told
from app.services.audit_lines import line_of
from app.services.tablet import Tablet
from app.views.screens.audit.wording import Say, sentence

log = logging.getLogger(__name__)


async def save(tablet: Tablet, page: Any, file_name: str, content: bytes) -> str:
    """Ask where, and save; the bytes touch no temporary file. Returns the key of what to say."""
    tablet.excursion()
    try:
        where = await ft.FilePicker().save_file(file_name=file_name, src_bytes=content)
    except Exception as error:  # whatever a platform's dialog does: it is written down already
        log.error("save failed: %s", type(error).__name__)
        return "audit.not_saved"
    # A browser takes the download and tells nothing.
    return "audit.made" if where or page.web else "audit.not_saved"


def say_row(say: Say, row: Told, name: str, names: Mapping[str, str]) -> str:
    """The words of one line of a file: the same as on the screen. name: "" leaves everybody unnamed."""
    line = line_of(row)
    return sentence(say, line, {**({} if not name else names), line.person: name})
