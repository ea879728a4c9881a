"""Which carrier owns a number or a name.

Where a folder of courier files with test numbers is at hand (`TRACK_NUMBERS`, or beside
the checkout), `detect` is held against all of them.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from track_service.carriers import carriers
from track_service.core.numbers import by_name, detect, names

BESIDE = Path(__file__).parents[3] / "shared/data/tracking-numbers/couriers"
COURIERS = Path(os.environ.get("TRACK_NUMBERS") or BESIDE)
VALID, INVALID = 192, 88
# A number that one form refuses and another of the same carrier's has rightly.
OWNED_OTHERWISE = {"331426749957"}
# Courier files whose name is not the code of every carrier that they are about.
OWNERS = {
    "amazon": {"amazon_shipping"},
    "canadapost": {"canada_post"},
    "dhl": {"mydhl", "dhl_unified", "dhl_ecommerce_us", "dhl_parcel_de"},
}
S10_OWNERS = {"GB": {"royal_mail"}, "US": {"usps"}}

# number: owner, whether a check digit proves it
OWNED = {
    "1Z 999 AA1 01 2345 6784": ("ups", "valid"),
    "1Z-999-AA1-01-2345-6784": ("ups", "valid"),
    "1z999aa10123456784": ("ups", "valid"),
    "MI12345600000000001": ("ups", "none"),
    "DT123456789012": ("fedex", "none"),
    "420902109400100000000000000013": ("usps", "valid"),
    "4209021012349400100000000000000013": ("usps", "valid"),
    "RR123456785DE": ("dhl_parcel_de", "valid"),
    "RR123456785FR": ("la_poste", "valid"),
    "EE123456785VN": ("vnpost", "valid"),
    "RR123456785CN": ("chinapost", "valid"),
    "RR123456785JP": ("japan_post", "valid"),
    "RR123456785CA": ("canada_post", "valid"),
    "RR123456785CV": ("post_cv", "valid"),
    "1234567891": ("mydhl", "valid"),
    "JJD0012345678": ("mydhl", "none"),
    "GM2951173225": ("dhl_ecommerce_us", "none"),
    "00340434000000000017": ("dhl_parcel_de", "valid"),
    "12.345 678.901 6": ("dhl_parcel_de", "valid"),
    "00193123450000000019": ("australia_post", "valid"),
    "1234-5678-9013": ("yamato", "valid"),
    "3SABCD123456789": ("postnl", "none"),
    "09980000020033F": ("dpd", "valid"),
    "09980000020033": ("dpd", "none"),
    "42123456789": ("gls", "none"),
    "TBA123456789012": ("amazon_shipping", "none"),
    "LTN12345678N1": ("landmark", "none"),
    "5ENAMPLE": ("ghn", "none"),
    "LXAMPLEF": ("ghn", "none"),
    "S1.A1.2001234567": ("ghtk", "none"),
    "S20953713.BO.MB5-11-K3.832711283": ("ghtk", "none"),
    "VTP123456789": ("viettelpost", "none"),
    "SPXVN01234567890C": ("spx", "none"),
    "801234567891": ("jtexpress", "none"),
    "CP123456789": ("nhattin", "none"),
    "NVVNABCDE0000001": ("ninjavan", "none"),
    "LP00123456789012": ("cainiao", "none"),
    "4PX3000123456789CN": ("4px", "none"),
    "SF1234567890123": ("sf", "none"),
}
NOBODYS = {
    "a wrong UPS check digit": "1Z999AA10123456785",
    "a wrong S10 check digit": "RB123456786GB",
    "no country": "RB123456785XX",
    "a wrong air waybill": "1234567892",
    "a wrong FedEx and Purolator number": "996578788855",
    "a wrong DPD check character": "09980000020033D",
    "no country in a long DPD number": "0081827099800000200045000000N",
    "zeros alone": "000000000000",
    "no digit": "PARCELS",
    "nothing": "",
    "spaces": " \t\n",
    "other scripts' digits": "١٢٣٤٥٦٧٨٩١",
    "far too long": "1" * 10_000,
}
NAMED = {
    "UPS Ground": "ups",
    "UPS®": "ups",
    "UPS 2nd Day Air®": "ups",
    "USPS First-Class Mail": "usps",
    "FedEx Home Delivery®": "fedex",
    "Giao Hàng Nhanh": "ghn",
    "Giao Ha\u0300ng Nhanh (GHN)": "ghn",
    "giao hang tiet kiem": "ghtk",
    "GIAO HÀNG TIẾT KIỆM": "ghtk",
    "Viettel Post": "viettelpost",
    "J&T Express": "jtexpress",
    "J&T Express VN": "jtexpress",
    "Viettel Post - Chuyển phát nhanh": "viettelpost",
    "GHTK hoả tốc": "ghtk",
    "Correos Express": "correos_express",
    "Bưu điện Việt Nam": "vnpost",
    "dhl express": "mydhl",
    "DHL": "dhl_unified",
    "DHL Paket": "dhl_parcel_de",
    "Royal Mail Tracked 24": "royal_mail",
    "GLS Canada": "dicom_gls_canada",
    "Best Express": "best",
    "dhl_ecommerce_us": "dhl_ecommerce_us",
}
NAMELESS = (
    "",
    "®",
    "Express",
    "Post",
    "Best shipping",
    "Spring delivery",
    "UPS or FedEx",
    "FedEx UPS",
    "Upstairs",
    "Bob's bikes",
    "My UPS",
    "إكسبريس",
)


@pytest.mark.parametrize("number", OWNED)
def test_a_number_is_its_owners(number):
    best = detect(number)[0]

    assert (best.carrier, best.check_digit) == OWNED[number]


@pytest.mark.parametrize("why", NOBODYS)
def test_a_number_is_nobodys(why):
    assert detect(NOBODYS[why]) == ()


def test_a_post_may_share_its_numbers():
    assert [one.carrier for one in detect("RR123456785VN")] == ["vnpost", "ems_vn"]


def test_a_consolidators_parcel_is_the_posts_first():
    found = [one.carrier for one in detect("9261290100000000000006")]

    assert found[:2] == ["usps", "fedex"]


def test_a_proved_number_outranks_one_that_only_looks_so():
    found = detect("801000000009")

    ways = {one.carrier: one.check_digit for one in found}
    assert ways == {"fedex": "valid", "jtexpress": "none"}
    assert found[0].carrier == "fedex"


@given(st.text())
def test_any_text_is_read_or_refused(text):
    found = detect(text)

    assert list(found) == sorted(found, key=lambda one: -one.confidence)
    assert len({one.carrier for one in found}) == len(found)
    assert by_name(text) is None or by_name(text) in names.CODES


@given(st.from_regex(r"\A[0-9A-Z .-]{0,40}\Z"))
def test_any_likely_number_has_sure_candidates_once(text):
    found = detect(text)

    assert all(0 < one.confidence < 1 for one in found)
    assert len({one.carrier for one in found}) == len(found)


def whole(body):
    """Add the GS1 check digit, reckoned the long way."""
    total = sum(int(d) * (3, 1)[i % 2] for i, d in enumerate(reversed(body)))
    return body + str((10 - total % 10) % 10)


@pytest.mark.parametrize(
    ("head", "length", "form"),
    [
        ("7", 16, "canada_post_16"),
        ("94001", 22, "usps_impb"),
        ("92748", 26, "usps_impb"),
        ("12", 15, "fedex_ground_15"),
        ("00340434", 20, "dhl_paket_sscc"),
    ],
)
@given(data=st.data())
def test_one_wrong_digit_is_refused(head, length, form, data):
    count = length - 1 - len(head)
    tail = data.draw(st.text("0123456789", min_size=count, max_size=count))
    number = whole(head + tail)
    place = data.draw(st.integers(0, length - 1))
    other = data.draw(st.sampled_from([d for d in "0123456789" if d != number[place]]))
    wrong = number[:place] + other + number[place + 1 :]

    assert form in {one.format for one in detect(number)}
    assert form not in {one.format for one in detect(wrong)}


@pytest.mark.parametrize("name", NAMED)
def test_a_name_is_its_carriers(name):
    assert by_name(name) == NAMED[name]


@pytest.mark.parametrize("name", NAMELESS)
def test_a_name_is_never_guessed(name):
    assert by_name(name) is None


def test_every_carrier_is_known_by_its_label_and_its_code():
    known = carriers()
    labels = {code: carrier.label for code, carrier in known.items()}

    assert {code: by_name(code) for code in known} == {code: code for code in known}
    # Two carriers may bear one name, as both DPDs do.
    meant = {code: by_name(label) for code, label in labels.items()}
    assert {labels.get(meant[code]) for code in known} == set(labels.values())


def test_every_name_means_one_carrier():
    aliases = [alias for alias, _ in names.ALIASES]

    assert sorted(aliases) == sorted(set(aliases))


def test_the_courier_files_numbers_are_told_right():
    if not COURIERS.is_dir():
        pytest.skip(f"no courier files at {COURIERS}; TRACK_NUMBERS names a folder")

    valid = dict(_told("valid"))
    invalid = dict(_told("invalid"))

    assert (len(valid), len(invalid)) == (VALID, INVALID)
    assert [key for key, (owners, found) in valid.items() if not owners & found] == []
    accepted = {key[1] for key, (_, found) in invalid.items() if found}
    assert accepted == OWNED_OTHERWISE


def _told(kind: str) -> Iterator[tuple[tuple[str, str, int], tuple[set, set]]]:
    """Yield (courier, number, place): its owners, and the carriers that lead here."""
    place = 0
    for file in sorted(COURIERS.glob("*.json")):
        for form in json.loads(file.read_text(encoding="utf-8"))["tracking_numbers"]:
            for number in form["test_numbers"][kind]:
                place += 1
                owners = OWNERS.get(file.stem, {file.stem})
                if file.stem == "s10":
                    post = {f"post_{number[-2:].lower()}"}
                    owners = S10_OWNERS.get(number[-2:], post)
                found = {one.carrier for one in detect(number)[:3]}
                yield (file.stem, number, place), (owners, found)
