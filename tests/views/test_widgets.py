"""The kit's pieces that are driven: fields, chips, boxes, ratings, dialogs, layout."""

from __future__ import annotations

import flet as ft
import pytest

from app.views.widgets.boundary import ErrorBoundary, component
from app.views.widgets.buttons import filled, outlined, quiet
from app.views.widgets.chips import Choice, choice_chips, many_chips
from app.views.widgets.dialogs import confirm_dialog, undo_bar
from app.views.widgets.eco_map import EcoMap, Person
from app.views.widgets.face import Kind
from app.views.widgets.fields import field
from app.views.widgets.header import header
from app.views.widgets.rating import rating
from app.views.widgets.shell import Place, shell
from app.views.widgets.states import Loading, error_state
from app.views.widgets.text import text
from app.views.widgets.tickbox import tickbox
from app.views.widgets.ui import LayoutKind, UiSettings, layout_for, use_layout, use_ui
from tests.ui import Stage

ICON = ft.Icons.SYNC


async def test_field_gives_the_text_and_keeps_keyboards_from_learning() -> None:
    @component
    def Screen() -> ft.Control:
        ui = use_ui()
        name, set_name = ft.use_state("")
        return ft.Column([field(ui, "Name", name, set_name, key="s.name"), text(ui, f"Hello {name}")])

    async with Stage.of(Screen) as stage:
        await stage.type("s.name", "Nia")
        assert "Hello Nia" in stage.words()
        entry = stage.find("s.name")
        assert isinstance(entry, ft.TextField)
        assert not entry.autocorrect
        assert not entry.enable_suggestions
        assert not entry.enable_ime_personalized_learning
        assert entry.height is None
        assert "Name" in stage.names()


async def test_secret_field_shows_its_letters_only_while_the_eye_is_open() -> None:
    @component
    def Screen() -> ft.Control:
        return field(use_ui(), "Passphrase", "quiet words", None, key="unlock.passphrase", secret=True)

    async with Stage.of(Screen) as stage:
        assert "quiet words" not in stage.words()
        await stage.tap("unlock.passphrase.eye")
        assert "quiet words" in stage.words()
        assert "Hide the words" in stage.names()
        await stage.tap("unlock.passphrase.eye")
        assert "quiet words" not in stage.words()


async def test_field_error_takes_the_place_of_the_help() -> None:
    @component
    def Screen() -> ft.Control:
        return field(
            use_ui(), "Phone", "", None, key="s.phone", help="With area code.", error="It is too short."
        )

    async with Stage.of(Screen) as stage:
        assert stage.has("s.phone.error")
        assert not stage.has("s.phone.help")


async def test_handlers_may_be_coroutines_and_get_values_not_events() -> None:
    got: list[object] = []

    async def later(value: str) -> None:
        got.append(value)

    @component
    def Screen() -> ft.Control:
        ui = use_ui()
        return ft.Column(
            [
                choice_chips(ui, (Choice("a", "A"), Choice("b", "B")), "a", later, key="s.pick"),
                many_chips(ui, (Choice("x", "X"),), frozenset(), got.append, key="s.many"),
                field(ui, "Name", "", later, key="s.name"),
                tickbox(ui, "Done", False, got.append, key="s.tick"),
                rating(ui, "Nia", 4, None, got.append, key="s.rate", width=600),
            ]
        )

    async with Stage.of(Screen) as stage:
        await stage.tap("s.pick.b")
        await stage.tap("s.many.x")
        await stage.type("s.name", "Teo")
        await stage.tap("s.tick")
        await stage.tap("s.rate.7")
    assert got == ["b", frozenset({"x"}), "Teo", True, 7]


async def test_rating_has_eleven_named_targets_of_48_pixels_even_on_a_phone() -> None:
    @component
    def Screen() -> ft.Control:
        return rating(use_ui(), "Nia", 4, 7, lambda _value: None, key="r", width=350)

    async with Stage.of(Screen, width=390, height=844) as stage:
        targets = [stage.find(f"r.{value}") for value in range(11)]
        assert all(isinstance(t, ft.TextButton) and (t.width or 0) >= 48 for t in targets)
        assert "Nia, 4 of 10, last time" in stage.names()
        assert "Nia, 7 of 10, today" in stage.names()
        assert not stage.all(ft.Slider)


async def test_failing_component_shows_the_error_state_and_the_rest_lives_on() -> None:
    @component
    def Fragile(count: int) -> ft.Control:
        if count == 1:
            raise ValueError("Nia's words must not be shown or logged")
        return ft.Text(f"fine {count}")

    @component
    def Screen() -> ft.Control:
        ui = use_ui()
        count, set_count = ft.use_state(0)
        return ft.Column(
            [filled(ui, "Count up", lambda: set_count(count + 1), key="s.up"), Fragile(count),
             text(ui, f"beside {count}")]
        )

    async with Stage.of(Screen) as stage:
        await stage.tap("s.up")
        assert "This part could not be shown." in stage.words()
        assert "beside 1" in stage.words()
        assert "Nia" not in stage.words()
        assert stage.alive
        assert stage.crashed is None
        await stage.tap("s.up")
        assert "fine 2" in stage.words()


async def test_failing_component_logs_a_code_and_no_content(caplog: pytest.LogCaptureFixture) -> None:
    @component
    def Fragile() -> ft.Control:
        raise ValueError("Nia's words")

    async with Stage.of(Fragile):
        pass
    assert "ValueError" in caplog.text
    assert "Nia" not in caplog.text


