"""What is said when a file is no directory: one refusal for each reason, in plain words."""

from __future__ import annotations

from app.errors import InvalidInput
from app.exchange.hsds_files import DirectoryRefused


def refusal(refused: DirectoryRefused) -> InvalidInput:
    """The words of a refusal."""
    return {
        "directory_too_large": InvalidInput(
            "This file is too large for a directory.", field="file", code="directory_too_large"
        ),
        "directory_unpacks_too_large": InvalidInput(
            "This zip file would become far too large. It was not opened.",
            field="file", code="directory_unpacks_too_large",
        ),
        "directory_zip_broken": InvalidInput(
            "This zip file is damaged. Get it again, then try once more.",
            field="file", code="directory_zip_broken",
        ),
        "directory_zip_locked": InvalidInput(
            "This zip file has a password. Take the password off first.",
            field="file", code="directory_zip_locked",
        ),
        "directory_json_broken": InvalidInput(
            "This is not a readable JSON file. It may be cut off.",
            field="file", code="directory_json_broken",
        ),
        "directory_not_one": InvalidInput(
            "No services were found in this file. It should be HSDS: JSON, or a zip of CSV tables.",
            field="file", code="directory_not_one",
        ),
        "directory_unreadable": InvalidInput(
            "This directory cannot be read here. Ask who brought it in to do it again.",
            field="file", code="directory_unreadable",
        ),
    }[refused.code]  # fmt: skip
