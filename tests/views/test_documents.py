"""Documents on the screen, with the real services behind them: releases, copies, the log."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import flet as ft
import pytest

from app.errors import StoreFailed
from app.services.copies import CopyWish
from app.services.sharing import Sharing
from app.store.vault import Change
from app.views.place import Place
from app.views.screens.documents import (
    DisclosuresPlace,
    DocumentsPlace,
    FamilyCopyPlace,
    ReleasePlace,
    TellingPlace,
    WithoutReleasePlace,
)
from app.views.screens.documents.release_steps import after
from app.views.widgets.ui import UiSettings
from tests.fakes.tablet import canned
from tests.papers import opens, text_of
from tests.services.rig import Pair, pair
from tests.services.test_sharing import NIA, ROSA, english, furnish, release
from tests.ui import Stage
from tests.views.screens import Journey, stage_of


@dataclass
class Saved:
    """What the save dialog was given. answer: what it says; an error is raised."""

    files: list[tuple[str, bytes]] = field(default_factory=list)
    answer: str | None | Exception = "/somewhere/copy.pdf"


@pytest.fixture
def saved(monkeypatch: pytest.MonkeyPatch) -> Saved:
    """The system's save dialog, written down instead of shown."""
    kept = Saved()

    class Picker:
        async def save_file(self, *, file_name: str, src_bytes: bytes) -> str | None:
            kept.files.append((file_name, src_bytes))
            if isinstance(kept.answer, Exception):
                raise kept.answer
            return kept.answer

    monkeypatch.setattr(ft, "FilePicker", Picker)
    return kept


@dataclass
class Desk:
    """A family on a tablet with real services for documents."""

    tablets: Pair
    sharing: Sharing
    tablet: Any
    journey: Journey

    @asynccontextmanager
    async def show(
        self, screen: Any, place: Place, *, settings: UiSettings | None = None, width: float = 1024
    ) -> AsyncIterator[Stage]:
        """The place on a stage, settled."""
        async with stage_of(
            lambda: screen(place), self.tablet, self.journey, settings=settings, width=width
        ) as on:
            await on.settle()
            yield on


@asynccontextmanager
async def desk(home: Path) -> AsyncIterator[Desk]:
    """A canned tablet whose documents are real."""
    async with pair(home) as tablets:
        sharing = await furnish(tablets)
        c = canned().open()
        person = tablets.coordinator
        opened = replace(c.tablet.open, desk=person.desk, casebook=person.casebook, sharing=sharing)
        c.tablet.adopt(opened)
        yield Desk(tablets, sharing, c.tablet, Journey())


async def wait(on: Stage, holds: Callable[[], bool]) -> None:
    """Until it holds. Long, as papers are drawn meanwhile and the machine may be busy."""
    await on.wait_for(holds, 20.0)


def place(d: Desk, name: str, **more: str) -> Place:
    return Place(name, d.tablets.family.id, **more)


async def test_documents_begin_empty_and_say_so(tmp_path: Path) -> None:
    async with desk(tmp_path) as d, d.show(DocumentsPlace, place(d, "documents")) as on:
        await wait(on, lambda: "No releases yet." in on.words())
        assert "Nothing was given yet." in on.words()
        await on.tap("documents.make")
        assert d.journey.last == ("go", place(d, "family_copy"))
        await on.tap("documents.add")
        assert d.journey.last == ("go", place(d, "release"))


async def test_documents_show_every_release_with_its_state_in_words(tmp_path: Path) -> None:
    async with desk(tmp_path) as d:
        today = d.tablets.coordinator.desk.today()
        kept = await d.sharing.releases.save(release(d.tablets))
        ending = await d.sharing.releases.save(
            release(d.tablets, recipient="Mr. Poe", until_on=(today + timedelta(days=5)).isoformat())
        )
        over = await d.sharing.releases.save(release(d.tablets, recipient="Dr. Lund"))
        await d.sharing.releases.revoke(over)
        async with d.show(DocumentsPlace, place(d, "documents")) as on:
            await wait(on, lambda: "Mr. Poe" in on.words())
            said = on.words()
            for words in ("Ms. Okafor, Housing office", "Holds until", "Ends soon:", "Taken back on"):
                assert words in said, words
            assert on.has(f"documents.release.{ending}")
            await on.tap(f"documents.release.{kept}")
            assert d.journey.last == ("go", place(d, "release", record_id=kept))


