"""The view kit."""
