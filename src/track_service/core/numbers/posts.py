"""UPU S10: two letters, eight digits, a check digit and the country of the post."""

from collections.abc import Mapping

from track_service.core.numbers import checks
from track_service.core.numbers.form import checked

# ISO 3166-1 alpha-2, as a post prints it; XX and other free codes are no country.
_ISO = (
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM"
    " BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX"
    " CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG"
    " GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR"
    " IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV"
    " LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE"
    " NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO"
    " RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF"
    " TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF"
    " WS YE YT ZA ZM ZW"
)
COUNTRIES = frozenset(_ISO.split())
POSTS: Mapping[str, tuple[str, ...]] = {
    "AM": ("hay_post",),
    "AT": ("austrian_post",),
    "AU": ("australia_post",),
    "BE": ("bpost",),
    "CA": ("canada_post",),
    "CH": ("swiss_post", "asendia"),
    "CN": ("chinapost", "cainiao"),
    "DE": ("dhl_parcel_de", "dhl_unified"),
    "DK": ("postnord",),
    "ES": ("correos",),
    "FI": ("posti",),
    "FR": ("la_poste", "chronopost"),
    "GB": ("royal_mail",),
    "IE": ("an_post",),
    "JP": ("japan_post",),
    "KR": ("korea_post",),
    "MY": ("pos_malaysia",),
    "NL": ("postnl",),
    "NO": ("bring",),
    "NZ": ("nz_post",),
    "SE": ("postnord",),
    "SG": ("singapore_post",),
    "TH": ("thailandpost",),
    "US": ("usps",),
    "VN": ("vnpost", "ems_vn"),
}
S10 = checked(
    "s10", rf"[A-Z]{{2}}(\d{{9}})(?:{'|'.join(sorted(COUNTRIES))})", checks.s10
)


def posts_of(number: str) -> dict[str, float]:
    """Return the posts of an S10 number's country and how sure each is."""
    country = number[-2:]
    posts = POSTS.get(country, (f"post_{country.lower()}",))
    return {post: 0.97 - 0.27 * place for place, post in enumerate(posts)}
