"""The printed secrets as a printer gets them: one page each, every word, nothing in the file's name."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest

from app.crypto.seed import AgencySeed
from app.services.recovery_papers import FILE_NAME, kit_page, papers_file, seed_pages
from app.views.words import catalogue
from tests.papers import text_of

SEED = AgencySeed(bytes(range(32)))
PAGES = (
    *seed_pages(SEED, SEED.to_shares(lambda n: bytes(range(9, 9 + n))), "River House"),
    *seed_pages(SEED, (), "River House"),
    kit_page(bytes(range(7, 39)), "Marisol Vega"),
)


@pytest.mark.parametrize("language", ["en", "es"])
def test_each_secret_has_a_page_of_its_own_with_all_its_words(language: str) -> None:
    words = catalogue(language)
    content = asyncio.run(papers_file(PAGES, words.__getitem__, language, date(2026, 11, 22)))
    for number, page in enumerate(PAGES, start=1):
        text = text_of(content, page=number)
        for place, word in enumerate(page.words, start=1):
            assert f"{place} {word}" in text
        title = words[f"recovery.paper.{page.kind}_title"].format(number=page.number)
        assert title in text and page.whose in text and page.fingerprint in text
        assert page.picture not in text  # only as squares
        others = {word for other in PAGES if other is not page for word in other.words}
        assert not [word for word in others - set(page.words) if f" {word} 1" in text]
    assert f"{len(PAGES)} " in text_of(content, page=len(PAGES))


def test_the_files_name_tells_nothing() -> None:
    assert FILE_NAME == "kitchen-table.pdf"
    assert "words" not in repr(PAGES[0]) and PAGES[0].picture not in repr(PAGES[0])
