"""The examples of the Human Services Data Specification, key by key, with our own words for its sentences.

Source: github.com/openreferral/specification, `examples/` (service_full, service_list, organization_list,
service_at_location_simple, organization_full, and `csv/`), HSDS 3.1. Its keys, ids, codes, and what is odd
in it are kept: a number for a time zone, quotation marks within a phone number, a latitude of 100, tables
whose rows point to nobody, words where days belong. Its prose (CC BY-SA 4.0) is not here.
"""

from __future__ import annotations

from typing import Any

URDU = {"id": "2989d3ed-c547-48f8-8f9d-432d81c7892e", "name": "Urdu", "code": "ur", "note": "Ask first"}
PHONE = {
    "id": "1554f2e2-a373-45db-a3fa-9fc48a61c15e", "number": '"+44 1234 234567"', "extension": 100,
    "type": "voice", "description": "The front desk", "languages": [URDU],
}  # fmt: skip
SCHEDULE = {
    "id": "48102e86-bb50-41c4-8f1e-e269368c41d1", "valid_from": "2005-01-01", "valid_to": "2005-01-01",
    "dtstart": "2005-01-01", "timezone": 3, "until": "2005-01-01", "count": 3, "wkst": "TU",
    "freq": "WEEKLY", "interval": 1, "byday": "TH,FR", "byweekno": "41,42", "bymonthday": "2,3,4",
    "byyearday": "2,3,4", "description": "Not on holidays", "opens_at": "10:00:00",
    "closes_at": "18:00:00", "schedule_link": "http://example.com", "attending_type": "in person",
    "notes": "Lunch at noon",
}  # fmt: skip
CONTACT = {
    "id": "1e7efce3-639b-4880-940c-b95cd30cdb50", "name": "A. Person", "title": "Manager",
    "department": "Front desk", "email": "email@example.com", "phones": [PHONE],
}  # fmt: skip
LOCATION = {
    "id": "3a19ff88-4620-4d17-9830-ac1d859eb5d5", "location_type": "physical", "url": "http://example.com",
    "name": "A hall", "alternate_name": "The hall", "description": "In the middle of town",
    "transportation": "Bus 1", "latitude": 100, "longitude": 101, "external_identifier": "10092008082",
    "external_identifier_type": "UPRN", "languages": [URDU],
    "addresses": [{"id": "74706e55-df26-4b84-80fe-ecc30b5befb4", "attention": "A. Person",
                   "address_1": "1-30 Main Street", "address_2": "MyVillage", "city": "MyCity",
                   "region": "MyRegion", "state_province": "MyState", "postal_code": "ABC 1234",
                   "country": "US", "address_type": "postal"}],
    "contacts": [CONTACT],
    "accessibility": [{"id": "afcf296e-1cb2-4139-9c88-33d587d1a50b", "description": "Hearing loop",
                       "details": "T-coil", "url": "http://example.com"}],
    "phones": [PHONE], "schedules": [SCHEDULE],
}  # fmt: skip
ORGANIZATION = {
    "id": "d9d5e0f5-d3ce-4f73-9a2f-4dd0ecc6c610", "name": "Example Organization Inc.",
    "alternate_name": "Example Org", "description": "A charity", "email": "email@example.com",
    "website": "http://example.com", "tax_status": "tax_status", "year_incorporated": 2011,
    "legal_status": "Limited Company", "logo": "https://example.org/logo.png", "uri": "http://example.com",
    "parent_organization_id": "cd09a387-91f4-4555-94ec-e799c35344cd",
}  # fmt: skip
URL = {"id": "30951f94-7b24-11ef-ba1b-a79405d4dcaa", "label": "Website", "url": "https://example.org"}
FUNDING = {"id": "1f2df32c-bf08-4b8e-bd6f-e834014b19bc", "source": "The town and gifts"}
PROGRAM = {
    "id": "e7ec2e57-4540-43fa-b2c7-6be5a0ef7f42", "name": "A program", "alternate_name": "The program",
    "description": "Several services together",
}  # fmt: skip
ORGANIZATION_FULL = {
    **ORGANIZATION, "additional_websites": [URL], "funding": [FUNDING], "contacts": [CONTACT],
    "phones": [PHONE], "locations": [LOCATION], "programs": [PROGRAM],
    "organization_identifiers": [{"id": "d4dbcebc-0802-47cb-8651-b937ac4f2f3e", "identifier": "1234567",
                                  "identifier_scheme": "GB-COH", "identifier_type": "Company number"}],
}  # fmt: skip
SERVICE = {
    "id": "ac148810-d857-441c-9679-408f346de14b", "name": "Community counselling",
    "alternate_name": "Town counselling", "description": "Talking with somebody who is trained. ",
    "url": "http://example.com/counselling", "email": "email@example.com", "status": "active",
    "interpretation_services": "Urdu, Polish and Slovak", "application_process": "Ring, or ask a doctor",
    "fees_description": "\u00a350 an hour", "wait_time": "wait_time", "fees": "fees_description",
    "accreditations": "All of them", "eligibility_description": "From twelve years", "minimum_age": 12,
    "maximum_age": 100, "assured_date": "2005-01-01", "assurer_email": "email@example.com",
    "licenses": "licences", "alert": "Mostly on the phone now", "last_modified": "2023-03-15T10:30:45.123Z",
}  # fmt: skip
TERM = {
    "id": "3f7b145d-84af-42d7-8fae-eaca714b02b2", "code": "code", "name": "name",
    "description": "description", "parent_id": "0bc248fa-dc27-4650-9ba4-8f1a24ef16a2",
    "taxonomy": "taxonomy", "language": "eng", "term_uri": "http://example.com",
    "taxonomy_detail": {"id": "5c4d79d7-cc55-470e-9f1f-8cad074e4892", "name": "name",
                        "description": "description", "uri": "http://example.com", "version": "version"},
}  # fmt: skip
METADATA = {
    "id": "6cd71e9f-1013-49d9-8370-26b8f59d3e5a", "resource_type": "location", "field_name": "name",
    "last_action_date": "2011-01-01", "last_action_type": "update", "previous_value": "A hall",
    "replacement_value": "A new hall", "updated_by": "A. Person",
}  # fmt: skip
SERVICE_FULL: dict[str, Any] = {
    **SERVICE, "additional_urls": [URL], "phones": [PHONE], "schedules": [SCHEDULE],
    "service_areas": [{"id": "381c64f1-a724-4884-9c21-ac96c21cca3e", "name": "The town",
                       "description": "All of it", "extent": "extent", "extent_type": "geojson",
                       "uri": "http://example.com"}],
    "service_at_locations": [{"id": "e94c9f38-1e8f-4564-91d4-d53501ab1765", "description": "In the hall",
                              "contacts": [CONTACT], "phones": [PHONE], "schedules": [SCHEDULE],
                              "location": LOCATION}],
    "languages": [URDU], "organization": ORGANIZATION_FULL, "funding": [FUNDING],
    "cost_options": [{"id": "1fdf4d39-3d80-484d-9f92-a8ffa08621e7", "valid_from": "2020-01-01",
                      "valid_to": "2022-12-31", "option": "Under 18", "currency": "gbp", "amount": 35,
                      "amount_description": "an hour"}],
    "program": PROGRAM,
    "required_documents": [{"id": "f6ad7e69-b9c8-42ce-92db-92cedb4c05c0", "document": "Anything official",
                            "uri": "http://example.com"}],
    "contacts": [CONTACT],
    "attributes": [{"id": "ae58cc39-8b70-4ab1-8aea-786882e5ac8e", "link_type": "link_type",
                    "link_entity": "link_entity", "value": "value", "taxonomy_term": TERM}],
    "metadata": [METADATA],
}  # fmt: skip