async def test_try_again_renders_the_failed_part_anew() -> None:
    broken = [True]

    def part() -> ft.Control:
        if broken[0]:
            raise OSError("no")
        return ft.Text("back again")

    async with Stage.of(lambda: ErrorBoundary(part)) as stage:
        assert "could not be shown" in stage.words()
        broken[0] = False
        await stage.tap("broken.act")
        assert "back again" in stage.words()


async def test_update_task_can_be_started_again_after_it_ended() -> None:
    """Control: without the guard a failing component does end the task."""

    @ft.component
    def Unguarded(count: int) -> ft.Control:
        if count == 1:
            raise ValueError("unguarded")
        return ft.Text(f"fine {count}")

    @ft.component
    def Screen() -> ft.Control:
        ui = use_ui()
        count, set_count = ft.use_state(0)
        return ft.Column(
            [filled(ui, "Count up", lambda: set_count(count + 1), key="s.up"), Unguarded(count)]
        )

    async with Stage.of(Screen) as stage:
        await stage.tap("s.up")
        assert not stage.alive
        stage.forgive_dead_task()
        stage.page.session.start_updates_scheduler()
        await stage.settle()
        assert stage.alive


async def test_details_are_folded_until_asked_for() -> None:
    @component
    def Screen() -> ft.Control:
        return error_state(use_ui(), "It did not work.", key="s.error", details=("STORE_FULL",))

    async with Stage.of(Screen) as stage:
        assert "STORE_FULL" not in stage.words()
        await stage.tap("s.error.details")
        assert "STORE_FULL" in stage.words()


async def test_loading_is_wordless_at_first() -> None:
    async with Stage.of(lambda: Loading(control="s.load")) as stage:
        assert stage.words() == ""
    async with Stage.of(lambda: Loading(stage=2, on_stop=lambda: None, control="s.load")) as stage:
        assert "Reading from this tablet" in stage.words()
        assert stage.has("s.load.stop")


async def test_dialog_asks_and_undo_bar_offers() -> None:
    did: list[str] = []

    @component
    def Screen() -> ft.Control:
        ui = use_ui()
        state, set_state = ft.use_state("")

        def remove() -> None:
            did.append("removed")
            set_state("gone")

        ask = confirm_dialog(
            ui, "Remove Dana?", "She can no longer read.", key="ask", act="Remove Dana",
            on_act=remove, keep="Keep", on_keep=lambda: set_state(""),
        )
        bar = undo_bar(ui, "Dana is removed.", lambda: did.append("undone"))
        ft.use_dialog(ask if state == "ask" else None)
        ft.use_dialog(bar if state == "gone" else None)
        return outlined(ui, "Remove", lambda: set_state("ask"), key="s.remove")

    async with Stage.of(Screen) as stage:
        await stage.tap("s.remove")
        assert "Remove Dana?" in stage.words()
        await stage.tap("ask.act")
        assert did == ["removed"]
        assert "Dana is removed." in stage.words()
        (action,) = [b.action for b in stage.all(ft.SnackBar)]
        assert isinstance(action, ft.SnackBarAction)
        await stage.event(action, "click")
        assert did == ["removed", "undone"]


PLACES = (Place("today", "Today", ICON, ICON), Place("families", "Families", ICON, ICON))


@component
def Shelled() -> ft.Control:
    ui = use_ui()
    layout = use_layout()
    return shell(
        ui,
        ft.Column([header(ui, "Families", key="s", on_cover=lambda: None), text(ui, layout.kind.value)]),
        places=PLACES, bar_places=PLACES, here="today", go=lambda _value: None, on_cover=lambda: None,
    )


async def test_shell_follows_the_window_and_cover_is_always_there() -> None:
    async with Stage.of(Shelled) as stage:
        assert "wide" in stage.words()
        assert stage.has("nav.cover")
        await stage.resize(768, 1024)
        assert "middle" in stage.words()
        assert stage.has("nav.cover")
        await stage.resize(390, 844)
        assert "narrow" in stage.words()
        assert not stage.has("nav.cover")
        assert stage.has("s.cover")


async def test_large_text_chooses_the_smaller_layout() -> None:
    async with Stage.of(Shelled, UiSettings(text_scale=2.0)) as stage:
        assert "narrow" in stage.words()


@pytest.mark.parametrize(
    ("width", "scale", "kind"),
    [
        (1000, 1.0, LayoutKind.WIDE),
        (999, 1.0, LayoutKind.MIDDLE),
        (700, 1.0, LayoutKind.MIDDLE),
        (699, 1.0, LayoutKind.NARROW),
        (1400, 2.0, LayoutKind.MIDDLE),
    ],
)
def test_layout_is_width_divided_by_text_scale(width: float, scale: float, kind: LayoutKind) -> None:
    assert layout_for(width, 800, scale).kind is kind


async def test_eco_map_has_a_list_twin_with_the_same_people() -> None:
    people = (
        Person("teo", "Uncle Teo", "rides", Kind.NATURAL, 3),
        Person("nair", "Ms. Nair", "school", Kind.PROFESSIONAL, 1),
    )
    opened: list[str] = []
    show = lambda: EcoMap("Nia", people, 540, "and Rosa", opened.append, "m")  # noqa: E731
    async with Stage.of(show) as stage:
        await stage.tap("m.teo")
        await stage.tap("m.twin")
        assert "rides · very close" in stage.words()
        assert "school · knows them" in stage.words()
        await stage.tap("m.nair")
    assert opened == ["teo", "nair"]


async def test_words_follow_the_language() -> None:
    @component
    def Screen() -> ft.Control:
        ui = use_ui()
        return quiet(ui, ui.say("coach.not_now"), lambda: None, key="s.later")

    async with Stage.of(Screen, UiSettings(language="es")) as stage:
        assert "Ahora no" in stage.words()
