"""Forms of numbers of carriers of the Americas, and of UPS and FedEx everywhere.

Sources: USPS Publication 199 (IMpb), UPS and FedEx label guides, carriers' own pages.
"""

from track_service.core.numbers.checks import fedex, gs1, luhn, ups
from track_service.core.numbers.form import Form, checked, plain

# Consolidators' parcels under the post's own numbers: service type 612.
_CONSOLIDATORS = {"fedex": 0.6, "dhl_ecommerce_us": 0.5, "newgistics": 0.4, "ups": 0.4}
_ZIP = r"(?:420\d{5}(?:\d{4})?)?"

_UPS = (
    checked("ups_1z", r"1Z([A-Z\d]{15}\d)", ups, ups=0.99),
    checked("ups_waybill", r"[AHJKTV](\d{10})", ups, ups=0.9),
    plain("ups_mail_innovations", r"MI\d{6}[A-Z\d]{1,22}", ups=0.9),
    plain("ups_18", r"[89]\d{17}", ups=0.3),
    plain("ups_freight_9", r"\d{9}", ups=0.3, nationex=0.2),
)

_FEDEX = (
    checked("fedex_12", r"\d{12}", fedex, fedex=0.8),
    checked("fedex_34", r"[0-8]\d{19}(\d{14})", fedex, fedex=0.9),
    checked("fedex_astra_32", r"3\d{15}(\d{12})\d{4}", fedex, fedex=0.85),
    checked("fedex_ground_15", r"\d{15}", gs1, fedex=0.8),
    checked("fedex_ground_sscc_18", r"0[0124]\d{16}", gs1, fedex=0.8),
    checked("fedex_ground_96", r"96\d{5}(\d{15})", gs1, fedex=0.95),
    checked("fedex_ground_gsn", r"96\d{18}(\d{14})", fedex, fedex=0.95),
    plain("fedex_door_tag", r"DT\d{12}", fedex=0.85),
)

_USPS = (
    checked("usps_20", r"(?!00)\d{20}", gs1, usps=0.85),
    checked("usps_91", rf"{_ZIP}(91\d{{20}})", gs1, usps=0.95),
    # A 91 that the label leaves out is still counted in: 9 and 1 weigh 28.
    checked(
        "usps_91_left_out",
        rf"{_ZIP}((?!00)\d{{20}})",
        lambda number: gs1(f"91{number}"),
        usps=0.8,
    ),
    checked(
        "usps_impb", rf"{_ZIP}(9[2345](?:\d{{20}}|\d{{24}}|\d{{28}}))", gs1, usps=0.95
    ),
    checked(
        "usps_impb_consolidated",
        rf"{_ZIP}(92612(?:\d{{17}}|\d{{21}}))",
        gs1,
        **_CONSOLIDATORS,
    ),
    checked(
        "usps_impb_pitney_bowes",
        rf"{_ZIP}(92023(?:\d{{17}}|\d{{21}}))",
        gs1,
        pitney_bowes=0.6,
    ),
)

_CANADA = (
    checked("canada_post_16", r"\d{16}", gs1, canada_post=0.85),
    checked("purolator_12", r"[0-5]\d{11}", luhn, purolator=0.75),
    plain("purolator_alpha", r"[A-Z]{3}\d{9}", purolator=0.75),
    plain("canpar_22", r"[CDKLSUXZ]\d{21}", canpar=0.9),
)

_OTHERS = (
    plain("amazon_logistics", r"TB[ACM]\d{12}", amazon_shipping=0.98),
    plain("amazon_international", r"[AFC]\d{10}", amazon_shipping=0.55),
    plain("amazon_fulfilment", r"AFTN\d{8,12}", amazon_shipping=0.8),
    checked("ontrac", r"[CD]\d{14}", ups, ontrac=0.95),
    checked("old_dominion_pro", r"(?:77[78]|072|780)\d{8}", luhn, old_dominion=0.85),
    checked("old_dominion_guaranteed", r"80\d{9}", luhn, old_dominion=0.85),
    plain("lasership_l", r"L[AIEHNX][123]\d{7}", lasership=0.9, ontrac=0.4),
    plain(
        "lasership_1ls",
        r"1LS7[12](?:\d{10}|\d{15}|\d{2}01[1234]\d{6}-1)",
        lasership=0.95,
        ontrac=0.4,
    ),
    plain("lasership_1lscx", r"1LSCX[A-Z\d]{10}", lasership=0.95, ontrac=0.4),
    plain("gofo_us", r"GFUS\d{14}", gofo=0.97),
    plain("landmark_ltn", r"LTN\d{8}N1", landmark=0.98),
    plain("speedee_20", r"SP\d{18}", speedee=0.95),
    plain("uniuni", r"UUS[A-Z\d]{16}", uniuni=0.9),
)

AMERICAS: tuple[Form, ...] = (*_UPS, *_FEDEX, *_USPS, *_CANADA, *_OTHERS)
