"""The app in a browser, for development and evaluation only (design 03, ADR 0005).

Owns: the web server of the screens, the guard in front of it, and the rule of one live session.
"""
