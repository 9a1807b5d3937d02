"""The one door through which a paper of a family reaches the system's own save dialog.

It takes what the gate handed out and nothing else; a test looks for other doors.
"""

from __future__ import annotations

import logging

import flet as ft

from app.services.gate import Handed
from app.services.tablet import Tablet

log = logging.getLogger(__name__)


async def save(tablet: Tablet, made: Handed, web: bool) -> str:
    """Let the person choose where. web: a browser takes the download and tells nothing.

    Returns "made", "not_saved" (the dialog was closed) or "no_save" (this device cannot).
    """
    tablet.excursion()
    try:
        where = await ft.FilePicker().save_file(file_name=made.file_name, src_bytes=made.content)
    except Exception as error:  # Whatever a platform's dialog does: it is logged already.
        log.error("save failed: %s", type(error).__name__)
        return "no_save"
    return "made" if where or web else "not_saved"
