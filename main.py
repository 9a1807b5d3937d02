"""The entry module that `flet build` packages: starts Kitchen Table on a tablet."""

from __future__ import annotations

from app.__main__ import start_packaged

if __name__ == "__main__":
    start_packaged()
