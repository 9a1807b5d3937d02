"""One family that was opened twice: the hint, the decision, and what became of it."""