def page(content: dict[str, Any]) -> dict[str, Any]:
    """A page of the API, as the lists of the specification are."""
    return {
        "total_items": 10, "total_pages": 10, "page_number": 1, "size": 1, "first_page": True,
        "last_page": False, "empty": False, "contents": [content],
    }  # fmt: skip


SERVICE_LIST = page({**SERVICE, "organization": ORGANIZATION, "program": PROGRAM})
ORGANIZATION_LIST = page(ORGANIZATION)
TERM_LIST = page(TERM)
SERVICE_AT_LOCATION = {
    "id": "e94c9f38-1e8f-4564-91d4-d53501ab1765", "description": "In the hall",
    "location": {**LOCATION, "external_identifier": "///a.b.c", "external_identifier_type": "what3words"},
    "service": {**SERVICE, "organization": ORGANIZATION, "program": PROGRAM},
}  # fmt: skip

_TABLES = {
    "accessibility": ("id location_id description details url",
                      "afcf296e-1cb2-4139-9c88-33d587d1a50b 3a19ff88-4620-4d17-9830-ac1d859eb5d5 Loop"
                      " T-coil http://example.com"),
    "address": ("id location_id attention address_1 address_2 city region state_province postal_code country"
                " address_type", "74706e55-df26-4b84-80fe-ecc30b5befb4 d57b7ee4-9bcf-4351-858b-c42860beb869"
                " A.Person 1-30 MyVillage MyCity MyRegion MyState ABC US postal"),
    "attribute": ("id link_id taxonomy_term_id link_type link_entity value",
                  "ae58cc39-8b70-4ab1-8aea-786882e5ac8e f28dd44b-0c4d-479f-8e90-4c52219a8b3c"
                  " 6bd624ce-8512-497a-bcb2-7ce1a5dc1680 link_type link_entity value"),
    "contact": ("id organization_id service_id service_at_location_id location_id name title department"
                " email", "1e7efce3-639b-4880-940c-b95cd30cdb50 ae67a707-5893-4225-b0b1-320ab9cb596b"
                " 46f31178-dbb7-45e4-be37-c69320e08c36 93eaf18d-1cd2-4ec7-bffb-3c9172ee5070"
                " 2226a1e5-7ff1-4c46-a5fb-955304b05917 name title department email@example.com"),
    "cost_option": ("id service_id valid_from valid_to option currency amount amount_description",
                    "1fdf4d39-3d80-484d-9f92-a8ffa08621e7 a67ed14f-696d-45f1-8eaf-46b7f972425e valid_from"
                    " valid_to option currency 100 amount_description"),
    "funding": ("id organization_id service_id source",
                "1f2df32c-bf08-4b8e-bd6f-e834014b19bc 545c684b-4a24-4923-b7c9-6e10fcf8a5a3"
                " d20cedb8-b597-41cb-86b0-7034fb50c7a9 Gifts"),
    "language": ("id service_id location_id phone_id name code note",
                 "2989d3ed-c547-48f8-8f9d-432d81c7892e 500ff16a-71c4-4e0e-9263-0bb8bbc9f4e5"
                 " 2fcda859-99ad-4a9e-b912-7baf5e064df1 df2d6c2f-89e7-4cae-aace-a23a0264d7e5 name code note"),
    "location": ("id location_type url organization_id name alternate_name description transportation"
                 " latitude longitude external_identifier external_identifier_type",
                 "3a19ff88-4620-4d17-9830-ac1d859eb5d5 physical http://example.com"
                 " 985e4a42-bd9f-4edc-911d-0243a4640aca name alternate_name description transportation 100"
                 " 101 external_identifier external_identifier_type"),
    "meta_table_description": ("id name language character_set",
                               "c11af60b-a394-4e53-9943-324dda2d17a1 name language character_set"),
    "metadata": ("id resource_id resource_type last_action_date last_action_type field_name previous_value"
                 " replacement_value updated_by", "6cd71e9f-1013-49d9-8370-26b8f59d3e5a"
                 " 38960354-e7d2-4cfa-a368-820f729d6ccf location 2011-01-01 update name Hall Hall A.Person"),
    "organization": ("id name alternate_name description email website tax_status tax_id year_incorporated"
                     " legal_status logo uri parent_organization_id",
                     "d9d5e0f5-d3ce-4f73-9a2f-4dd0ecc6c610 Example Org Charity email@example.com"
                     " http://example.com tax_status tax_id 2011 legal_status https://example.org/logo.png"
                     " http://example.com cd09a387-91f4-4555-94ec-e799c35344cd"),
    "organization_identifier": ("id organization_id identifier_scheme identifier_type identifier",
                                "d4dbcebc-0802-47cb-8651-b937ac4f2f3e 58341b4f-4f21-47f0-affb-1a2f9162472b"
                                " GB-COH company 1234567"),
    "phone": ("id location_id service_id organization_id contact_id service_at_location_id number extension"
              " type description", "1554f2e2-a373-45db-a3fa-9fc48a61c15e"
              " 3133fbc3-469a-4ab7-9158-421acfe66229 9d2104f3-b9b2-4719-a85d-743fc62714a6"
              " c1066581-4d59-45c7-9072-40e745e3c98c 52fd7852-8f0e-4b5e-9d93-ff96386096c4"
              ' a4edb74e-c262-4379-bf87-2bf90f6f4803 """+441234234567""" 100 voice Desk'),
    "program": ("id organization_id name alternate_name description", "e7ec2e57-4540-43fa-b2c7-6be5a0ef7f42"
                " 5978833f-21aa-4235-a56b-7d2f94ce8f35 name alternate_name description"),
    "required_document": ("id service_id document uri", "f6ad7e69-b9c8-42ce-92db-92cedb4c05c0"
                          " bb0128fb-eeec-4179-a606-a8fb06648994 Anything http://example.com"),
    "schedule": ("id service_id location_id service_at_location_id valid_from valid_to dtstart timezone until"
                 " count wkst freq interval byday byweekno bymonthday byyearday description opens_at"
                 " closes_at schedule_link attending_type notes",
                 "48102e86-bb50-41c4-8f1e-e269368c41d1 ae8b7eaf-7e7d-4128-a403-ae097f146356"
                 " dd9e501b-4df9-4e71-85ac-29748e7e2d5a 0a41a90a-b5a5-4541-87e2-5cc2fd72536b 2005-01-01"
                 " 2005-01-01 2005-01-01 3 2005-01-01 2005-01-01 TUE WEEKLY 1 THU 42 2 2 Weekdays 10:00"
                 " 18:00 http://example.com person Lunch"),
    "service": ("id organization_id program_id name alternate_name description url email status"
                " interpretation_services application_process fees_description wait_time fees"
                " accreditations eligibility_description minimum_age maximum_age assured_date assurer_email"
                " licenses alert", "ac148810-d857-441c-9679-408f346de14b"
                " 0fdfb57f-c147-4cfb-864c-44788a335d8c 24682fa0-3eda-4afc-a026-84a21c7a882e Counselling"
                " Town Talking http://example.com/c email@example.com active Urdu Ring \u00a350 wait_time"
                " fees All Twelve 12 100 2005-01-01 email@example.com licences Phone"),
    "service_area": ("id service_id name description extent extent_type uri",
                     "381c64f1-a724-4884-9c21-ac96c21cca3e 146fbf18-d4a3-4bee-a8b0-2d4476478eea Town #REF!"
                     " extent extent_type http://example.com"),
    "service_at_location": ("id service_id location_id description", "e94c9f38-1e8f-4564-91d4-d53501ab1765"
                            " ab231982-2106-4a55-80fc-b305560c5556 2528e812-ccbb-43a7-b761-a90f27ea9ac4"
                            " Hall"),
    "service_capacity": ("id service_id unit_id available maximum description updated",
                         "8896b788-7b3e-11ef-8db9-7f3d040352b3 f75b808e-7bdb-11ef-afaa-ab00a77dc5c4"
                         " 187a37a2-7b40-11ef-9790-dbf7623d4407 12 10 Beds 2024-09-25T14:23:06.5+01:00"),
    "taxonomy": ("id name description uri version",
                 "5c4d79d7-cc55-470e-9f1f-8cad074e4892 name description http://example.com version"),
    "taxonomy_term": ("id code name description parent_id language taxonomy_id term_uri",
                      "3f7b145d-84af-42d7-8fae-eaca714b02b2 code name description"
                      " 0bc248fa-dc27-4650-9ba4-8f1a24ef16a2 language"
                      " 07ff6aee-a219-438c-b694-d2fcb6c5373b http://example.com"),
    "units": ("id name scheme identifier uri",
              "8896b788-7b3e-11ef-8db9-7f3d040352b3 Kilogram SI kgm https://example.org/kgm"),
    "url": ("id label url", "30951f94-7b24-11ef-ba1b-a79405d4dcaa Website https://example.org"),
}  # fmt: skip
TABLES = {
    f"{name}.csv": f"{head.replace(' ', ',')}\n{row.replace(' ', ',')}\n".encode()
    for name, (head, row) in _TABLES.items()
}
"""The tabular example: one row a table, of which hardly one knows another."""
