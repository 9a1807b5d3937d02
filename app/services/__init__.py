"""What people do with the app, one class a concern. Screens call these and nothing below.

Every call checks the permission, stamps ids and times, and asks the vault to commit.
Values that come back are frozen dataclasses made for a screen.
"""
