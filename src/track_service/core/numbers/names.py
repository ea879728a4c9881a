"""Which carrier a shop means by a name it wrote: a table, and never a guess."""

import re
import unicodedata
from difflib import get_close_matches

# Written as `_plain` leaves them. A code with spaces for underscores is a name as well.
_NAMES = {
    "17track": "",
    "4px": "4px express|4 px",
    "aftership": "after ship",
    "ahamove": "aha move|ahamove sieu toc",
    "allied_express": "",
    "amazon_shipping": "amazon|amazon logistics|amazon logistics uk|amzl|amzl us|swiship",
    "an_post": "anpost",
    "aramex": "aramex australia|aramex au|aramex new zealand|aramex nz",
    "asendia": "",
    "asendia_us": "asendia usa",
    "australia_post": "auspost|aus post|australiapost|eparcel|"
    "australia post mypost business",
    "austrian_post": "osterreichische post|post at|oesterreichische post",
    "best": "best express|best inc|best express viet nam|best express vn",
    "bluedart": "blue dart",
    "boxknight": "box knight",
    "bpost": "b post|belgian post",
    "bring": "posten bring|posten norge|bring se|bring no",
    "cainiao": "aliexpress standard shipping",
    "canada_post": "canadapost|postes canada|poste canada",
    "canpar": "canpar express",
    "chinapost": "china post|china post ems|china ems|ems china",
    "chronopost": "chronopost france",
    "cj_logistics": "cj korea express",
    "correos": "correos espana|correos spain",
    "correos_express": "",
    "delhivery": "",
    "dhl_ecommerce_us": "dhl ecommerce|dhl e commerce|dhl global mail|dhl globalmail|"
    "dhl ecommerce solutions",
    "dhl_express_xml": "",
    "dhl_parcel_de": "dhl paket|dhl germany|dhl deutschland|dhl parcel germany|"
    "dhl intraship de|dhl intraship",
    "dhl_poland": "dhl parcel polska|dhl polska|dhl parcel poland",
    "dhl_unified": "dhl|deutsche post|deutsche post dhl|deutsche post de|"
    "deutsche post en|dhl de|dhl us|dhl at|dhl cz|dhl se|dhl global",
    "dicom_gls_canada": "gls canada|dicom|dicom express",
    "dpd": "dpd germany|dpd deutschland|dpd de|dpdgroup|dpd group",
    "dpd_plc": "dpd uk|dpd co uk|dpd local|dpd united kingdom",
    "easypost": "easy post",
    "ecom_express": "ecom",
    "ems_vn": "ems viet nam|ems vietnam|vietnam ems|viet nam ems",
    "evri": "hermes uk|myhermes|my hermes",
    "fedex": "fed ex|federal express|fedex smartpost|fedex sameday",
    "flash_express": "flash",
    "geodis": "",
    "ghn": "giao hang nhanh|giaohangnhanh",
    "ghtk": "giao hang tiet kiem|giaohangtietkiem",
    "gls": "general logistics systems|gls germany|gls deutschland",
    "gofo": "gofo express",
    "grabexpress": "grab express|grab",
    "hay_post": "haypost",
    "hermes_de": "hermes germany|hermes deutschland|hermes",
    "inpost": "in post|inpost paczkomaty|paczkomaty",
    "japan_post": "japanpost",
    "jtexpress": "j t express|giao hang j t|j t|jt express|jnt|jnt express|j and t express|j and t",
    "karrio": "",
    "kerry_th": "kerry express|kerry express thailand|kex",
    "korea_post": "koreapost|epost korea",
    "la_poste": "laposte|colissimo|la poste colissimo",
    "lalamove": "lala move",
    "landmark": "landmark global",
    "lasership": "laser ship",
    "locate2u": "",
    "mydhl": "dhl express|dhl express us|my dhl|dhl express worldwide",
    "nationex": "",
    "newgistics": "",
    "nhattin": "nhat tin|nhat tin logistics|nhat tin express|ntl logistics|ntx",
    "ninjavan": "ninja van|ninjavan vietnam|ninja van vietnam",
    "nz_post": "new zealand post|nzpost|nz courierpost|courierpost|courier post",
    "old_dominion": "old dominion freight line|odfl",
    "ontrac": "on trac",
    "parcelone": "parcel one",
    "pitney_bowes": "pitneybowes",
    "pos_malaysia": "pos laju|poslaju",
    "posti": "itella",
    "postnl": "post nl|postnl 3s",
    "postnord": "post nord|postnord sverige|postnord sverige ab|postnord danmark|"
    "portal postnord|postnord dk|postnord no|postnord se",
    "prestige": "prestige delivery",
    "purolator": "",
    "roadie": "",
    "royal_mail": "royalmail|parcelforce|parcelforce worldwide|parcel force",
    "sagawa": "sagawa express",
    "seko": "seko logistics",
    "sendle": "",
    "sf": "sf express|s f express|sfexpress|shunfeng|shun feng",
    "ship24": "",
    "shipengine": "",
    "shippo": "",
    "shiprocket": "",
    "shipstation": "",
    "singapore_post": "singpost|sing post",
    "smartkargo": "smart kargo",
    "speedee": "spee dee|spee dee delivery|speedee delivery",
    "speedx": "speed x",
    "spring": "spring gds",
    "spx": "spx express|shopee express|shopee xpress|spx vietnam",
    "startrack": "star track",
    "swiss_post": "swisspost|schweizerische post|la poste suisse|post ch",
    "teleship": "",
    "thailandpost": "thailand post|thai post",
    "tnt": "tnt express|tnt australia|tnt uk",
    "trackingmore": "",
    "uniuni": "uni uni",
    "ups": "united parcel service|ups mail innovations|ups surepost|ups freight|"
    "ups germany|ups netherlands|ups se",
    "usps": "united states postal service|us postal service|u s postal service|"
    "us mail|u s p s",
    "veho": "",
    "viettelpost": "viettel post|viettel|vtp|buu chinh viettel",
    "vnpost": "viet nam post|vietnam post|vn post|vnpost ems|buu dien viet nam|buu dien|"
    "tong cong ty buu dien viet nam",
    "yamato": "yamato transport|kuroneko yamato|kuroneko",
    "yanwen": "yanwen logistics",
    "yodel": "",
    "yunexpress": "yun express",
    "zoom2u": "zoom 2u",
}
# As Shopify's Japanese list and Chinese shops write them: nothing `_plain` would leave.
_IN_OTHER_SCRIPTS = {
    "佐川急便": "sagawa",
    "ヤマト運輸": "yamato",
    "クロネコヤマト": "yamato",
    "日本郵便": "japan_post",
    "顺丰速运": "sf",
    "順豐速運": "sf",
}
# Words that only tell a carrier's service, the language of its page, what its number
# counts, or its legal form, not another carrier.
_SERVICE_WORDS = (
    "1st 2 2day 2nd 3 3day 24 48 24h 48h air advantage business class corp day days"
    " delivered delivery direct domestic early economy envelope eu evening expedited"
    " express first flat freight ground guaranteed home inc international intl large"
    " letter ltd mail medium morning next noon overnight pack package packet paket"
    " parcel parcels plus post premium priority rate recorded retail return returns"
    " saver same select shipping signature signed small special standard"
    " tracked tracking worldwide xpresspost"
    " 10 12 9 00 30 service services en ja consignment reference"
    " vn viet nam vietnam chuyen phat nhanh hoa toc tiet kiem tieu chuan"
)
_SERVICES = frozenset(_SERVICE_WORDS.split())
# Words of every day: with a service behind ("Best shipping") they name nobody.
_EVERYDAY = frozenset(
    {"best", "bring", "flash", "grab", "landmark", "prestige", "spring"}
)
CODES = frozenset(_NAMES)
ALIASES = tuple(
    (alias, code)
    for code, others in _NAMES.items()
    for alias in (code.replace("_", " "), *filter(None, others.split("|")))
)
_BY_ALIAS = dict(ALIASES)
_LONGEST = max(len(alias.split()) for alias in _BY_ALIAS)


