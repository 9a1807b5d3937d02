"""What the gate says when nothing may leave: one refusal for each reason, in plain words."""

from __future__ import annotations

from app.errors import InvalidInput

from .releases import ReleaseView


def check_standing(release: ReleaseView) -> None:
    """Raise InvalidInput unless something may leave under a release today."""
    if release.state == "revoked":
        raise InvalidInput("This release was taken back. Nothing leaves under it.", code="release_revoked")
    if release.state == "expired":
        raise InvalidInput("This release is over. Write a new one.", code="release_expired")
    if release.state == "incomplete":
        raise InvalidInput(
            "Something the law asks for is missing on this release. Write a new one.",
            code="release_incomplete",
        )
    if release.state == "not_yet":
        raise InvalidInput("This release has not begun yet.", code="release_not_yet")
    if not release.holds:
        raise InvalidInput(
            "This release is not what was signed. Write a new one.", code="release_unsigned"
        )
    if not release.lets_out:
        raise InvalidInput(
            "This release lets them share with us. Nothing leaves from here under it.", code="release_only_in"
        )


def ground_problem(name: str) -> InvalidInput:
    """What is missing on a ground. name: a field that wraparound.lawful.lacks found."""
    return {
        "basis": InvalidInput("Choose the reason the law gives.", field="basis", code="no_basis"),
        "recipient": InvalidInput(
            "Who gets it? Write a name.", field="recipient", code="ground_no_recipient"
        ),
        "organisation": InvalidInput(
            "Where do they work? The law asks for it.", field="organisation", code="ground_no_organisation"
        ),
        "reason": InvalidInput("What happened? Write it down.", field="reason", code="ground_no_reason"),
        "least": InvalidInput(
            "What is the least they need? Write it down.", field="least", code="ground_no_least"
        ),
        "reference": InvalidInput(
            "Write the number or date of the order or agreement.", field="reference",
            code="ground_no_reference",
        ),
        "content": InvalidInput(
            "Choose what they get, or write what you will say.", field="content", code="ground_no_content"
        ),
    }[name]  # fmt: skip
