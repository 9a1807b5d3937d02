"""First run: two ways in, nothing lost silently, and no way past the paper."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import InvalidInput, NoNetwork
from app.views import words
from app.views.app import App
from app.views.hooks import TabletContext
from app.views.screens.first_run import FirstRun
from tests.fakes.tablet import KIT, SEED, SUGGESTED, Canned, canned
from tests.ui import Stage

PASS = "lemon window river plate slow"


def disabled(on: Stage, key: str) -> bool:
    return bool(getattr(on.find(key), "disabled", False))


def stage(c: Canned) -> Stage:
    return Stage(lambda: App(c.tablet, Path()))


def quick(c: Canned) -> Stage:
    """First run alone: the words asked for are the first three, the server is asked at once."""
    return Stage.of(
        lambda: TabletContext(c.tablet, lambda: FirstRun(lambda _of, n: list(range(n)), 0.0))
    )


async def fill_agency(on: Stage) -> None:
    await on.tap("first_run.start")
    await on.type("first_run.agency", "Harbor Wraparound")
    await on.type("first_run.your_name", "Maya Chen")
    await on.tap("first_run.own")
    await on.type("first_run.passphrase", PASS)
    await on.type("first_run.again", PASS)


async def confirm(on: Stage, sheet: tuple[str, ...]) -> None:
    assert all(word in on.words() for word in sheet)
    await on.tap("first_run.written")
    assert sheet[5] not in on.words()
    for place in range(3):
        await on.type(f"first_run.word{place}", f" {sheet[place].upper()} ")
    await on.tap("first_run.check")


async def test_starting_an_agency_shows_both_sheets_and_opens_only_then() -> None:
    c = canned(first_run=True)
    async with quick(c) as on:
        await fill_agency(on)
        assert on.value("first_run.server") == "http://127.0.0.1:8787"
        assert on.value("first_run.your_title") == "Care coordinator"
        await on.tap("first_run.go")
        asked = c.first_run.started[0]
        assert (asked.agency_name, asked.your_name, asked.passphrase) == (
            "Harbor Wraparound", "Maya Chen", PASS)
        assert "Sheet 1 of 2" in on.words()
        await confirm(on, SEED)
        assert c.first_run.finished == 0
        await confirm(on, KIT)
        assert c.first_run.finished == 1


async def test_the_app_opens_after_the_second_sheet() -> None:
    c = canned(first_run=True)
    async with stage(c) as on:
        assert "Start an agency" in on.words() and "Join with an invitation" in on.words()
        await fill_agency(on)
        await on.tap("first_run.go")
        for sheet in (SEED, KIT):
            await on.tap("first_run.written")
            labels = [line for line in on.words().splitlines() if line.startswith("Word ")]
            for place, label in enumerate(labels):
                await on.type(f"first_run.word{place}", sheet[int(label.split()[1]) - 1])
            await on.tap("first_run.check")
        assert on.has("today.plan")


async def test_a_wrong_word_is_named_and_the_sheet_can_be_seen_again() -> None:
    c = canned(first_run=True)
    async with quick(c) as on:
        await fill_agency(on)
        await on.tap("first_run.go")
        await on.tap("first_run.written")
        await on.type("first_run.word0", SEED[0])
        await on.type("first_run.word1", "zebra")
        await on.tap("first_run.check")
        assert "That is not word 2 of the sheet." in on.words()
        assert on.value("first_run.word0") == SEED[0]
        await on.tap("first_run.show_again")
        assert SEED[10] in on.words()


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("agency", " ", "What is the agency called?"),
        ("your_name", "", "What is your name?"),
        ("passphrase", "too short", "That is too short."),
        ("again", "something else entirely", "The two are not the same."),
    ],
)
async def test_what_is_missing_is_said_beside_its_field_and_nothing_is_made(
    field: str, value: str, said: str
) -> None:
    c = canned(first_run=True)
    async with quick(c) as on:
        await fill_agency(on)
        await on.type(f"first_run.{field}", value)
        await on.tap("first_run.go")
        assert said in on.words()
        assert on.has(f"first_run.{field}.error")
        assert c.first_run.started == []
        assert on.value("first_run.server") == "http://127.0.0.1:8787"


async def test_what_the_service_refuses_keeps_what_was_typed() -> None:
    c = canned(first_run=True)
    async with quick(c) as on:
        await fill_agency(on)
        c.fails.error = InvalidInput("That is no address.", field="server_url")
        await on.tap("first_run.go")
        assert "That is no address." in on.words()
        assert on.value("first_run.agency") == "Harbor Wraparound"
        assert not disabled(on, "first_run.go")


async def test_five_words_are_offered_first_and_typed_once() -> None:
    c = canned(first_run=True)
    async with quick(c) as on:
        await on.tap("first_run.start")
        first = SUGGESTED[0]
        assert first in on.words() and not on.has("first_run.passphrase")
        await on.tap("first_run.other")
        assert SUGGESTED[1] in on.words() and first not in on.words()
        await on.type("first_run.agency", "Harbor Wraparound")
        await on.type("first_run.your_name", "Maya Chen")
        await on.type("first_run.again", first)
        await on.tap("first_run.go")
        assert "These are not the five words above." in on.words()
        assert c.first_run.started == []
        await on.type("first_run.again", SUGGESTED[1])
        await on.tap("first_run.go")
        assert c.first_run.started[0].passphrase == SUGGESTED[1]


async def test_a_passphrase_of_ones_own_is_typed_twice_and_forgotten_with_the_offer() -> None:
    c = canned(first_run=True)
    async with quick(c) as on:
        await fill_agency(on)
        await on.tap("first_run.offer")
        assert not on.has("first_run.passphrase") and on.value("first_run.again") == ""
        await on.tap("first_run.own")
        assert on.value("first_run.passphrase") == ""


async def test_going_back_asks_only_when_something_would_be_lost() -> None:
    c = canned(first_run=True)
    async with quick(c) as on:
        await on.tap("first_run.start")
        await on.tap("first_run.back")
        assert on.has("first_run.join")
        await fill_agency(on)
        await on.tap("first_run.back")
        await on.tap("first_run.leave.keep")
        await on.dismiss()
        assert on.value("first_run.agency") == "Harbor Wraparound"
        await on.tap("first_run.back")
        await on.tap("first_run.leave.act")
        assert on.has("first_run.join")


async def join(on: Stage) -> None:
    await on.tap("first_run.join")
    await on.type("first_run.code", "kt-aaaa-bbbb")
    await on.tap("first_run.go")
    await on.tap("first_run.own")
    await on.type("first_run.passphrase", PASS)
    await on.type("first_run.again", PASS)
    await on.tap("first_run.go")


async def test_joining_shows_the_fingerprint_the_kit_and_waits_to_be_let_in() -> None:
    c = canned(first_run=True)
    async with quick(c) as on:
        await on.tap("first_run.join")
        await on.type("first_run.code", "kt-aaaa-bbbb")
        await on.tap("first_run.go")
        assert "7F3A 90C2 11D4 EE08" in on.words()
        await on.tap("first_run.own")
        await on.type("first_run.passphrase", PASS)
        await on.type("first_run.again", PASS)
        await on.tap("first_run.go")
        assert c.first_run.joined[0].invitation_text == "kt-aaaa-bbbb"
        await confirm(on, KIT)
        assert "Waiting to be let in" in on.words()
        assert c.first_run.finished == 0
        c.first_run.let_in = True
        await on.wait_for(lambda: c.first_run.finished == 1)


async def test_waiting_without_a_network_says_so_and_goes_on_asking() -> None:
    c = canned(first_run=True)
    async with quick(c) as on:
        await join(on)
        await on.tap("first_run.written")
        for place in range(3):
            await on.type(f"first_run.word{place}", KIT[place])
        c.fails.error = NoNetwork("x")
        await on.tap("first_run.check")
        await on.wait_for(lambda: "No network. It asks again by itself" in on.words())
        c.fails.error, c.first_run.let_in = None, True
        await on.wait_for(lambda: c.first_run.finished == 1)


async def test_a_code_that_is_not_one_is_said_beside_the_field() -> None:
    c = canned(first_run=True)
    async with quick(c) as on:
        await on.tap("first_run.join")
        await on.tap("first_run.go")
        assert "Type the code you were given." in on.words()
        await on.type("first_run.code", "hello")
        await on.tap("first_run.go")
        assert "This invitation is not complete." in on.words()
        assert on.value("first_run.code") == "hello"


@pytest.mark.parametrize("part", [
    "dates", "cover", "unlock", "families", "deadlines", "crisis", "sync_centre", "first_run",
    "settings", "invite", "new_family",
])
def test_both_languages_have_the_same_phrases_with_the_same_places(part: str) -> None:
    import string

    english, spanish = words.catalogue("en"), words.catalogue("es")
    heads = {"dates": "dates", "cover": "cover", "deadlines": "deadline"}
    head = heads.get(part, part)
    keys = {key for key in english if key.split(".")[0] == head}
    assert keys and keys == {key for key in spanish if key.split(".")[0] == head}
    for key in keys:
        places = [
            {name for _, name, _, _ in string.Formatter().parse(text) if name}
            for text in (english[key], spanish[key])
        ]
        assert places[0] == places[1], key
