"""One family's part of an audit packet on paper: standards first, then what shows them.

Words are phrases of packet.po, kinds and places as elsewhere, and what stands in the record; what goes
in was chosen before (services/audit_packet_reading.py). Spec: docs/audit-packet.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.exchange.paper_wish import PaperWish
from app.wraparound.packet import FamilyPacket, Judged, JudgedStandard, PacketNote
from app.wraparound.vocabulary import PLACES

from . import notice
from .blocks import GAP, masthead, rule
from .ink import BODY, GENTLE, HEAD, LABEL, SMALL, STRONG
from .paper import Paper, PaperFacts, made
from .speech import Lookup, Speech, begin

_SHORT = 8
"""Digits of a digest that are printed; the manifest has them all."""


@dataclass(frozen=True)
class PacketHead:
    """What every part of a packet says of the packet. reference: of the agreement or order."""

    agency: str
    recipient: str
    organisation: str
    reference: str
    reason: str
    least: str
    since: date
    until: date


def packet_paper(
    family: FamilyPacket, head: PacketHead, words: Lookup, wish: PaperWish, language: str
) -> tuple[bytes, int]:
    """The paper and its pages."""
    speech = Speech(words, language, wish.made_on)
    facts = PaperFacts(
        wish, language, words("packet.paper.title"), words("packet.paper.foot"), words("family_copy.page")
    )
    return made(facts, _Part(family, head, words, speech, wish, language).draw)


class _Part:
    def __init__(
        self, family: FamilyPacket, head: PacketHead, words: Lookup, speech: Speech, wish: PaperWish,
        language: str,
    ) -> None:  # fmt: skip
        self._family, self._head, self._words, self._speech = family, head, words, speech
        self._wish, self._language = wish, language

    def draw(self, paper: Paper) -> None:
        say, family, head, speech = self._words, self._family, self._head, self._speech
        span = say("packet.paper.span").format(
            since=speech.whole_day(head.since), until=speech.whole_day(head.until)
        )
        masthead(paper, say("packet.paper.title"), [head.agency, span])
        paper.text(say("packet.paper.family").format(number=family.number, name=family.name), HEAD)
        if family.enrolled_on:
            paper.text(say("packet.paper.enrolled").format(day=speech.day(family.enrolled_on)), SMALL)
        paper.space(GAP)
        self._fact(paper, "for", ", ".join(one for one in (head.recipient, head.organisation) if one))
        self._fact(paper, "ground", say("release.basis.audit"))
        self._fact(paper, "reference", head.reference)
        self._fact(paper, "reason", head.reason)
        self._fact(paper, "least", head.least)
        paper.space(GAP)
        # In every packet, so that it tells nothing of this family.
        paper.text(say("packet.paper.withheld"), GENTLE)
        self._standards(paper)
        self._notes(paper)
        self._versions(paper)
        self._releases(paper)
        self._disclosures(paper)
        notice.draw(paper, self._wish.notices, say)

    # -- standards --------------------------------------------------------------------------------

    def _standards(self, paper: Paper) -> None:
        self._section(paper, "standards", bool(self._family.standards))
        for one in self._family.standards:
            self._standard(paper, one)

    def _standard(self, paper: Paper, one: JudgedStandard) -> None:
        say, standard = self._words, one.standard
        paper.room(STRONG.line + SMALL.line + BODY.line * (len(one.answers) + 1))
        rule(paper)
        paper.y += 2
        name = standard.name.get(self._language) or standard.name["en"]
        paper.text(f"{name}: {say(f'packet.state.{one.state}')}", STRONG)
        source = standard.source
        if standard.confirm:
            source = f"{source}. {say('packet.paper.confirm')}"
        paper.text(source, SMALL)
        for judged in one.answers:
            paper.text(self._answer(judged), BODY)
        paper.y += 2

    def _answer(self, one: Judged) -> str:
        say, ask = self._words, one.ask
        asked = say(f"packet.evidence.{ask.evidence}")
        if ask.within:
            asked = say("packet.ask.within").format(what=asked, days=ask.within)
        elif ask.every:
            asked = say("packet.ask.every").format(what=asked, days=ask.every)
        elif ask.each_month:
            asked = say("packet.ask.each_month").format(what=asked, count=ask.each_month)
        found = say(f"packet.state.{one.state}").lower()
        told = [found]
        if one.on is not None:
            told.append(say("packet.paper.first").format(day=self._speech.day(one.on.isoformat())))
        if one.number >= 0:
            key = "took" if ask.within else "gap" if ask.every else "fewest"
            told.append(say(f"packet.paper.{key}").format(number=one.number))
        return f"{asked}: {', '.join(told)}"

    # -- notes ------------------------------------------------------------------------------------

    def _notes(self, paper: Paper) -> None:
        self._section(paper, "notes", bool(self._family.notes))
        for one in self._family.notes:
            self._note(paper, one)

    def _note(self, paper: Paper, one: PacketNote) -> None:
        say, speech = self._words, self._speech
        paper.room(STRONG.line + SMALL.line * 2 + BODY.line * 2)
        rule(paper)
        paper.y += 2
        kind = say(f"note.kind.{one.kind}") if _known(say, f"note.kind.{one.kind}") else one.kind
        paper.text(f"{begin(speech.moment(one.started_at_ms))}. {kind}", STRONG, tag="H2")
        place = say(f"note.place.{one.place}") if one.place in PLACES else one.place
        minutes = say("packet.paper.minutes").format(count=one.minutes) if one.minutes else ""
        made_how = "" if one.made else say("packet.paper.attempted")
        paper.text(". ".join(part for part in (made_how, minutes, place, one.with_whom) if part), SMALL)
        signed = say("packet.paper.signed").format(
            name=one.author, title=one.title, moment=speech.moment(one.signed_at_ms)
        )
        late = say("packet.paper.late_entry") if one.late_entry else ""
        paper.text(". ".join(part for part in (signed, late) if part), SMALL)
        co = say("packet.paper.not_co_signed")
        if one.co_signed_at_ms:
            co = say("packet.paper.co_signed").format(
                name=one.co_signed_by, moment=speech.moment(one.co_signed_at_ms)
            )
        paper.text(co, SMALL)
        paper.text(one.body, BODY)
        for author, at_ms, body in one.added:
            paper.space(GAP * 0.5)
            added = say("packet.paper.added").format(name=author, moment=speech.moment(at_ms))
            paper.text(added, LABEL)
            paper.text(body, BODY)
        paper.y += 3

    # -- plans, releases, what left ---------------------------------------------------------------

    def _versions(self, paper: Paper) -> None:
        say, speech = self._words, self._speech
        self._section(paper, "versions", bool(self._family.versions))
        for one in self._family.versions:
            lines = [
                say("packet.paper.mark_spoken" if how == "spoken" else "packet.paper.mark").format(
                    name=", ".join(part for part in (name, role) if part), moment=speech.moment(at_ms)
                )
                for name, role, at_ms, how in one.signed
            ]
            title = say("packet.paper.version").format(
                number=one.number, moment=speech.moment(one.frozen_at_ms)
            )
            lines = lines or [say("packet.paper.no_marks")]
            digest = say("packet.paper.digest").format(digest=one.digest[:_SHORT])
            self._entry(paper, title, [digest, *lines])

    def _releases(self, paper: Paper) -> None:
        say, speech = self._words, self._speech
        self._section(paper, "releases", bool(self._family.releases))
        for one in self._family.releases:
            who = ", ".join(part for part in (one.recipient, one.organisation) if part)
            until = speech.day(one.until) if one.until else ""
            days = say("packet.paper.days").format(since=speech.day(one.from_on), until=until)
            parts = "; ".join(say(f"release.part.{part}") for part in one.parts)
            signed = say("packet.paper.signed_on").format(day=speech.day(one.signed_on))
            self._entry(paper, who, [parts, days, signed, say(f"packet.release.{one.state}")])

    def _disclosures(self, paper: Paper) -> None:
        say, speech = self._words, self._speech
        self._section(paper, "disclosures", bool(self._family.disclosures))
        for one in self._family.disclosures:
            who = ", ".join(part for part in (one.recipient, one.organisation) if part)
            parts = "; ".join(say(f"release.part.{part}") for part in one.parts)
            by = say("release.accounting.by").format(name=one.by) if one.by else ""
            basis = say(f"release.basis.{one.basis}") if one.basis else ""
            self._entry(paper, who, [begin(speech.moment(one.at_ms)), parts, basis, by])

    # -- pieces -----------------------------------------------------------------------------------

    def _section(self, paper: Paper, name: str, there: bool) -> None:
        paper.space(GAP * 2)
        paper.room(HEAD.line + BODY.line * 3)
        title = self._words(f"packet.paper.{name}")
        paper.outline(title)
        paper.text(title, HEAD, tag="H2")
        if not there:
            paper.text(self._words("packet.paper.none"), GENTLE)

    def _entry(self, paper: Paper, title: str, lines: Sequence[str]) -> None:
        shown = [one for one in lines if one]
        paper.room(STRONG.line + BODY.line * min(len(shown), 4))
        rule(paper)
        paper.y += 2
        paper.text(title, STRONG)
        for line in shown:
            paper.text(line, SMALL)
        paper.y += 2

    def _fact(self, paper: Paper, name: str, said: str) -> None:
        if said.strip():
            paper.room(LABEL.line + BODY.line)
            paper.text(self._words(f"packet.paper.{name}"), LABEL)
            paper.text(said.strip(), BODY)


def _known(words: Lookup, key: str) -> bool:
    try:
        return bool(words(key))
    except KeyError:
        return False
