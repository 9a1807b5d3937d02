"""Notes of a family: the list, the editor, and reading one."""

from app.views.screens.notes.editor import NoteEditorPlace, new_note_place
from app.views.screens.notes.reading import NotePlace
from app.views.screens.notes.tab import NotesTab

__all__ = ["NoteEditorPlace", "NotePlace", "NotesTab", "new_note_place"]
