"""Attacks on an exported audit: by whoever holds the file, and by a dishonest device that made it.

Both are tried on every line. `sealed_again` is the second attacker: the file is signed anew with a real
key of the agency, so that only what each line itself proves is left to stop it.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.crypto.primitives import SigningKey
from app.crypto.seed import root_fingerprint
from app.errors import AppError
from app.exchange import audit_file
from app.exchange.audit_file import AuditFileRefused
from app.protocol.ids import StreamId, derived_id
from app.services.audit import Audit
from app.services.audit_command import main, read_fingerprint
from app.services.audit_export import AuditExport, AuditWish
from app.services.audit_verify import _entry, examine
from app.sync.ports import ServerAudit
from app.wraparound.audit import signed_bytes
from app.wraparound.records import NaturalSupport
from tests.fakes.agency import exchange
from tests.services.rig import Pair, pair

SOAK = bool(os.environ.get("KT_SOAK"))


@dataclass(frozen=True)
class Exported:
    """A small export, the fingerprint of its agency, and its maker's key."""

    raw: bytes
    root: bytes
    key: SigningKey
    removed: bytes
    """Of the copy for a reader."""


async def _live(both: Pair) -> None:
    """Two tablets work with a family, look, print, and counter-sign each other."""
    ana, ruth, family = both.coordinator, both.supervisor, both.family
    await ana.vault.commit(
        [family.change(NaturalSupport.TYPE, "51" * 16, {"name": "Aunt Rosa"})],
        [await Audit(ana.desk).act("copy.print", family.id, "copy", "ab" * 16)],
    )
    await Audit(ana.desk).note("copy.file", family.id, "copy", "ac" * 16)
    await Audit(ana.desk).saw(family.id, "plan")
    await Audit(ruth.desk).saw(family.id, "people")
    for one in (ana, ruth):
        await one.vault.at_contact([ServerAudit(family.stream, 7, bytes(range(32)))])
    await both.meet()
    for one in (ana, ruth):
        one.later(86_400)
        await Audit(one.desk).saw(family.id, "plan")
        await one.vault.at_contact(())
    await both.meet()
    await Audit(ruth.desk).note("audit.print", family.id)
    await both.meet()
    ana.later(86_400)
    await ana.vault.at_contact(())
    await exchange(family.stream, ana.vault, ruth.vault)


def _say(row: object, name: str) -> str:
    return f"{name}: {getattr(row, 'action', getattr(row, 'kind', ''))}"


@asynccontextmanager
async def exported(home: Path) -> AsyncIterator[Exported]:
    async with pair(home) as both:
        await _live(both)
        export = AuditExport(both.supervisor.desk)
        made = await export.make(AuditWish(both.family.id), _say)
        copy = await export.make(AuditWish(both.family.id, hidden=frozenset({"ab" * 16})), _say)
        agency = both.supervisor.vault.agency
        yield Exported(
            made.content, root_fingerprint(agency.root_public),
            both.supervisor.member.keyring.signing_key(), copy.content,
        )  # fmt: skip


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Exported]:
    async def make() -> Exported:
        async with exported(tmp_path_factory.mktemp("audit")) as found:
            return found

    yield asyncio.run(make())


def sealed_again(lines: list[bytes], key: SigningKey) -> bytes:
    """The file of these lines, signed by a real device of the agency."""
    said = [json.loads(line) for line in lines[:-1]]
    rows = [(row.pop("t"), row) for row in said[1:]]
    return audit_file.write(said[0], rows, key.sign)


def lines_of(raw: bytes) -> list[bytes]:
    return raw[:-1].split(b"\n")


def holds(raw: bytes, root: bytes | None = None) -> bool:
    """Whether a file is taken for good."""
    try:
        return not examine(raw, root).wrong
    except AuditFileRefused:
        return False


def test_an_honest_export_holds_and_says_what_is_in_it(export: Exported) -> None:
    verdict = examine(export.raw, export.root)
    assert verdict.wrong == []
    assert (verdict.entries, verdict.devices) == (8, 2)
    assert verdict.seals >= 3 and verdict.acts >= verdict.entries
    assert {head[1:] for head in verdict.server_heads} == {(7, bytes(range(32)))}


def test_a_copy_for_a_reader_holds_and_names_nothing_hidden(export: Exported) -> None:
    verdict = examine(export.removed, export.root)
    assert verdict.wrong == [] and verdict.hidden == 1
    assert b"ab" * 16 not in export.removed
    assert b'"t":"segment"' not in export.removed and b'"t":"chain"' not in export.removed


def test_every_line_that_is_taken_out_is_missed(export: Exported) -> None:
    lines = lines_of(export.raw)
    for number in range(len(lines)):
        without = [*lines[:number], *lines[number + 1 :]]
        assert not holds(b"\n".join(without) + b"\n")
        if 0 < number < len(lines) - 1:
            assert not holds(sealed_again(without, export.key)), lines[number][:60]