def by_name(name: str) -> str | None:
    """Return the code of the carrier that a name means, or None.

    Case, accents, signs such as ® and a service's words after the name ("Ground",
    "Tracked 24") do not count; anything else that no table holds is nobody's name.
    """
    if code := _IN_OTHER_SCRIPTS.get(name.strip()):
        return code
    words = _plain(name).split()
    for length in range(min(len(words), _LONGEST), 0, -1):
        code = _BY_ALIAS.get(" ".join(words[:length]))
        if code is not None:
            rest = words[length:]
            if _BY_ALIAS.get(" ".join(rest)) == code:  # "Giao Hàng Nhanh (GHN)"
                return code
            firm = not rest or words[0] not in _EVERYDAY
            return code if firm and _SERVICES.issuperset(rest) else None
    return None


def near_names(name: str) -> tuple[str, ...]:
    """Return the codes that a name which is nobody's may have meant, nearest first.

    Those spelled alike, and those spelled like its first word; five at most.
    """
    words = _plain(name).split()
    alike = [
        _BY_ALIAS[alias]
        for tried in (" ".join(words), *words[:1])
        for alias in get_close_matches(tried, _BY_ALIAS, n=5, cutoff=0.75)
    ]
    return tuple(dict.fromkeys(alike))[:5]


def _plain(name: str) -> str:
    spelled = name.casefold().replace("đ", "d")
    for mark in "®™©℠":
        spelled = spelled.replace(mark, " ")
    letters = "".join(
        letter
        for letter in unicodedata.normalize("NFKD", spelled)
        if not unicodedata.combining(letter)
    )
    return re.sub(r"[^a-z0-9]+", " ", letters)
