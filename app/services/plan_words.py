"""What family-facing records say: the words of one item, and what has been translated of all of them.

Reads alone. What is missing in a language is told by family_page.FamilyPages.gaps.
"""

from __future__ import annotations

from sqlmodel import Session, col, select

from app.wraparound.records import RECORD_TYPES, Translation

from .language import TranslationView, original_of


def words_of(session: Session, item_type: str, item_id: str) -> str:
    """The first words of a record that name it on a screen; "" when it is not here."""
    record_class = RECORD_TYPES.get(item_type)
    row = session.get(record_class, item_id) if record_class is not None and item_id else None
    if record_class is None or row is None:
        return ""
    fields = (*record_class.SEARCH_TITLE, *record_class.SEARCH_TEXT)
    said = (str(getattr(row, name, "")).strip() for name in fields)
    return next((one for one in said if one), "")


def translated_in(session: Session, family_id: str, language: str) -> tuple[TranslationView, ...]:
    """Everything that has words in a language, of originals that are still there."""
    rows = session.exec(
        select(Translation)
        .where(Translation.family_id == family_id)
        .where(Translation.language == language)
        .order_by(col(Translation.item_type), col(Translation.created_at_ms), col(Translation.id))
    ).all()
    found = []
    for row in rows:
        original = original_of(session, row.item_type, row.item_id, row.field)
        if original.strip():
            found.append(
                TranslationView(
                    row.item_id, row.item_type, row.field, original, language, row.text,
                    row.translated_by, row.checked_by, row.of_text != original,
                )
            )  # fmt: skip
    return tuple(found)