def test_every_line_that_is_there_twice_is_noticed(export: Exported) -> None:
    lines = lines_of(export.raw)
    for number in range(1, len(lines) - 1):
        twice = [*lines[: number + 1], lines[number], *lines[number + 1 :]]
        if b'"t":"entry"' in lines[number] or b'"t":"seal"' in lines[number]:
            continue  # the very same again says nothing new: see the next test
        assert not holds(sealed_again(twice, export.key)), lines[number][:60]


def test_every_end_that_is_cut_off_is_missed(export: Exported) -> None:
    lines = lines_of(export.raw)
    for number in range(1, len(lines) - 1):
        assert not holds(sealed_again([*lines[:number], lines[-1]], export.key))


def test_every_two_neighbours_that_change_places_are_noticed_or_mean_the_same(export: Exported) -> None:
    lines = lines_of(export.raw)
    honest = examine(export.raw)
    for number in range(1, len(lines) - 2):
        swapped = [*lines]
        swapped[number], swapped[number + 1] = swapped[number + 1], swapped[number]
        raw = sealed_again(swapped, export.key)
        kinds = {json.loads(lines[number])["t"], json.loads(lines[number + 1])["t"]}
        if kinds & {"agency", "control"} and len(kinds) == 1:
            assert not holds(raw)
        elif holds(raw):
            assert examine(raw).entries == honest.entries


def _entries(lines: list[bytes]) -> list[int]:
    return [number for number, line in enumerate(lines) if line.startswith(b'{"t":"entry"')]


@pytest.mark.parametrize(
    ("field", "other"),
    [
        ("n", lambda value: value + 1), ("at_ms", lambda value: value + 60_000),
        ("action", lambda value: "copy.hand"), ("item_type", lambda value: "notes"),
        ("item_id", lambda value: "00" * 16), ("detail", lambda value: "other"),
        ("count", lambda value: value + 1), ("prev", lambda value: "11" * 32),
        ("sig", lambda value: "22" * 64), ("device", lambda value: "33" * 16),
        ("stream", lambda value: "44" * 16),
    ],
)  # fmt: skip
def test_every_field_of_every_entry_is_bound(
    export: Exported, field: str, other: Callable[[object], object]
) -> None:
    lines = lines_of(export.raw)
    for number in _entries(lines):
        row = json.loads(lines[number])
        row[field] = other(row[field])
        changed = [*lines]
        changed[number] = json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode()
        assert not holds(sealed_again(changed, export.key)), (field, number)


def test_an_entry_of_another_device_or_with_its_key_replaced_is_refused(export: Exported) -> None:
    lines = lines_of(export.raw)
    stranger = SigningKey.from_seed(bytes(32))
    devices = {json.loads(lines[number])["device"] for number in _entries(lines)}
    for number in _entries(lines):
        row = json.loads(lines[number])
        for device in devices - {row["device"]}:
            moved = {**row, "device": device}
            changed = [*lines]
            changed[number] = json.dumps(moved, ensure_ascii=False, separators=(",", ":")).encode()
            assert not holds(sealed_again(changed, export.key))
        forged = {**row, "sig": stranger.sign(signed_bytes(bytes(32))).hex()}
        changed = [*lines]
        changed[number] = json.dumps(forged, ensure_ascii=False, separators=(",", ":")).encode()
        assert not holds(sealed_again(changed, export.key))


def test_a_whole_agency_made_by_somebody_else_has_another_fingerprint(export: Exported) -> None:
    assert holds(export.raw, export.root)
    assert not holds(export.raw, bytes(16))
    with pytest.raises(AppError):
        read_fingerprint("not a fingerprint")
    assert read_fingerprint(export.root.hex(" ", 4).upper()) == export.root


def test_a_stranger_cannot_sign_a_file(export: Exported) -> None:
    assert not holds(sealed_again(lines_of(export.raw), SigningKey.from_seed(bytes(32))))


def test_bit_flips_of_every_byte_are_refused(export: Exported) -> None:
    raw, dice = export.raw, random.Random(4)
    step = 1 if SOAK else 10
    for at in range(dice.randrange(step), len(raw), step):
        flipped = bytearray(raw)
        flipped[at] ^= 1 << dice.randrange(8)
        assert not holds(bytes(flipped)), at


def test_every_shorter_file_is_refused(export: Exported) -> None:
    step = 37 if SOAK else 997
    for length in range(0, len(export.raw), step):
        assert not holds(export.raw[:length])


def test_the_command_says_it_in_words_and_in_its_exit_code(export: Exported, tmp_path: Path) -> None:
    file, heads = tmp_path / "one.ktaudit", tmp_path / "heads.jsonl"
    file.write_bytes(export.raw)
    said: list[str] = []
    assert main(file, export.root.hex(), heads, said.append) == 0
    assert said[0].startswith("All holds: 8 entries")
    line = json.loads(heads.read_text().splitlines()[0])
    assert line["count"] == 7 and bytes.fromhex(line["head"]) == bytes(range(32))
    lines = lines_of(export.raw)
    gone = _entries(lines)[2]
    file.write_bytes(sealed_again([*lines[:gone], *lines[gone + 1 :]], export.key))
    said.clear()
    assert main(file, None, None, said.append) == 1
    assert "missing" in said[0] and "does not hold" in said[-1]