async def test_a_copy_is_made_for_one_reader_saved_and_listed(tmp_path: Path, saved: Saved) -> None:
    async with desk(tmp_path) as d:
        async with d.show(FamilyCopyPlace, place(d, "family_copy")) as on:
            await wait(on, lambda: on.has(f"copy.reader.{ROSA}"))
            assert "Choose who it is for" in on.words()
            await on.tap(f"copy.reader.{ROSA}")
            await wait(on, lambda: on.has("copy.facts"))
            assert "2 pages. Nothing restricted" in on.words()
            await on.tap("copy.make")
            await wait(on, lambda: on.has("copy.done"))
        ((name, content),) = saved.files
        assert name.startswith("our-plan-") and "For Rosa." in text_of(content)
        async with d.show(DocumentsPlace, place(d, "documents")) as on:
            await wait(on, lambda: "by Marisol Vega. English. Plan, promises" in on.words())


async def test_gaps_come_before_the_copy_is_made(tmp_path: Path, saved: Saved) -> None:
    async with desk(tmp_path) as d, d.show(FamilyCopyPlace, place(d, "family_copy")) as on:
        await wait(on, lambda: on.has(f"copy.reader.{ROSA}"))
        await on.tap(f"copy.reader.{ROSA}")
        await wait(on, lambda: on.has("copy.facts"))
        assert not on.has("copy.gaps")
        await on.tap("copy.language.es")
        await wait(on, lambda: on.has("copy.gaps"))
        said = on.words()
        assert "things are not in Spanish yet" in said and "Quiet mornings — señor Peña says so." in said
        assert saved.files == []
        await on.tap("copy.translate")
        assert d.journey.last == ("go", place(d, "translations", detail="es"))


async def test_what_is_kept_from_a_reader_is_not_among_their_gaps(tmp_path: Path) -> None:
    async with desk(tmp_path) as d, d.show(FamilyCopyPlace, place(d, "family_copy")) as on:
        await wait(on, lambda: on.has(f"copy.reader.{ROSA}"))
        await on.tap("copy.language.es")
        await on.tap(f"copy.reader.{'a2' * 16}")
        await wait(on, lambda: on.has("copy.gaps"))
        assert "plan to leave" not in on.words()


async def test_a_lock_without_a_good_password_is_refused_and_the_words_stay(
    tmp_path: Path, saved: Saved
) -> None:
    async with desk(tmp_path) as d, d.show(FamilyCopyPlace, place(d, "family_copy")) as on:
        await wait(on, lambda: on.has(f"copy.reader.{ROSA}"))
        await on.tap(f"copy.reader.{ROSA}")
        await on.tap("copy.lock")
        assert "nobody can bring it back" in on.words()
        await on.tap("copy.make")
        await wait(on, lambda: "needs 8 letters" in on.words())
        await on.type("copy.password", "gatos")
        await on.tap("copy.make")
        await wait(on, lambda: "needs 8 letters" in on.words())
        assert on.value("copy.password") == "gatos" and saved.files == []
        await on.type("copy.password", "tres gatos azules")
        await on.tap("copy.make")
        await wait(on, lambda: on.has("copy.done"))
        assert on.value("copy.password") == ""
        ((_, content),) = saved.files
        assert not opens(content) and opens(content, "tres gatos azules")


@pytest.mark.parametrize(
    ("answer", "words"),
    [(None, "No file was saved."), (RuntimeError("no dialog"), "This device could not save the file.")],
)
async def test_a_copy_that_was_not_saved_is_on_the_list_all_the_same(
    tmp_path: Path, saved: Saved, answer: None | Exception, words: str
) -> None:
    saved.answer = answer
    async with desk(tmp_path) as d, d.show(FamilyCopyPlace, place(d, "family_copy")) as on:
        await wait(on, lambda: on.has(f"copy.reader.{ROSA}"))
        await on.tap(f"copy.reader.{ROSA}")
        await on.tap("copy.make")
        await wait(on, lambda: words in on.words())
        assert len(await d.sharing.copies(d.tablets.family.id)) == 1


