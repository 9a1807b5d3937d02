"""Unlock: one field, one button, no hints, and a way in for who forgot."""

from __future__ import annotations

import asyncio
from pathlib import Path

import flet as ft
import pytest

from app.errors import (
    DeviceSecretLost,
    DiskFull,
    PassphraseDue,
    PersonAskedOtherwise,
    PersonNotConfirmed,
)
from app.services.departures import Unsent
from app.services.entry import Protection
from app.services.tablet import TabletState
from app.views.app import App
from app.views.screens.unlock.kit import split_words
from app.views.screens.unlock.screen import greeting
from app.views.widgets.ui import LayoutKind, Ui, UiSettings, layout_for
from tests.fakes.tablet import KIT, PASSPHRASE, SUGGESTED, Canned, canned
from tests.ui import Stage

NEW = "lemon window river plate slow"


def disabled(on: Stage, key: str) -> bool:
    return bool(getattr(on.find(key), "disabled", False))


def stage(c: Canned) -> Stage:
    return Stage(lambda: App(c.tablet, Path()))


async def test_the_words_are_the_exact_ones() -> None:
    async with stage(canned()) as on:
        words = on.words()
        assert "Passphrase" in words and "Unlock" in words
        assert "Passphrase" in on.names()


async def test_enter_submits() -> None:
    c = canned()
    async with stage(c) as on:
        await on.type("unlock.passphrase", PASSPHRASE)
        await on.submit("unlock.passphrase")
        assert on.has("today.plan")


async def test_a_wrong_passphrase_is_said_without_a_hint_and_stays_to_be_mended() -> None:
    c = canned()
    async with stage(c) as on:
        await on.type("unlock.passphrase", "something else")
        await on.tap("unlock.go")
        assert "That is not the passphrase of this tablet. Try again." in on.words()
        assert on.value("unlock.passphrase") == "something else"
        await on.type("unlock.passphrase", PASSPHRASE)
        assert "Try again." not in on.words()
        await on.tap("unlock.go")
        assert on.has("today.plan")


async def test_nothing_typed_is_not_a_try() -> None:
    c = canned()
    async with stage(c) as on:
        await on.tap("unlock.go")
        assert "Type your passphrase first." in on.words()
        assert c.keyholder.tries == 0


async def test_while_opening_there_is_progress_and_no_second_try() -> None:
    c = canned()
    c.keyholder.hold = asyncio.Event()
    async with stage(c) as on:
        await on.type("unlock.passphrase", PASSPHRASE)
        pressed = asyncio.create_task(on.tap("unlock.go"))
        await on.settle()
        assert "Opening" in on.words() and "25 % done" in on.words()
        assert disabled(on, "unlock.go")
        await on.submit("unlock.passphrase")
        assert c.keyholder.tries == 1
        c.keyholder.hold.set()
        await pressed
        await on.settle()
        assert on.has("today.plan")


async def test_after_many_tries_it_asks_for_patience_in_words() -> None:
    c = canned()
    c.keyholder.wait = 8.2
    async with stage(c) as on:
        assert "You can try again in 9 seconds." in on.words()
        assert disabled(on, "unlock.go")
        await on.type("unlock.passphrase", PASSPHRASE)
        await on.submit("unlock.passphrase")
        assert c.keyholder.tries == 0


async def test_another_failure_says_what_to_do() -> None:
    c = canned()
    c.keyholder.error = DiskFull("x")
    async with stage(c) as on:
        await on.type("unlock.passphrase", PASSPHRASE)
        await on.tap("unlock.go")
        assert "no free space" in on.words()
        assert on.value("unlock.passphrase") == PASSPHRASE


async def test_the_other_language_is_one_tap_away() -> None:
    async with stage(canned()) as on:
        await on.tap("unlock.language")
        assert "Desbloquear" in on.words()


async def test_the_kit_opens_the_tablet_with_a_new_passphrase() -> None:
    c = canned()
    async with stage(c) as on:
        await on.tap("unlock.cannot")
        await on.tap("kit.have")
        await on.type("kit.words", "1. " + "\n2. ".join(KIT).upper())
        await on.tap("kit.own")
        await on.type("kit.new", NEW)
        await on.type("kit.again", NEW)
        await on.tap("kit.go")
        assert c.keyholder.recovered == [(" ".join(KIT), NEW)]
        assert on.has("today.plan")


@pytest.mark.parametrize(
    ("words", "new", "again", "said"),
    [
        ("one two", NEW, NEW, "you have typed 2"),
        (" ".join(KIT), "short", "short", "too short"),
        (" ".join(KIT), NEW, NEW + "x", "not the same"),
        (" ".join(reversed(KIT)), NEW, NEW, "do not fit together"),
    ],
)
async def test_a_mistake_in_the_kit_is_named_and_nothing_typed_is_lost(
    words: str, new: str, again: str, said: str
) -> None:
    c = canned()
    async with stage(c) as on:
        await on.tap("unlock.cannot")
        await on.tap("kit.have")
        await on.type("kit.words", words)
        await on.tap("kit.own")
        await on.type("kit.new", new)
        await on.type("kit.again", again)
        await on.tap("kit.go")
        assert said in on.words()
        assert on.value("kit.words") == words and on.value("kit.new") == new
        assert c.keyholder.recovered == []


def test_a_printed_sheet_may_be_typed_with_its_numbers() -> None:
    assert split_words("1. Apple\n2) bear, 3 cat") == ("apple", "bear", "cat")