def with_line(lines: list[bytes], number: int, **changes: object) -> list[bytes]:
    """The same lines, one of them with other values."""
    row = {**json.loads(lines[number]), **changes}
    line = json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode()
    return [*lines[:number], line, *lines[number + 1 :]]


def of_kind(lines: list[bytes], kind: str) -> list[int]:
    return [number for number, line in enumerate(lines) if line.startswith(f'{{"t":"{kind}"'.encode())]


@pytest.mark.parametrize(
    "changes",
    [{"root": "11" * 16}, {"agency": "22" * 16}, {"family": "33" * 16}, {"streams": {}}, {"kind": "agency"},
     {"maker": "44" * 16}],
)  # fmt: skip
def test_a_header_that_names_something_else_is_refused(export: Exported, changes: dict[str, object]) -> None:
    lines = lines_of(export.raw)
    raw = sealed_again(with_line(lines, 0, **changes), export.key)
    if changes == {"kind": "agency"}:
        assert examine(raw).kind == "agency"  # a name for what it is; nothing hangs on it
    else:
        assert not holds(raw)


def test_every_act_is_told_once_at_its_time_and_counts_as_it_counts(export: Exported) -> None:
    lines = lines_of(export.raw)
    for number in of_kind(lines, "act"):
        row = json.loads(lines[number])
        for changes in (
            {"at_ms": row["at_ms"] + 60_000}, {"dseq": row["dseq"] + 1}, {"dseq": 99},
            {"chain": "55" * 16}, {"aside": 1},
        ):  # fmt: skip
            wrong = with_line(lines, number, **changes)
            if changes == {"aside": 1} and not row["type"].startswith("audit_"):
                continue  # the maker's word alone: an operation may be set aside for its author's role
            assert not holds(sealed_again(wrong, export.key)), (number, changes)


def test_a_dishonest_maker_cannot_pass_an_entry_off_as_something_else(export: Exported) -> None:
    """The entry is left out, and the line of its operation tells of a note in its place."""
    lines = lines_of(export.raw)
    honest = [json.loads(line) for line in lines[:-1]]
    records = {json.dumps(row) for row in honest if row.get("t") == "act" and row["type"] == "audit_entry"}
    assert len(records) == 8
    caught = 0
    for number in _entries(lines):
        entry = json.loads(lines[number])
        record = derived_id(StreamId(bytes.fromhex(entry["stream"])), "audit_entry", _entry(entry).hash.hex())
        acts = [n for n in of_kind(lines, "act") if json.loads(lines[n])["record"] == record.hex()]
        assert len(acts) == 1
        without = with_line(lines, acts[0], type="note")
        del without[number]
        caught += not holds(sealed_again(without, export.key))
    # Only an end that nobody has counter-signed yet can be passed off; the verifier counts those.
    assert caught >= 8 - examine(export.raw).unwitnessed


def test_a_segment_under_another_chain_or_stream_is_refused(export: Exported) -> None:
    lines = lines_of(export.raw)
    segments, chains = of_kind(lines, "segment"), of_kind(lines, "chain")
    for number in segments:
        assert not holds(sealed_again(with_line(lines, number, chain="55" * 16), export.key))
        assert not holds(sealed_again(with_line(lines, number, stream="55" * 16), export.key))
    one, other = (json.loads(lines[number]) for number in chains[:2])
    swapped = with_line(with_line(lines, chains[0], cert=other["cert"]), chains[1], cert=one["cert"])
    assert not holds(sealed_again(swapped, export.key))


def test_a_whole_file_hides_nothing_and_a_copy_says_how_much_it_hides(export: Exported) -> None:
    lines, copy = lines_of(export.raw), lines_of(export.removed)
    hidden = copy[of_kind(copy, "hidden")[0]]
    n = json.loads(hidden)["n"]
    device = json.loads(hidden)["device"]
    shown = next(
        number for number in _entries(lines)
        if (json.loads(lines[number])["n"], json.loads(lines[number])["device"]) == (n, device)
    )  # fmt: skip
    assert not holds(sealed_again([*lines[:shown], hidden, *lines[shown + 1 :]], export.key))
    assert not holds(sealed_again([line for line in copy if line != hidden], export.key))


def test_entries_in_another_order_are_noticed(export: Exported) -> None:
    lines = lines_of(export.raw)
    first, second = _entries(lines)[:2]
    assert json.loads(lines[first])["device"] == json.loads(lines[second])["device"]
    swapped = [*lines]
    swapped[first], swapped[second] = swapped[second], swapped[first]
    assert not holds(sealed_again(swapped, export.key))
