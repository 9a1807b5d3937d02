"""The screens of Kitchen Table (Flet); they import services, never the store.
"""