@pytest.mark.parametrize(
    ("hour", "said"),
    [(3, "Good evening."), (4, "Good morning."), (12, "Good afternoon."), (18, "Good evening.")],
)
def test_the_greeting_follows_the_day(hour: int, said: str) -> None:
    ui = Ui(UiSettings(), layout_for(1024, 768, 1.0))
    assert ui.layout.kind is LayoutKind.WIDE
    assert greeting(ui, hour) == said


async def test_the_enter_right_after_the_last_letter_uses_every_letter() -> None:
    c = canned()
    async with stage(c) as on:
        await on.type("unlock.passphrase", PASSPHRASE[:-1])
        field = on.find("unlock.passphrase")
        # Both come before the screen can be drawn again.
        on.session.apply_patch(field._i, {"value": PASSPHRASE})
        await on.session.dispatch_event(field._i, "change", PASSPHRASE)
        await on.session.dispatch_event(field._i, "submit", None)
        await on.settle()
        assert on.has("today.plan")


async def test_finger_or_face_are_offered_only_where_they_are_on() -> None:
    async with stage(canned()) as on:
        assert not on.has("unlock.person")
    c = canned()
    c.keyholder.protected = Protection(True, True, True)
    async with stage(c) as on:
        await on.tap("unlock.person")
        assert c.keyholder.asked == ["Open Kitchen Table"]
        assert on.has("today.plan")


async def test_a_refused_finger_is_said_and_a_closed_prompt_is_not() -> None:
    c = canned()
    c.keyholder.protected = Protection(True, True, True)
    async with stage(c) as on:
        for error, said in (
            (PersonNotConfirmed(), "That was not recognised."),
            (PassphraseDue(), "Type your passphrase this time."),
        ):
            c.keyholder.error = error
            await on.tap("unlock.person")
            assert said in on.words()
        c.keyholder.error = PersonAskedOtherwise()
        await on.tap("unlock.person")
        assert not on.has("unlock.passphrase.error")
        # It was turned off meanwhile: the button goes.
        c.keyholder.protected, c.keyholder.error = Protection(True, True, False), PersonNotConfirmed()
        await on.tap("unlock.person")
        assert not on.has("unlock.person")


async def test_a_lost_device_secret_leads_to_the_kit() -> None:
    c = canned()
    c.keyholder.error = DeviceSecretLost()
    async with stage(c) as on:
        await on.type("unlock.passphrase", PASSPHRASE)
        await on.tap("unlock.go")
        assert "Use your recovery kit: nothing saved here is lost." in on.words()


async def test_a_kit_gets_five_words_offered_first() -> None:
    c = canned()
    async with stage(c) as on:
        await on.tap("unlock.cannot")
        await on.tap("kit.have")
        await on.type("kit.words", " ".join(KIT))
        await on.tap("kit.other")
        assert SUGGESTED[1] in on.words()
        await on.type("kit.again", SUGGESTED[1])
        await on.tap("kit.go")
        assert c.keyholder.recovered == [(" ".join(KIT), SUGGESTED[1])]


@pytest.mark.parametrize(
    ("held", "said"),
    [
        (Unsent(0, 0), "Everything on this tablet was sent."),
        (Unsent(1, 0), "Never sent from this tablet: up to 1 change."),
        (None, "How much on this tablet was never sent cannot be read now."),
    ],
)
async def test_starting_over_says_how_much_was_never_sent(held: Unsent | None, said: str) -> None:
    c = canned()
    c.keyholder.never_sent = held
    async with stage(c) as on:
        await on.tap("unlock.cannot")
        await on.tap("kit.neither")
        await on.wait_for(lambda: said in on.words())


async def test_starting_over_waits_until_it_is_known_what_was_never_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    c, known = canned(), asyncio.Event()

    async def slow() -> Unsent | None:
        await known.wait()
        return Unsent(2, 0)

    monkeypatch.setattr(c.tablet, "unsent", slow)
    async with stage(c) as on:
        await on.tap("unlock.cannot")
        await on.tap("kit.neither")
        await on.tap("start_over.sure")
        assert disabled(on, "start_over.go")
        known.set()
        await on.wait_for(lambda: not disabled(on, "start_over.go"))
        assert "up to 2 changes" in on.words()


async def test_starting_over_says_what_is_lost_and_wants_a_yes_first() -> None:
    c = canned()
    c.keyholder.never_sent = Unsent(12, 1)
    async with stage(c) as on:
        await on.tap("unlock.cannot")
        await on.tap("kit.neither")
        assert "They are gone unless you remember the passphrase." in on.words()
        said = "Never sent from this tablet: up to 12 changes and 1 photo or paper."
        await on.wait_for(lambda: said in on.words())
        assert disabled(on, "start_over.go")
        await on.tap("start_over.back")
        await on.tap("kit.neither")
        await on.tap("start_over.sure")
        await on.wait_for(lambda: not disabled(on, "start_over.go"))
        await on.tap("start_over.go")
        assert c.tablet.state is TabletState.FIRST_RUN
        await on.tap("first_run.bring_back")
        assert c.tablet.state is TabletState.LOCKED and on.has("unlock.passphrase")


async def test_failed_tries_are_told_once_right_after_unlocking() -> None:
    c = canned()
    c.access.failed_tries = 3
    async with stage(c) as on:
        await on.type("unlock.passphrase", PASSPHRASE)
        await on.tap("unlock.go")
        await on.settle()
        assert "3 wrong passphrases since you were last here" in on.words()
        await c.tablet.lock("test")
        await on.settle()
        assert not any(bar.open for bar in on.all(ft.SnackBar))
