"""Forms of numbers of carriers of Europe and Oceania, and of DHL everywhere."""

from track_service.core.numbers.checks import gs1, identcode, mod7, mod37_36
from track_service.core.numbers.form import Form, checked, plain

# Two letters, nine digits and two letters are S10's, whose check digit decides.
_NOT_S10 = r"(?![A-Z]{2}\d{9}[A-Z]{2}$)"

_DHL = (
    checked(
        "dhl_express_waybill",
        r"\d{10}",
        mod7,
        mydhl=0.85,
        dhl_unified=0.75,
        dhl_express_xml=0.6,
    ),
    checked("dhl_express_11", r"\d{11}", mod7, mydhl=0.6, dhl_unified=0.55),
    plain("dhl_express_piece", r"J[A-Z]{2,3}\d{9,10}", mydhl=0.7, dhl_unified=0.65),
    plain(
        "dhl_piece_long",
        r"J?JD\d{16,20}",
        dhl_unified=0.7,
        dhl_parcel_de=0.6,
    ),
    plain(
        "dhl_ecommerce_gm",
        rf"{_NOT_S10}GM(?=[A-Z]*\d)[A-Z\d]{{10,39}}",
        dhl_ecommerce_us=0.9,
        dhl_unified=0.6,
    ),
    plain(
        "dhl_ecommerce_asia",
        rf"{_NOT_S10}(?:LX|RX|UV|CN|SG|TH|IN|HK|MY)(?=[A-Z]*\d)[A-Z\d]{{10,39}}",
        dhl_ecommerce_us=0.4,
        dhl_unified=0.35,
    ),
    plain("dhl_ecommerce_14", r"\d{14}", dhl_ecommerce_us=0.4, dhl_unified=0.3),
    checked(
        "dhl_paket_sscc", r"00(340434\d{12})", gs1, dhl_parcel_de=0.97, dhl_unified=0.8
    ),
    # Only as printed (56.310 243.031 3): one more form of twelve bare digits would let
    # one mistyped FedEx number in ten pass.
    checked(
        "dhl_identcode",
        r"\d{2}\.\d{6}\.\d{4}",
        lambda number: identcode(number.replace(".", "")),
        dhl_parcel_de=0.9,
        dhl_unified=0.7,
    ),
)

_DPD = (
    # 000 is neither a service nor a country.
    checked(
        "dpd_28",
        r"\d{21}(?!000)\d{3}(?!000)\d{3}[A-Z\d]",
        mod37_36,
        dpd=0.95,
        dpd_plc=0.5,
    ),
    checked("dpd_14_checked", r"\d{14}[A-Z\d]", mod37_36, dpd=0.85, dpd_plc=0.5),
    plain("dpd_14", r"0\d{13}", dpd=0.45, dpd_plc=0.35),
    plain("dpd_plc_14", r"1\d{13}", dpd_plc=0.35, dpd=0.3),
)

_BRITISH = (
    plain("yodel", r"J?JD\d{16}", yodel=0.85),
    plain("evri_16", r"[A-Z]\d{2}[A-Z\d]{3}\d{10}", evri=0.6),
    plain("royal_mail_barcode", r"(?=.*[A-F])\d{10}[\dA-F]{11}", royal_mail=0.7),
    plain("parcelforce_14", r"[A-Z]{4}\d{10}", royal_mail=0.4),
)

_CONTINENT = (
    # A 7 or 8 first is left to Old Dominion and DHL, whose check digits decide.
    plain("gls_11", r"[2-6]\d{10}", gls=0.2),
    plain("gls_track_id", r"(?=.*\d)(?=.*[A-Z])[A-Z\d]{8}", gls=0.25),
    plain("hermes_14", r"\d{14}", hermes_de=0.25),
    plain("hermes_h", r"H\d{19}", hermes_de=0.8),
    plain("postnl_3s", r"3S[A-Z]{2,8}\d{6,13}", postnl=0.95),
    plain("bpost_24", r"32\d{22}", bpost=0.8),
    plain("inpost_24", r"[4-9]\d{23}", inpost=0.7),
    plain("swiss_post_18", r"99\d{16}", swiss_post=0.8),
    plain("posti", r"JJFI\d{14,20}", posti=0.95),
    checked("postnord_sscc", r"00(37[03]\d{15})", gs1, postnord=0.85, bring=0.6),
    plain("bring_17", r"7[03]\d{15}", bring=0.5),
    plain("correos_23", r"[A-Z]{2}[A-Z\d]{21}", correos=0.5),
    plain("chronopost", r"X[A-Z]\d{9}[A-Z]{2}", chronopost=0.4),
    plain("colissimo_13", r"\d[A-Z]\d{11}", la_poste=0.75),
)

_OCEANIA = (
    plain("australia_post_article", r"\d[A-Z]{2}\d{7}(?:\d{6})?", australia_post=0.6),
    checked(
        "australia_post_sscc", r"00(\d93\d{15})", gs1, australia_post=0.85, nz_post=0.5
    ),
    checked("nz_post_sscc", r"00(\d94\d{15})", gs1, nz_post=0.85),
)

EUROPE: tuple[Form, ...] = (*_DHL, *_DPD, *_BRITISH, *_CONTINENT, *_OCEANIA)
