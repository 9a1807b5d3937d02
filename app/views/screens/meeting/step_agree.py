"""Do we agree? Each person says how they end, in their own words, and signs or says it aloud."""

from __future__ import annotations

from dataclasses import replace

import flet as ft

from app.services import meeting_draft as acts_of
from app.services.meeting_draft import Agreement, MeetingDraft, Presence, Stroke
from app.views import dates
from app.views.screens.meeting.look import Acts, Look, column, person_line
from app.views.theme.tokens import Space
from app.views.widgets.buttons import filled, outlined, quiet
from app.views.widgets.chips import Choice, choice_chips
from app.views.widgets.fields import field
from app.views.widgets.signature_pad import SignaturePad, drawn
from app.views.widgets.text import SOFT, hairline, icon, text
from app.views.widgets.ui import Ui
from app.wraparound.vocabulary import AGREEMENTS

_THUMB = 150


def agree_step(ui: Ui, look: Look, acts: Acts) -> ft.Control:
    """Everybody who takes part, with their answer and their mark."""
    rows: list[ft.Control] = [text(ui, ui.say("meeting.agree_ask"), ui.type.body_l)]
    for one in look.people:
        rows += [_row(ui, look, acts, one), hairline()]
    return column(rows, Space.M)


def _change(acts: Acts, person_id: str, now: bool = True, **values: object) -> None:
    def act(draft: MeetingDraft) -> MeetingDraft:
        given = draft.agreement(person_id) or Agreement(person_id)
        return acts_of.put_agreement(draft, replace(given, **values))  # type: ignore[arg-type]

    if now:
        acts.do(act)
    else:
        acts.write(act)


def _row(ui: Ui, look: Look, acts: Acts, one: Presence) -> ft.Control:
    given = look.draft.agreement(one.person_id) or Agreement(one.person_id)
    key = f"meeting.agree.{one.person_id}"
    answers = choice_chips(
        ui, [Choice(code, ui.say(f"meeting.agree.{code}")) for code in AGREEMENTS],
        given.agreement or None,
        lambda code: _change(acts, one.person_id, agreement=code, language=look.draft.language),
        key=key,
    )  # fmt: skip
    parts: list[ft.Control] = [_beside(ui, look, person_line(ui, one), answers)]
    if given.agreement in ("agree_except", "disagree"):
        parts.append(
            field(
                ui, ui.say(f"meeting.{given.agreement}_words", name=one.name),
                given.words if look.seen(f"agree:{one.person_id}") else "",
                lambda value: _change(acts, one.person_id, now=False, words=value),
                key=f"{key}.words", lines=1, most_lines=4,
            )
        )  # fmt: skip
    if given.agreement:
        parts.append(_mark(ui, look, acts, one, given, key))
    return column(parts, Space.S)


def _beside(ui: Ui, look: Look, left: ft.Control, right: ft.Control) -> ft.Control:
    if ui.layout.stacked or look.width < 800:
        return column([left, right], Space.XS)
    return ft.Row([ft.Container(left, expand=True), right], spacing=Space.M)


def _mark(ui: Ui, look: Look, acts: Acts, one: Presence, given: Agreement, key: str) -> ft.Control:
    """The signature, that it was said aloud, or the two ways to do either."""
    when = dates.time_of_day(ui.language, given.signed_at_ms) if given.signed_at_ms else ""
    again = quiet(
        ui, ui.say("meeting.change"),
        lambda: _change(acts, one.person_id, strokes=(), by_mouth=False, signed_at_ms=0), key=f"{key}.again",
    )  # fmt: skip
    if given.strokes:
        said = ui.say("meeting.signed_at", name=one.name, time=when)
        return ft.Row(
            [
                drawn(ui, given.strokes, _THUMB, said),
                text(ui, said, ui.type.body, SOFT, expand=True),
                again,
            ],
            spacing=Space.M,
        )
    if given.by_mouth:
        return ft.Row(
            [
                icon(ui, ft.Icons.RECORD_VOICE_OVER_OUTLINED, 26, ft.Colors.TERTIARY),
                text(
                    ui, ui.say("meeting.said_at", name=one.name, time=when), ui.type.body, SOFT, expand=True
                ),
                again,
            ],
            spacing=Space.M,
        )  # fmt: skip

    def aloud() -> None:
        _change(
            acts, one.person_id, by_mouth=True, strokes=(), signed_at_ms=look.now_ms,
            language=look.draft.language,
        )  # fmt: skip

    return ft.Row(
        [
            outlined(
                ui, ui.say("meeting.sign"), lambda: acts.open(f"sign:{one.person_id}"), key=f"{key}.sign",
                symbol=ft.Icons.DRAW_OUTLINED, small=True,
            ),
            quiet(ui, ui.say("meeting.by_mouth"), aloud, key=f"{key}.aloud"),
        ],
        wrap=True,
        spacing=Space.S,
    )  # fmt: skip


def sign_page(ui: Ui, look: Look, acts: Acts, one: Presence) -> ft.Control:
    """One person's name under the plan: a page that does not scroll, so that the finger can write."""
    given = look.draft.agreement(one.person_id) or Agreement(one.person_id)

    def keep(strokes: tuple[Stroke, ...]) -> None:
        if strokes:
            _change(
                acts, one.person_id, strokes=strokes, by_mouth=False, signed_at_ms=look.now_ms,
                language=look.draft.language,
            )  # fmt: skip
        acts.open("")

    answer = ui.say(f"meeting.agree.{given.agreement}") if given.agreement else ""
    return SignaturePad(
        ui.say("meeting.sign_here", name=one.name),
        ui.say("meeting.sign_line", answer=answer, tongue=ui.say("meeting.this_language")),
        given.strokes,
        look.width,
        keep,
        lambda: acts.open(""),
    )


__all__ = ["agree_step", "filled", "sign_page"]
