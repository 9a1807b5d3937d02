"""The view kit. Read this instead of the sources.

Pieces are plain functions that take a `Ui` first and return controls; they hold no state, so call
them anywhere inside a component. `ui = use_ui()` once, at the top of every component. Pieces that
have state are components (PascalCase). `Act` is a callback without arguments (or a coroutine
function); `key` is "<screen>.<control>" and lands on the control one taps or types into.

Use `@component` from `widgets.boundary` in place of `@ft.component` for every component.

ui.py        UiSettings(text_scale=1.0, dark=False, less_motion=False, language="en")
             Kit(settings, content) root component · use_ui() -> Ui · use_settings() · use_layout()
             Ui: .say(key, **values) .type (TypeScale) .layout .scale .grow(px) .motion(ms) .settings
             Layout: .kind (LayoutKind.WIDE|MIDDLE|NARROW) .wide .narrow .stacked .width .height .scale
             `stacked` (narrow, or text from 130 %): put columns under each other
theme        ui.type.words_xl words_l words words_s h1 h2_l h2 h3 editor body_l body strong button
             chip label cap num num_l · Space.XS…XXXL · Radius.FIELD SHEET TABLE · apply_theme(page, dark,
             text_scale, less_motion)
boundary.py  component (decorator) · ErrorBoundary(content) · keep_updates_alive(page)
text.py      text(ui, value, style=body, color=ON_SURFACE, *, align, expand, loose, heading=1..6, key)
             words(ui, value, size="words", color, *, quoted=True, expand, key)   the family's own words
             icon(ui, symbol, size=22, color, name=None) · hairline(indent=0) · SOFT, INK
             section_header(ui, title, *, count, large, action, key)
buttons.py   filled(ui, label, on_press, *, key, symbol, trailing, leaf, main=True, fill, expand, disabled)
             outlined(… danger, small, main …) · quiet(… ink …) text button
             icon_button(ui, symbol, name, on_press, *, key, color, size=24, disabled)
pressable.py pressable(ui, content, on_press, *, key, name, selected, radius, padding, bgcolor, side,
             width, height, expand, align, disabled) · named(content, name) · Act
fields.py    field(ui, label, value, on_change(str), *, key, help, error, hint, secret, lines=1, most_lines,
             keyboard, on_submit, on_blur, autofocus, disabled, show_label, style, expand,
             most_letters)
             search_field(ui, label, value, on_change, *, key, on_submit, autofocus, expand)
             note_line(ui, words, *, error=False, key)
chips.py     Choice(value, label) · chip(ui, label, on_press, *, key, selected, symbol, opens)
             chip_row(chips) · choice_chips(ui, choices, chosen, on_choose(value), *, key)
             many_chips(ui, choices, chosen: frozenset, on_change(frozenset), *, key)
             switch_of(ui, choices, chosen, on_choose, *, key) one pill
             picker(ui, label, value, on_press, *, key, symbol, expand, error)
             choose_sheet(ui, title, choices, chosen, on_choose, on_close, *, key) -> dialog
tickbox.py   tickbox(ui, name, on, on_change(bool)|None, *, key)
             tick_row(ui, label, on, on_change, *, key, line, lead, box_last, expand)
face.py      Kind.FAMILY|NATURAL|PROFESSIONAL · face(ui, letters, kind, *, size=48, strong) · initials(name)
             mark(ui, kind, *, size=16, filled) bare shape
clock.py     ClockState.ON_TIME|DUE_SOON|OVERDUE|OPEN · dial(ui, state, used 0..1, *, size=24)
             clock(ui, state, used, label, *, size, key) dial and words, a pill when due
phase.py     phase(ui, number, name, *, count=4, key) · bars(ui, number, count, *, width=104|None)
rows.py      list_row(ui, title, on_open, *, key, lead, lead_size=48, line, line_color,
             columns=(Column(content, width|None, share),…), title_share, title_width, side_act,
             chevron, ruled=True, stacked, tall=80)
             column_heads(ui, ((words, width|None, share),…), *, lead_size=48|None, side_act)
sync_chip.py SyncState.SAVED_ON_TABLET|NOT_ON_SERVER|SENDING|ON_SERVER|NO_NETWORK|CONFLICT|COULD_NOT_SEND
             SyncView(state, done, total, since) · sync_chip(ui, view, on_open, *, key, short=None)
             sync_words(ui, view) · draft_line(ui, words, *, key)
panels.py    sheet(content, *, padding, expand, key) · quiet_panel(content, *, padding, key)
             vision(ui, value, *, caption, table, side, quoted, size, key)
             coach(ui, question, *, key, act, on_act, on_not_now)
             thread_link(ui, level, value, *, key)
             fact_line(ui, symbol, value, *, color, icon_color, soft, key)
states.py    empty_state(ui, title, sentence, *, key, act, on_act, symbol)
             error_state(ui, what, *, key, safe, act, on_act, second, on_second, details)
             nothing_found(ui, sentence=None) · skeleton(ui, rows)
             progress(ui, words, share, *, key, on_stop)
             Loading(words, rows, share, on_stop, control) · wide_act(ui, label, on_press, *, key)
dialogs.py   for ft.use_dialog(x if open else None):
             confirm_dialog(ui, question, consequence, *, key, act, on_act, keep, on_keep)
             form_dialog(ui, title, content, *, key, act, on_act, close, on_close, disabled)
             undo_bar(ui, what, on_undo, on_gone=None)
tabs.py      tabs(ui, choices, chosen, on_choose, *, key)
header.py    header(ui, title, *, key, line, on_back, on_crisis, on_cover, acts)
shell.py     Place(value, label, symbol, here) · shell(ui, content, *, places, bar_places, here, go(value),
             on_cover, foot, inset=True) · columns(ui, main, side, *, side_width=252, gap) · page_inset(ui)
             content fills the height: give it its own scroll (Column(scroll=AUTO, expand=True) or ListView)
thread.py    need(ui, number, value, outcomes, *, on_open, key) -> Control
             outcome(ui, title, strategies, *, now, of=4, measure, on_open, key) -> Branch
             strategy(ui, title, steps, *, kind, who, on_open, key) -> Branch
             step(ui, title, owner, when, StepState.OPEN|DONE|LATE|NO_DATE, on_tick(bool), *, key,
             on_open) -> Branch
             branches(ui, (Branch(content, elbow),…), *, line_at, indent, gap) · dots(ui, value, of)
rating.py    rating(ui, who, last, now, on_choose(int), *, key, width) keys <key>.0 … <key>.10
             rating_row(ui, name, line, face, last, now, on_choose, *, key, width) · rating_legend(ui)
             change_words(ui, last, now) · change_line(ui, last, now)
conflict.py  Version(title, line, words, keep) · compare_words(mine, theirs)
             conflict_pair(ui, mine, theirs, *, on_keep_mine, on_keep_theirs, key)
             conflict_foot(ui, on_keep_both, on_later, *, key)
eco_map.py   Person(value, name, detail, kind, closeness 1..3, asked=False, letters="")
             eco_map(ui, centre, people, *, width, with_whom, on_open(value), key)
             eco_list(ui, people, on_open, *, key) · EcoMap(centre, people, width, with_whom, on_open,
             control)
../brand.py  brand_mark(ui, size=38) · table_from_above(ui, width, height, sentence)
../words.py  say(language, key, **values); own phrases go to
             assets/locales/en/<screen>.po and es/<screen>.po

Colours only as `ft.Colors.PRIMARY` and so on. Follows design page 06.
"""
