"""Where parcels pass: hubs with their zones, and each carrier's lanes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hub:
    """A place that scans; `zone` is an IANA name, `postal` may be empty."""

    city: str
    region: str
    country: str
    postal: str
    zone: str


@dataclass(frozen=True, slots=True)
class Lane:
    """A way from shop to shopper.

    `via` are the hubs between; `abroad` says that customs stand at the last of
    them. `market` is the shopper's: us, uk, de or vn. `leg_hours` is the usual
    drive or flight from one hub to the next.
    """

    market: str
    origin: Hub
    via: tuple[Hub, ...]
    destination: Hub
    leg_hours: float
    abroad: bool = False


_EAST, _CENTRAL, _WEST = (
    "America/New_York",
    "America/Chicago",
    "America/Los_Angeles",
)
NEWARK = Hub("Newark", "NJ", "US", "07114", _EAST)
LOUISVILLE = Hub("Louisville", "KY", "US", "40213", "America/Kentucky/Louisville")
MEMPHIS = Hub("Memphis", "TN", "US", "38118", _CENTRAL)
CHICAGO = Hub("Chicago", "IL", "US", "60638", _CENTRAL)
DENVER = Hub("Denver", "CO", "US", "80216", "America/Denver")
PHOENIX = Hub("Phoenix", "AZ", "US", "85043", "America/Phoenix")
ONTARIO = Hub("Ontario", "CA", "US", "91761", _WEST)
SEATTLE = Hub("Seattle", "WA", "US", "98108", _WEST)
AUSTIN = Hub("Austin", "TX", "US", "78744", _CENTRAL)
BOSTON = Hub("Boston", "MA", "US", "02128", _EAST)

_UK = "Europe/London"
DAVENTRY = Hub("Daventry", "", "GB", "NN6 7GX", _UK)
WARRINGTON = Hub("Warrington", "", "GB", "WA4 6ND", _UK)
LONDON = Hub("London", "", "GB", "EC1A 1BB", _UK)
BRISTOL = Hub("Bristol", "", "GB", "BS34 8UD", _UK)
GLASGOW = Hub("Glasgow", "", "GB", "G52 4FR", _UK)
LEEDS = Hub("Leeds", "", "GB", "LS10 1LJ", _UK)

_DE = "Europe/Berlin"
HAMBURG = Hub("Hamburg", "", "DE", "21129", _DE)
LEIPZIG = Hub("Leipzig", "", "DE", "04435", _DE)
KOELN = Hub("Köln", "", "DE", "51147", _DE)
MUENCHEN = Hub("München", "", "DE", "85609", _DE)
BERLIN = Hub("Berlin", "", "DE", "12529", _DE)

_VN = "Asia/Ho_Chi_Minh"
GIA_LAM = Hub("Gia Lâm", "Hà Nội", "VN", "131003", _VN)
CAU_GIAY = Hub("Cầu Giấy", "Hà Nội", "VN", "122000", _VN)
HAI_CHAU = Hub("Hải Châu", "Đà Nẵng", "VN", "550000", _VN)
TAN_BINH = Hub("Tân Bình", "TP. Hồ Chí Minh", "VN", "736000", _VN)
THU_DUC = Hub("Thủ Đức", "TP. Hồ Chí Minh", "VN", "720300", _VN)
NINH_KIEU = Hub("Ninh Kiều", "Cần Thơ", "VN", "900000", _VN)
VINH = Hub("Vinh", "Nghệ An", "VN", "460000", _VN)
BUON_MA_THUOT = Hub("Buôn Ma Thuột", "Đắk Lắk", "VN", "630000", _VN)

_US_LANES = (
    Lane("us", NEWARK, (LOUISVILLE, DENVER), ONTARIO, 12),
    Lane("us", CHICAGO, (LOUISVILLE,), BOSTON, 10),
    Lane("us", ONTARIO, (PHOENIX, MEMPHIS), AUSTIN, 11),
    Lane("us", AUSTIN, (DENVER,), SEATTLE, 14),
)
_US_UK = Lane("uk", NEWARK, (LOUISVILLE, LONDON), LEEDS, 10, abroad=True)
_US_DE = Lane("de", CHICAGO, (LOUISVILLE, KOELN), BERLIN, 11, abroad=True)
_US_VN = Lane("vn", ONTARIO, (MEMPHIS, THU_DUC), TAN_BINH, 20, abroad=True)
_VN_LANES = (
    Lane("vn", GIA_LAM, (HAI_CHAU,), TAN_BINH, 16),
    Lane("vn", TAN_BINH, (THU_DUC,), NINH_KIEU, 7),
    Lane("vn", THU_DUC, (HAI_CHAU, VINH), CAU_GIAY, 12),
    Lane("vn", CAU_GIAY, (GIA_LAM,), BUON_MA_THUOT, 20),
)

LANES: dict[str, tuple[Lane, ...]] = {
    "ups": (*_US_LANES, _US_UK, _US_DE),
    "fedex": (*_US_LANES, _US_UK, _US_VN),
    "usps": _US_LANES,
    "dhl_unified": (
        Lane("de", HAMBURG, (LEIPZIG,), MUENCHEN, 8),
        Lane("de", KOELN, (HAMBURG,), BERLIN, 9),
        Lane("uk", HAMBURG, (LEIPZIG, LONDON), GLASGOW, 7, abroad=True),
        _US_DE,
    ),
    "royal_mail": (
        Lane("uk", DAVENTRY, (WARRINGTON,), GLASGOW, 8),
        Lane("uk", LONDON, (DAVENTRY,), BRISTOL, 7),
        Lane("uk", BRISTOL, (DAVENTRY,), LEEDS, 7),
    ),
    "ghn": _VN_LANES,
    "ghtk": _VN_LANES,
    "viettelpost": _VN_LANES,
}
