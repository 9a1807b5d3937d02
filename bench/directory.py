"""The directory of services: how long 20,000 of them take to come in, to be found, and to be opened again.

`python -m bench.directory [services]`. Invented services, fixed seed; medians of several rounds.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import date
from statistics import median
from typing import Final, TypeVar

from app.exchange.hsds import read_directory
from app.exchange.hsds_content import pack, unpack
from app.services.directory_shelf import made_of
from app.store.directory_index import DirectoryIndex, Wanted

from .invented_directory import invented_package

T = TypeVar("T")
SERVICES: Final = 20_000
BAR_MS: Final = 50.0
_ROUNDS: Final = 9
_NOON: Final = 12 * 60
QUESTIONS: Final = {
    "a word": Wanted("counseling"), "three letters": Wanted("cou"), "one letter": Wanted("a"),
    "two words": Wanted("family house"), "word, town, age": Wanted("food", town="hart", age=14),
    "open now": Wanted(open_now=True, day=date(2026, 11, 23), minute=_NOON),
    "word, open now, free": Wanted("res", open_now=True, day=date(2026, 11, 23), minute=_NOON, free=True),
    "kind and language": Wanted(domains=frozenset({"respite"}), language="es"), "everything": Wanted(),
    "no hit": Wanted("xylophone"),
}  # fmt: skip


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """What it gave, and the milliseconds of processor time it took: others may be busy here."""
    start = time.process_time()
    value = work()
    return value, (time.process_time() - start) * 1000


def main(services: int) -> int:
    """Print the figures; 1 when a question takes longer than the bar."""
    package = invented_package(services)
    print(f"{services} services, {len(package) / 1e6:.1f} MB as picked")
    read, spent = timed(lambda: read_directory(package))
    print(f"read and checked     {spent:8.0f} ms, {read.report.rows_out} rows out")
    content, spent = timed(lambda: pack(read.services))
    print(f"packed               {spent:8.0f} ms, {len(content) / 1e6:.1f} MB travel")
    index, spent = timed(lambda: made_of(unpack(content)))
    print(f"index made           {spent:8.0f} ms")
    image = index.image()
    again, spent = timed(lambda: DirectoryIndex(image))
    print(f"index opened again   {spent:8.0f} ms, {len(image) / 1e6:.1f} MB")
    worst = 0.0
    for name, wanted in QUESTIONS.items():
        laps = [timed(lambda wanted=wanted: again.find(wanted)) for _ in range(_ROUNDS)]  # type: ignore[misc]
        took = median(spent for _, spent in laps)
        worst = max(worst, took)
        print(f"{name:20} {took:8.1f} ms, {laps[0][0][1]} found")
    print(f"the slowest: {worst:.1f} ms; the bar: {BAR_MS:.0f} ms")
    return int(worst > BAR_MS)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else SERVICES))
