"""The rules on bytes that tablets and server share. Pure: no files, no network, no clock."""
