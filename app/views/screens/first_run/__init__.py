"""First run: start an agency, or join one with an invitation."""

from app.views.screens.first_run.screen import FirstRun

__all__ = ["FirstRun"]
