"""The rule files contacts and tiers: what ships can be read, and what is wrong is named by its line."""

from __future__ import annotations

import pytest

from app.wraparound.rules.contacts import ContactRules
from app.wraparound.rules.contacts import parse as parse_contacts
from app.wraparound.rules.reading import RuleError
from app.wraparound.rules.shipped import parse, shipped_text
from app.wraparound.rules.tiers import TierRules
from app.wraparound.rules.tiers import parse as parse_tiers


def test_the_shipped_files_can_be_read_and_say_that_they_are_examples() -> None:
    contacts, tiers = parse("contacts", shipped_text("contacts")), parse("tiers", shipped_text("tiers"))
    assert isinstance(contacts, ContactRules)
    assert isinstance(tiers, TierRules)
    assert [one.name for one in contacts.funders] == ["Medicaid", "State grant", "Agency funds"]
    assert contacts.funders[1].called("es") == "Subvención del estado"
    assert contacts.funders[0].called("es") == "Medicaid"
    assert all("House default" in one.source for one in contacts.funders)
    assert all("House default" in one.source for one in tiers.tiers)
    assert [one.code for one in tiers.tiers] == ["3", "2", "1"]
    assert tiers.default == "2"
    assert contacts.of("Nobody") is None
    assert tiers.tier("9") is None


FUNDER = '[[funder]]\nname = "Fund"\ncontacts = 2\n'
TIER = '[[tier]]\ncode = "a"\nname = "A"\ncontacts = 2\n'


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ('[[funder]]\nname = "Fund"\n', 1, "missing"),
        (FUNDER + "in_person = 3\n", 4, "out_of_range"),
        (FUNDER + 'mediums = ["pigeon"]\n', 4, "unknown_value"),
        (FUNDER + 'by = ["janitor"]\n', 4, "unknown_value"),
        (FUNDER + 'mid_month = "half"\n', 4, "unknown_value"),
        (FUNDER + "in_person_share = 101\n", 4, "out_of_range"),
        (FUNDER + "minimum = 4\n", 4, "unknown_key"),
        (FUNDER + FUNDER, 5, "twice"),
        ('[[payer]]\nname = "Fund"\n', 1, "unknown_key"),
    ],
)  # fmt: skip
def test_a_wrong_contact_rule_names_its_line(text: str, line: int, reason: str) -> None:
    with pytest.raises(RuleError) as wrong:
        parse_contacts(text)
    assert (wrong.value.line, wrong.value.reason) == (line, reason)


RULE = TIER + '[[rule]]\ntier = "a"\nwhy = "Because"\n'
SAFETY = '[[rule.when]]\nfact = "visit_safety"\n'


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ('default = "b"\n' + TIER, 1, "unknown_value"),
        (TIER + "in_person = 3\n", 5, "out_of_range"),
        (TIER + "often = 3\n", 5, "unknown_key"),
        (TIER + TIER, 6, "twice"),
        (RULE, 5, "missing"),
        (RULE.replace('tier = "a"', 'tier = "b"') + SAFETY, 6, "unknown_value"),
        (RULE + 'fires = "some"\n' + SAFETY, 8, "unknown_value"),
        (RULE + '[[rule.when]]\nfact = "weather"\n', 9, "unknown_value"),
        (RULE + '[[rule.when]]\nfact = "measure"\nmeasure = "m"\n', 8, "missing"),
        (RULE + '[[rule.when]]\nfact = "measure"\nleast = 4\n', 8, "missing"),
        (RULE + '[[rule.when]]\nfact = "events"\nleast = 1\nkinds = ["party"]\n', 11, "unknown_value"),
        (RULE + '[[rule.when]]\nfact = "phase"\nphases = [5]\n', 10, "unknown_value"),
        (RULE + '[[rule.when]]\nfact = "phase"\nphases = 4\n', 10, "not_list"),
        (RULE + '[[rule.when]]\nfact = "setting"\n', 8, "missing"),
        (RULE + SAFETY + '[[rule.when]]\nfact = "phase"\nphases = [1]\ndays = 3\n', 13, "unknown_key"),
    ],
)  # fmt: skip
def test_a_wrong_tier_rule_names_its_line(text: str, line: int, reason: str) -> None:
    with pytest.raises(RuleError) as wrong:
        parse_tiers(text)
    assert (wrong.value.line, wrong.value.reason) == (line, reason)
