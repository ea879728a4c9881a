"""Carriers' names as the shop platforms themselves write them, of carriers that we ask.

Shopify: the supported tracking companies. WooCommerce: the providers of Shipment Tracking,
whose orders hold the name in small letters and hyphens. Haravan, Sapo, Nhanh.vn: the
carriers that a shop there chooses from, and how shops write them.
"""

import pytest

from track_service.core.numbers import by_name

SHOPIFY = {
    "4PX": "4px",
    "Amazon": "amazon_shipping",
    "Amazon Logistics UK": "amazon_shipping",
    "Swiship": "amazon_shipping",
    "Allied Express": "allied_express",
    "An Post": "an_post",
    "Aramex Australia": "aramex",
    "Asendia USA": "asendia_us",
    "Australia Post": "australia_post",
    "BPost": "bpost",
    "BPost International": "bpost",
    "Bluedart": "bluedart",
    "BoxKnight": "boxknight",
    "Bring": "bring",
    "Canada Post": "canada_post",
    "Canpar": "canpar",
    "China Post": "chinapost",
    "Chronopost": "chronopost",
    "Colissimo": "la_poste",
    "Correos": "correos",
    "DHL": "dhl_unified",
    "DHL eCommerce": "dhl_ecommerce_us",
    "DHL Express": "mydhl",
    "DPD": "dpd",
    "DPD Local": "dpd_plc",
    "DPD UK": "dpd_plc",
    "Delhivery": "delhivery",
    "Deutsche Post (DE)": "dhl_unified",
    "Deutsche Post (EN)": "dhl_unified",
    "Ecom Express": "ecom_express",
    "Evri": "evri",
    "FedEx": "fedex",
    "GLS": "gls",
    "Hermes": "hermes_de",
    "InPost": "inpost",
    "Japan Post (EN)": "japan_post",
    "日本郵便": "japan_post",
    "La Poste": "la_poste",
    "La Poste Colissimo": "la_poste",
    "LaserShip": "lasership",
    "New Zealand Post": "nz_post",
    "NinjaVan": "ninjavan",
    "Old Dominion": "old_dominion",
    "OnTrac": "ontrac",
    "Parcelforce": "royal_mail",
    "Pitney Bowes": "pitney_bowes",
    "Portal PostNord": "postnord",
    "PostNL": "postnl",
    "PostNord DK": "postnord",
    "PostNord SE": "postnord",
    "Purolator": "purolator",
    "Royal Mail": "royal_mail",
    "SF Express": "sf",
    "Sagawa (EN)": "sagawa",
    "佐川急便": "sagawa",
    "Sendle": "sendle",
    "Singapore Post": "singapore_post",
    "StarTrack": "startrack",
    "Swiss Post": "swiss_post",
    "TNT": "tnt",
    "TNT Australia": "tnt",
    "UPS": "ups",
    "USPS": "usps",
    "Yamato (EN)": "yamato",
    "ヤマト運輸": "yamato",
    "Yodel": "yodel",
    "YunExpress": "yunexpress",
    "Österreichische Post": "austrian_post",
}
WOOCOMMERCE = {
    "aramex-new-zealand": "aramex",
    "australia-post": "australia_post",
    "bring-se": "bring",
    "canada-post": "canada_post",
    "courier-post": "nz_post",
    "deutsche-post-dhl": "dhl_unified",
    "dhl-ecommerce": "dhl_ecommerce_us",
    "dhl-express": "mydhl",
    "dhl-intraship-de": "dhl_parcel_de",
    "dhl-us": "dhl_unified",
    "dpd-co-uk": "dpd_plc",
    "dpd-de": "dpd",
    "evri-international": "evri",
    "fedex-sameday": "fedex",
    "itella": "posti",
    "nz-post": "nz_post",
    "post-at": "austrian_post",
    "postnl": "postnl",
    "postnord-sverige-ab": "postnord",
    "royal-mail": "royal_mail",
    "tnt-express-consignment": "tnt",
    "ups-germany": "ups",
    "usps": "usps",
}
VIETNAM = {
    "AhaMove - Siêu tốc": "ahamove",
    "BEST Express VN": "best",
    "Bưu điện Việt Nam": "vnpost",
    "EMS Việt Nam": "ems_vn",
    "GHN": "ghn",
    "GHN - Giao Hàng Nhanh": "ghn",
    "GHTK": "ghtk",
    "Giao Hàng Nhanh": "ghn",
    "Giao hàng J&T": "jtexpress",
    "Giao hàng tiết kiệm (GHTK)": "ghtk",
    "GrabExpress": "grabexpress",
    "J&T Express": "jtexpress",
    "Lalamove": "lalamove",
    "Nhất Tín Logistics": "nhattin",
    "Ninja Van": "ninjavan",
    "SPX Express": "spx",
    "Shopee Xpress": "spx",
    "VNPOST - EMS": "vnpost",
    "Viettel Post": "viettelpost",
    "Việt Nam POST": "vnpost",
}
# Carriers that we do not ask, and what is none: companies that share a name are others.
NOBODYS = (
    "BRT",
    "Correios",
    "DPD Ireland",
    "DTDC",
    "Fastway",
    "GLS Italy",
    "Intelcom",
    "Khác",
    "Mondial Relay",
    "Other",
    "Poste Italiane",
    "SEUR",
    "Tự giao hàng",
    "custom",
)


@pytest.mark.parametrize(
    ("name", "code"), [*SHOPIFY.items(), *WOOCOMMERCE.items(), *VIETNAM.items()]
)
def test_a_platform_s_name_is_its_carrier_s(name, code):
    assert by_name(name) == code


@pytest.mark.parametrize("name", NOBODYS)
def test_a_platform_s_other_names_are_nobody_s(name):
    assert by_name(name) is None