async def test_no_file_is_offered_when_the_log_cannot_be_written(
    tmp_path: Path, saved: Saved, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with desk(tmp_path) as d, d.show(FamilyCopyPlace, place(d, "family_copy")) as on:
        await wait(on, lambda: on.has(f"copy.reader.{ROSA}"))
        await on.tap(f"copy.reader.{ROSA}")

        async def full(*_: object) -> None:
            raise StoreFailed("full")

        monkeypatch.setattr(d.tablets.coordinator.vault, "commit", full)
        await on.tap("copy.make")
        await wait(on, lambda: on.has("copy.error"))
        assert saved.files == []


async def fill_in(on: Stage) -> None:
    """The steps of a release up to the last one."""
    await wait(on, lambda: on.has(f"release.about.{NIA}"))
    await on.type("release.recipient", "Ms. Okafor")
    await on.tap("release.next")
    await wait(on, lambda: "What is it for?" in on.words() and on.has("release.error_above"))
    await on.tap("release.purpose.housing")
    await on.tap("release.next")
    await wait(on, lambda: on.has("release.what.plan"))
    await on.tap("release.next")
    await wait(on, lambda: "Choose what may be shared." in on.words())
    await on.tap("release.what.plan")
    await on.tap("release.next")
    await wait(on, lambda: on.has("release.until.in6"))
    await on.tap("release.next")
    await wait(on, lambda: "Until which day does it hold?" in on.words())
    await on.tap("release.until.in6")
    await on.tap("release.next")
    await wait(on, lambda: on.has("release.reading"))


async def test_a_release_is_filled_in_and_taken_back(tmp_path: Path, saved: Saved) -> None:
    async with desk(tmp_path) as d:
        async with d.show(ReleasePlace, place(d, "release")) as on:
            await fill_in(on)
            said = on.words()
            assert "River House may tell Ms. Okafor" in said or "may tell Ms. Okafor" in said
            assert "You do not have to sign." in said and "You can take it back" in said
            await on.tap(f"release.signer.{ROSA}")
            await on.type("release.signer_role", "grandmother")
            await on.tap("release.save")
            await wait(on, lambda: "Why may this person decide?" in on.words())
            await on.tap("release.authority.guardian")
            await on.type("release.ground", "Probate court, 2019")
            await on.tap("release.save")
            await wait(on, lambda: "Sign it, or say that the leave was given" in on.words())
            await on.tap("release.by_word")
            await on.tap("release.save")
            await wait(on, lambda: bool(d.journey.steps))
        (kept,) = await d.sharing.releases.all(d.tablets.family.id)
        today = d.tablets.coordinator.desk.today()
        assert kept.until_on == after(today, 6).isoformat() and kept.kinds == ("spoken",)
        assert d.journey.last == ("swap", place(d, "release", record_id=kept.release_id))
        async with d.show(ReleasePlace, place(d, "release", record_id=kept.release_id)) as on:
            await wait(on, lambda: on.has("release.revoke"))
            assert "Said aloud, not signed" in on.words() and "They have no copy yet." in on.words()
            await on.tap("release.copy")
            assert d.journey.last == ("go", place(d, "family_copy", detail=kept.release_id))
            await on.tap("release.print")
            await wait(on, lambda: on.has("release.done"))
            assert saved.files and "You do not have to sign." in " ".join(
                text_of(saved.files[0][1]).split()
            )
            await wait(on, lambda: "They got their copy" in on.words())
            await on.tap("release.revoke")
            await on.tap("release.revoked_how.aloud")
            await on.tap("release.revoke_dialog.act")
            await wait(on, lambda: "Taken back on" in on.words())
            assert not on.has("release.copy") and not on.has("release.revoke")
            assert "Taken back by Rosa Delgado" in on.words()


async def test_who_was_given_something_is_told_when_it_is_over(tmp_path: Path) -> None:
    async with desk(tmp_path) as d:
        kept = await d.sharing.releases.save(release(d.tablets))
        wish = CopyWish(d.tablets.family.id, release_id=kept)
        await d.sharing.copy_for(wish, english)
        await d.sharing.releases.revoke(kept, "Rosa", "in_writing")
        async with d.show(ReleasePlace, place(d, "release", record_id=kept)) as on:
            await wait(on, lambda: on.has("release.to_tell"))
            assert "Ms. Okafor" in on.words()
            await on.tap("release.tell")
            await wait(on, lambda: "Who was told, and how?" in on.words())
            await on.type("release.told", "Ms. Okafor, by phone")
            await on.tap("release.tell")
            await wait(on, lambda: "Told: Ms. Okafor, by phone" in on.words())


async def test_one_that_names_drugs_or_alcohol_asks_for_words_and_both_names(tmp_path: Path) -> None:
    async with desk(tmp_path) as d:
        async with d.show(ReleasePlace, place(d, "release")) as on:
            await fill_in(on)
            assert on.has("release.by_word")
            await on.tap("release.before")
            await on.tap("release.before")
            await on.tap("release.label.sud")
            await on.tap("release.next")
            await wait(on, lambda: "Say in your own words" in on.words())
            await on.type("release.described", "Whether Nia goes")
            await on.tap("release.next")
            await wait(on, lambda: on.has("release.everyone_treating"))
            await on.tap("release.next")
            await wait(on, lambda: on.has("release.reading"))
            assert "guards help with drugs or alcohol" in on.words()
            assert not on.has("release.by_word")  # Never aloud for this.
            await on.tap(f"release.signer.{ROSA}")
            await on.tap("release.authority.parent")
            await on.type("release.signer_role", "mother")
            await on.tap("release.save")
            await wait(on, lambda: "Everybody named here has to sign." in on.words())
            assert not on.has("release.authority.self")  # Rosa is not the young person.
            await on.tap("release.another")
            await on.tap(f"release.second.{NIA}")
            assert on.has("release.sign_second")
            assert await d.sharing.releases.all(d.tablets.family.id) == ()


async def test_the_form_speaks_the_language_in_which_it_is_read(tmp_path: Path) -> None:
    async with desk(tmp_path) as d, d.show(ReleasePlace, place(d, "release")) as on:
        await wait(on, lambda: on.has(f"release.about.{NIA}"))
        await on.tap("release.language.es")
        await wait(on, lambda: "¿De quién es el expediente?" in on.words())
        await on.tap("release.next")
        await wait(on, lambda: "¿Para quién es?" in on.words())


async def test_a_signature_falls_when_what_it_stands_under_changes(tmp_path: Path) -> None:
    async with desk(tmp_path) as d:
        await d.sharing.releases.keep_draft(replace(release(d.tablets), step=3))
        async with d.show(ReleasePlace, place(d, "release")) as on:
            await wait(on, lambda: on.has("release.restored"))
            assert "Sign again" in on.words()
            await on.type("release.signer_role", "aunt")
            assert "Sign again" not in on.words() and "Rosa Delgado signs here" in on.words()


async def test_a_half_filled_release_survives_a_lock_and_can_be_begun_anew(tmp_path: Path) -> None:
    async with desk(tmp_path) as d:
        async with d.show(ReleasePlace, place(d, "release")) as on:
            await wait(on, lambda: on.has(f"release.about.{NIA}"))
            await on.type("release.recipient", "Ms. Ok")
            await d.tablet._last_moment()  # What happens right before the tablet locks.
            kept = await d.sharing.releases.draft(d.tablets.family.id)
            assert kept is not None and (kept.recipient, kept.about_id) == ("Ms. Ok", NIA)
        async with d.show(ReleasePlace, place(d, "release")) as on:
            await wait(on, lambda: on.has("release.restored"))
            assert on.value("release.recipient") == "Ms. Ok"
            await on.tap("release.fresh")
            await wait(on, lambda: not on.has("release.restored"))
            assert on.value("release.recipient") == ""
        assert await d.sharing.releases.draft(d.tablets.family.id) is None


async def test_an_old_release_says_what_it_lacks_and_leads_to_a_new_one(tmp_path: Path) -> None:
    async with desk(tmp_path) as d:
        said = {
            "recipient": "Dr. Tan", "organisation": "Clinic", "what": "plan", "purpose": "Care",
            "from_on": "2026-01-01", "until_on": "2099-01-01",
        }  # fmt: skip
        signed = said | {"name": "Rosa", "role": "mother", "signed_at_ms": 1_700_000_000_000, "strokes": []}
        await d.tablets.coordinator.vault.commit(
            [Change(d.tablets.family.stream, "release", "c7" * 16, said | {"signed": signed})]
        )
        async with d.show(ReleasePlace, place(d, "release", record_id="c7" * 16)) as on:
            await wait(on, lambda: on.has("release.missing"))
            said_now = on.words()
            assert "Not whole." in said_now and "Whose record it is" in said_now
            assert not on.has("release.copy") and not on.has("release.print")
            await on.tap("release.anew")
            assert d.journey.last == ("go", place(d, "release"))


async def test_in_an_emergency_the_words_are_on_the_list_before_they_are_said(tmp_path: Path) -> None:
    async with desk(tmp_path) as d:
        async with d.show(WithoutReleasePlace, place(d, "without_release")) as on:
            assert not on.has("lawful.give")
            await on.tap("lawful.basis.medical_emergency")
            for name, words in (
                ("recipient", "Dr. Tan"), ("organisation", "St. Mary"), ("reason", "Nia fell"),
            ):  # fmt: skip
                await on.type(f"lawful.{name}", words)
            await on.tap("lawful.give")
            await wait(on, lambda: "What is the least they need? Write it down." in on.words())
            assert on.value("lawful.reason") == "Nia fell"
            await on.type("lawful.least", "What she takes")
            await on.type("lawful.told", "She takes A.")
            assert not on.has("lawful.labels.psychotherapy")
            await on.tap("lawful.labels.sud")
            await on.tap("lawful.give")
            await wait(on, lambda: "Now you can say it." in on.words())
            assert on.has("telling.notices") and "42 CFR part 2 prohibits" in on.words()
        (line,) = await d.sharing.log.unseen()
        assert (line.basis, line.facts["least"]) == ("medical_emergency", "What she takes")
        async with d.show(DocumentsPlace, place(d, "documents")) as on:
            await wait(on, lambda: "Something left without a release." in on.words())
        where = place(d, "disclosures", record_id=line.disclosure_id)
        async with d.show(DisclosuresPlace, where) as on:
            await wait(on, lambda: "Nia fell" in on.words())
            assert "No supervisor has seen it yet." in on.words() and not on.has("log.seen")


async def test_a_paper_without_a_release_is_saved_after_it_is_on_the_list(
    tmp_path: Path, saved: Saved
) -> None:
    async with desk(tmp_path) as d, d.show(WithoutReleasePlace, place(d, "without_release")) as on:
        await on.tap("lawful.basis.court_order")
        for name in ("recipient", "reason", "least", "reference"):
            await on.type(f"lawful.{name}", f"words of {name}")
        await on.tap("lawful.how.paper")
        await on.tap("lawful.parts.plan")
        await on.tap("lawful.labels.sud")
        await on.tap("lawful.give")
        await wait(on, lambda: "The law does not let this kind of record go" in on.words())
        await on.tap("lawful.compelled")
        await on.tap("lawful.give")
        await wait(on, lambda: "the paper was made" in on.words())
        assert len(saved.files) == 1 and len(await d.sharing.log.unseen()) == 1


async def test_a_supervisor_says_that_they_have_seen_it(tmp_path: Path) -> None:
    async with desk(tmp_path) as d:
        line = {"recipient": "Dr. Tan", "basis": "serious_threat", "at_ms": 5, "facts": {"reason": "x"}}
        stream = d.tablets.family.stream
        await d.tablets.coordinator.vault.commit([Change(stream, "disclosure", "f1" * 16, line)])
        await d.tablets.meet()
        boss = d.tablets.supervisor
        d.tablet.adopt(replace(d.tablet.open, desk=boss.desk, sharing=Sharing(boss.desk)))
        where = place(d, "disclosures", record_id="f1" * 16)
        async with d.show(DisclosuresPlace, where) as on:
            await wait(on, lambda: on.has("log.seen"))
            await on.tap("log.seen")
            await wait(on, lambda: "A supervisor has seen it." in on.words())


async def test_the_log_is_read_by_days_and_printed_for_the_family(tmp_path: Path, saved: Saved) -> None:
    async with desk(tmp_path) as d:
        await d.sharing.copy_for(CopyWish(d.tablets.family.id, ROSA), english)
        async with d.show(DisclosuresPlace, place(d, "disclosures")) as on:
            await wait(on, lambda: "Rosa" in on.words())
            await on.type("log.until", "2020-01-01")
            await wait(on, lambda: "Nothing left in this time." in on.words())
            await on.tap("log.six")
            await wait(on, lambda: "Nothing left in this time." not in on.words())
            await on.tap("log.print")
            await on.tap("log.print_dialog.act")
            await wait(on, lambda: "Who asks for it?" in on.words())
            await on.type("log.who", "Rosa Delgado")
            await on.tap("log.print_dialog.act")
            await wait(on, lambda: on.has("log.done"))
        assert "Rosa" in text_of(saved.files[0][1])


async def test_something_is_told_under_a_release_that_covers_talking(tmp_path: Path) -> None:
    async with desk(tmp_path) as d:
        kept = await d.sharing.releases.save(release(d.tablets, what=("talk",)))
        async with d.show(ReleasePlace, place(d, "release", record_id=kept)) as on:
            await wait(on, lambda: on.has("release.say"))
            assert not on.has("release.copy")
        async with d.show(TellingPlace, place(d, "telling", record_id=kept)) as on:
            await on.tap("telling.save")
            await wait(on, lambda: "Write what you will tell them." in on.words())
            await on.type("telling.said", "She is well")
            await on.tap("telling.save")
            await wait(on, lambda: "Now you can say it." in on.words())
            assert "Do not pass it on." in on.words()


async def test_a_copy_under_a_release_names_its_reader(tmp_path: Path, saved: Saved) -> None:
    async with desk(tmp_path) as d:
        kept = await d.sharing.releases.save(release(d.tablets))
        async with d.show(FamilyCopyPlace, place(d, "family_copy", detail=kept)) as on:
            await wait(on, lambda: on.has("copy.facts"))
            assert "Only what the release covers" in on.words()
            assert "what the reader may not do with it" in on.words()
            await on.tap("copy.what.card")
            await wait(on, lambda: on.has("copy.refused"))
            assert "The release does not cover this." in on.words()


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(("width", "scale"), [(1024, 1.0), (768, 1.0), (390, 1.0), (390, 2.0)])
async def test_all_of_them_draw_at_every_size_in_both_languages(
    tmp_path: Path, language: str, width: int, scale: float
) -> None:
    async with desk(tmp_path) as d:
        kept = await d.sharing.releases.save(release(d.tablets))
        made = await d.sharing.copy_for(CopyWish(d.tablets.family.id, release_id=kept), english)
        settings = UiSettings(text_scale=scale, language=language)
        for screen, name, record in (
            (DocumentsPlace, "documents", ""),
            (FamilyCopyPlace, "family_copy", kept),
            (ReleasePlace, "release", ""),
            (ReleasePlace, "release", kept),
            (TellingPlace, "telling", kept),
            (WithoutReleasePlace, "without_release", ""),
            (DisclosuresPlace, "disclosures", ""),
            (DisclosuresPlace, "disclosures", made.disclosure_id),
        ):
            where = place(d, name, **{"detail" if name == "family_copy" else "record_id": record})
            async with d.show(screen, where, settings=settings, width=width) as on:
                await wait(on, lambda on=on: len(on.words()) > 60)  # type: ignore[misc]
                assert on.crashed is None


def test_months_later_is_a_day_of_the_calendar() -> None:
    from datetime import date

    assert after(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert after(date(2026, 11, 22), 12) == date(2027, 11, 22)
    assert after(date(2026, 11, 30), 3) == date(2027, 2, 28)
