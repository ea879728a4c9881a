"""Forms of numbers of carriers of Viet Nam and the rest of Asia.

None of them publishes a check digit but Yamato and Sagawa.
"""

from track_service.core.numbers.checks import mod7
from track_service.core.numbers.form import Form, checked, plain

_VIET_NAM = (
    plain("ghn", r"(?=.*\d)(?=.*[A-Z])[A-Z\d]{5,8}", ghn=0.45),
    plain("ghn_letters", r"[A-Z]{6}(?:[A-Z]{2})?", ghn=0.2),  # as many words are
    plain("ghtk", r"S\d{1,9}(?:\.[A-Z\d-]{1,12}){0,5}\.\d{5,12}", ghtk=0.98),
    plain("viettelpost", r"VTP[A-Z]{0,2}\d{5,13}", viettelpost=0.97),
    plain("spx", r"SPX(?:VN|ID|TH|MY|PH|SG|TW|BR)[A-Z\d]{10,15}", spx=0.98),
    plain("spx_bare", r"(?:BR|TH)\d{12}[A-Z]?", spx=0.6),
    plain("jt_12", r"8\d{11}", jtexpress=0.6),
    plain("jt", r"(?:J[MV]X\d{12}|JP\d{10}|JT\d{13}|UT\d{13})", jtexpress=0.85),
    plain("nhattin", r"CP\d{9}", nhattin=0.75),
    plain("ninjavan", r"NV(?:SG|MY|PH|TH|VN|ID)[A-Z\d]{9,16}", ninjavan=0.97),
)

_CHINA = (
    plain("sf", r"SF\d{12,13}", sf=0.97),
    plain("yunexpress", r"YT\d{16}", yunexpress=0.97),
    plain("4px", r"4PX\d{12,15}(?:CN)?", **{"4px": 0.97}),
    plain("cainiao_lp", r"LP\d{11,16}(?:CN)?", cainiao=0.9),
    plain("cainiao_cng", r"CNG\d{14,17}", cainiao=0.9),
    plain("yanwen", r"[A-Z]{2}\d{9}YP", yanwen=0.85),
    plain("chinapost_13", r"(?:9[78]|1[01])\d{11}", chinapost=0.6),
)

_OTHERS = (
    # Only as printed: one more form of twelve bare digits would let one mistyped FedEx
    # number in ten pass.
    checked(
        "yamato_12",
        r"\d{4}-\d{4}-\d{4}",
        lambda number: mod7(number.replace("-", "")),
        yamato=0.7,
        sagawa=0.65,
    ),
    plain("delhivery_14", r"\d{14}", delhivery=0.2),
    plain("flash_express", r"TH\d{10,12}[A-Z]\d?[A-Z]?", flash_express=0.55),
)

ASIA: tuple[Form, ...] = (*_VIET_NAM, *_CHINA, *_OTHERS)
