"""What went wrong, in the language of the screen.

The English words stand in the code beside the error (`app.errors`, `app.services`); the
catalogue (`assets/locales/<language>/errors.po`) says the same in each language by the error's
code. A kind of error without words of its own speaks with those it inherits, as in the code; what
the catalogue does not know at all speaks for itself. Follows design page 06, "Error" and "Words".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from app.errors import AppError
from app.views.words import catalogue, known

if TYPE_CHECKING:  # The kit's own guard uses these words, so the kit is not imported here.
    from app.views.widgets.ui import Ui


def words_for(ui: Ui, error: AppError) -> str:
    """The calm words of an error for this screen."""
    said = _look_up(ui.settings.language, _keys(error), getattr(error, "values", {}))
    return said or error.user_message


def words_of_code(ui: Ui, code: str, otherwise: str) -> str:
    """The same where only the code is left of an error; `otherwise` when it has no words."""
    kind = _kind_of(AppError, code)
    keys = [f"error.{code}"] if kind is None else _inherited(kind)
    return _look_up(ui.settings.language, keys, {}) or otherwise


def _look_up(language: str, keys: Iterator[str] | list[str], values: dict[str, object]) -> str:
    phrases = catalogue(known(language))
    for key in keys:
        phrase = phrases.get(key)
        if phrase is None:
            continue
        try:
            return phrase.format(**values)
        except KeyError:
            return ""  # The error does not carry the numbers that its words need.
    return ""


def _keys(error: AppError) -> Iterator[str]:
    """Where to look, nearest first: the field's own words, the code's, then those it inherits."""
    field = getattr(error, "field", "")
    if field:
        yield f"error.field.{error.code}.{field}"
    own = vars(error)
    if "code" in own:
        yield f"error.{error.code}"
    # Words of its own that the catalogue does not know are in the screen's language already.
    if "user_message" not in own:
        yield from _inherited(type(error))


def _inherited(kind: type[AppError]) -> Iterator[str]:
    """The kind's code, and those above it up to the one whose words it uses."""
    for above in kind.__mro__:
        if issubclass(above, AppError):
            yield f"error.{above.code}"
            if "user_message" in vars(above):
                return


def _kind_of(kind: type[AppError], code: str) -> type[AppError] | None:
    """The kind of error with this code, at or below `kind`."""
    if kind.code == code:
        return kind
    found = (_kind_of(below, code) for below in kind.__subclasses__())
    return next((one for one in found if one is not None), None)
