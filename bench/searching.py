"""Search: words and beginnings of words over 10 k notes of 600 bytes, the first 50 hits.

Both sides return the same hits (it is checked): names first, then the newest, with title and a
snippet made by the same code. Ours answers from memory, the peer from its encrypted file with a
page cache of 8 MB that is warm, because the same questions come again and again. Details tell what
the peer takes with SQLite's own cache of 2 MB, and when the cache is empty at each question. One
lap asks every question once.
"""

from __future__ import annotations

from .bars import Row, bar
from .caseload import Caseload
from .ground import PEER_KEY, Ground
from .measure import Contender, Lap, Stopwatch, compare, interleave
from .peers import CIPHER, Peer

HITS = 50
QUESTIONS = (
    "school", "grandmother", "sch", "gra", "bus pass", "crisis plan", "phone call mother", "sunday dinner",
    "reunion", "abuela", "me", "kitch tab", "bicycle", "library card", "teacher said she", "aunt",
    "soccer coach", "xylophone", "worried about sleep", "ne", "transport", "meeting next week", "brother",
    "church", "birthday", "home visit", "doctor app", "he laugh", "job", "neighbor", "summer", "qu", "math",
    "the", "morning routine", "called back", "and", "court date", "new shoes", "pl",
)  # fmt: skip
"""Common and rare words, beginnings of words, several words together, and one that nobody wrote."""


class Different(Exception):
    """The two sides did not find the same: nothing that follows could be compared."""


async def measure_search(ground: Ground, rounds: int) -> list[Row]:
    """The row `search-sqlcipher`. Raises Different."""
    caseload = ground.caseload
    kind = next(write.kind for write in caseload.writes if write.kind.type == "note")
    vault = await caseload.vault(ground.copy_of_home("searching"))
    peer = Peer(CIPHER, ground.copy_of_file(CIPHER, "searching-peer"), PEER_KEY)
    small = Peer(CIPHER, ground.copy_of_file(CIPHER, "searching-small"), PEER_KEY, cache_kb=2000)
    await peer.open()
    await small.open()
    try:
        found = 0
        for question in QUESTIONS:
            mine = await vault.search(question, types=("note",), limit=HITS)
            theirs = await peer.search(kind, question, HITS)
            found += len(mine)
            if mine != theirs:
                raise Different(question)

        async def ours() -> Lap:
            with Stopwatch() as watch:
                for question in QUESTIONS:
                    await vault.search(question, types=("note",), limit=HITS)
            return watch.lap

        async def warm(one: Peer) -> Lap:
            with Stopwatch() as watch:
                for question in QUESTIONS:
                    await one.search(kind, question, HITS)
            return watch.lap

        async def cold() -> Lap:
            wall = cpu = 0.0
            for question in QUESTIONS:
                await peer.forget_pages()
                with Stopwatch() as watch:
                    await peer.search(kind, question, HITS)
                wall, cpu = wall + watch.lap.wall, cpu + watch.lap.cpu
            return Lap(wall, cpu)

        contenders: dict[str, Contender] = {
            "ours": ours,
            CIPHER: lambda: warm(peer),
            "small": lambda: warm(small),
            "cold": cold,
        }
        laps = await interleave(contenders, rounds)
    finally:
        await vault.close()
        await peer.close()
        await small.close()
    ratio = compare(laps["ours"], laps[CIPHER])
    scale = 1000 / len(QUESTIONS)
    details = {
        "questions": float(len(QUESTIONS)),
        "notes": float(_notes(caseload)),
        "hits": float(found),
        "sqlcipher_2mb_cache_ms": laps["small"].wall * scale,
        "sqlcipher_empty_cache_ms": laps["cold"].wall * scale,
    }
    return [
        Row(bar("search-sqlcipher"), laps["ours"].wall * scale, laps[CIPHER].wall * scale, ratio.value,
            (ratio.low, ratio.high), ratio.cpu, rounds, details)
    ]  # fmt: skip


def _notes(caseload: Caseload) -> int:
    return len({write.rid for write in caseload.writes if write.kind.type == "note"})
