"""Translations of the family's words, entered and checked by people; and the gaps that are left."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session, select

from app.errors import InvalidInput
from app.protocol.ids import derived_id
from app.store.vault import Change
from app.wraparound.records import RECORD_TYPES, FamilyWords, Translation
from app.wraparound.vocabulary import CONTENT_LANGUAGES
from app.wraparound.wording import Told, Wording

from . import edge
from .desk import Desk
from .permissions import require


@dataclass(frozen=True)
class TranslationView:
    """One field in another language. stale: the original has changed since."""

    item_id: str
    item_type: str
    field: str
    original: str
    language: str
    text: str
    translated_by: str
    checked_by: str
    stale: bool


class Translations:
    """Words of the families on this tablet in their other language."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def of(self, item_id: str, field: str, language: str) -> TranslationView | None:
        """One translation, or None when nobody has entered it."""

        def find(session: Session) -> TranslationView | None:
            row = session.exec(
                select(Translation)
                .where(Translation.item_id == item_id)
                .where(Translation.field == field)
                .where(Translation.language == language)
            ).first()
            if row is None:
                return None
            original = original_of(session, row.item_type, item_id, field)
            return TranslationView(
                item_id, row.item_type, field, original, language, row.text, row.translated_by,
                row.checked_by, row.of_text != original,
            )  # fmt: skip

        return await self._desk.vault.read(find)

    async def save(
        self, family_id: str, item_type: str, item_id: str, field: str, language: str, text: str, *,
        translated_by: str, checked_by: str = "",
    ) -> None:  # fmt: skip
        """Keep the words of a field in a language. An unchecked one is not shown to the family.

        translated_by, checked_by: names of people. Raises InvalidInput in plain words.
        """
        require(self._desk.me, "translation.write")
        edge.choice(language, CONTENT_LANGUAGES, "language")
        words = edge.text(
            text, "translation", limit=edge.PARAGRAPH_BYTES,
            required="Write it in the other language first.", blank="no_translation",
        )  # fmt: skip
        who = edge.text(
            translated_by, "translated_by", required="Who translated it?", blank="no_translator"
        )
        original = await self._desk.vault.read(
            lambda session: original_of(session, item_type, item_id, field)
        )
        if not original:
            raise InvalidInput("The words that this translates are gone.", code="words_gone")
        stream = await self._desk.stream_of(family_id, item_type, item_id)
        record = derived_id(stream, Translation.TYPE, item_id, field, language).hex()
        checked = edge.text(checked_by, "checked_by")
        await self._desk.vault.commit(
            [
                Change(
                    stream,
                    Translation.TYPE,
                    record,
                    {
                        "item_id": item_id,
                        "item_type": item_type,
                        "field": field,
                        "language": language,
                        "text": words,
                        "of_text": original,
                        "translated_by": who,
                        "checked_by": checked,
                        "checked_on": self._desk.today().isoformat() if checked.strip() else "",
                    },
                )
            ]
        )


def original_of(session: Session, item_type: str, item_id: str, field: str) -> str:
    """The original words of a field; empty when the item or the field is not there."""
    record_class = RECORD_TYPES.get(item_type)
    if record_class is None or not issubclass(record_class, FamilyWords):
        return ""
    row = session.get(record_class, item_id)
    value = getattr(row, field, "") if row is not None and field in record_class.model_fields else ""
    return value if isinstance(value, str) else ""


def wording_of(session: Session, family_id: str, language: str) -> Wording:
    """All words of a family in a language; see wraparound/wording.py."""
    rows = session.exec(
        select(Translation)
        .where(Translation.family_id == family_id)
        .where(Translation.language == language)
    )
    return Wording(
        language,
        {(row.item_id, row.field): Told(row.text, row.of_text, row.checked_by) for row in rows},
    )
