"""Which carrier a tracking link leads to: its host tells, and never a guess."""

from urllib.parse import urlsplit

# By the host's registered name; a carrier's own sub-domains lead to it as well.
_HOSTS = {
    "4px.com": "4px",
    "aftership.com": "aftership",
    "17track.net": "17track",
    "ahamove.com": "ahamove",
    "anpost.com": "an_post",
    "aramex.com": "aramex",
    "auspost.com.au": "australia_post",
    "best-inc.vn": "best",
    "bpost.be": "bpost",
    "bpost.cloud": "bpost",
    "bring.com": "bring",
    "bring.no": "bring",
    "cainiao.com": "cainiao",
    "canadapost-postescanada.ca": "canada_post",
    "canadapost.ca": "canada_post",
    "canpar.com": "canpar",
    "chronopost.fr": "chronopost",
    "correos.es": "correos",
    "delhivery.com": "delhivery",
    "dhl.com": "dhl_unified",
    "dhl.de": "dhl_parcel_de",
    "dpd.co.uk": "dpd_plc",
    "dpd.com": "dpd",
    "dpd.de": "dpd",
    "evri.com": "evri",
    "fedex.com": "fedex",
    "ghn.vn": "ghn",
    "ghtk.vn": "ghtk",
    "giaohangtietkiem.vn": "ghtk",
    "gls-group.com": "gls",
    "gls-group.eu": "gls",
    "inpost.pl": "inpost",
    "jtexpress.vn": "jtexpress",
    "laposte.fr": "la_poste",
    "lalamove.com": "lalamove",
    "myhermes.de": "hermes_de",
    "ninjavan.co": "ninjavan",
    "ntx.com.vn": "nhattin",
    "nzpost.co.nz": "nz_post",
    "ontrac.com": "ontrac",
    "post.at": "austrian_post",
    "post.ch": "swiss_post",
    "posti.fi": "posti",
    "postnl.nl": "postnl",
    "postnord.com": "postnord",
    "postnord.dk": "postnord",
    "postnord.se": "postnord",
    "purolator.com": "purolator",
    "royalmail.com": "royal_mail",
    "sendle.com": "sendle",
    "sf-express.com": "sf",
    "spx.vn": "spx",
    "swisspost.ch": "swiss_post",
    "thailandpost.co.th": "thailandpost",
    "tnt.com": "tnt",
    "ups.com": "ups",
    "usps.com": "usps",
    "viettelpost.com.vn": "viettelpost",
    "viettelpost.vn": "viettelpost",
    "vnpost.vn": "vnpost",
    "yunexpress.com": "yunexpress",
    "yuntrack.com": "yunexpress",
}


def by_url(url: str) -> str | None:
    """Return the code of the carrier whose site a link leads to, or None."""
    try:
        host = (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return None
    parts = host.split(".")
    for start in range(len(parts) - 1):
        if code := _HOSTS.get(".".join(parts[start:])):
            return code
    return None
