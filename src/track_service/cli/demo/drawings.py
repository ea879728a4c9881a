"""Pictures of what the demo's shops sell: drawn by us, so that they are ours."""

from collections.abc import Iterable
from datetime import datetime
from io import BytesIO

from PIL import Image, ImageDraw

from track_service.app import Service
from track_service.core.parcel import Brand
from track_service.sandbox.dice import dice
from track_service.services.pictures import made
from track_service.store import pictures
from track_service.templating.colours import palette

_SIDE = 640
_GROUNDS = ("#efe6da", "#e4ebe6", "#e6e8f0", "#f1e4e1", "#ece9df")
_Box = tuple[int, int, int, int]
# A few plain shapes each, one over the other: no likeness, so none is wrong.
_FORMS: tuple[tuple[tuple[str, _Box], ...], ...] = (
    (("disc", (130, 190, 390, 450)), ("disc", (270, 210, 510, 450))),
    (("arch", (170, 160, 470, 640)), ("disc", (245, 250, 395, 400))),
    (("disc", (160, 160, 480, 480)), ("ring", (220, 220, 420, 420))),
    (("arch", (120, 300, 340, 640)), ("arch", (290, 190, 510, 640))),
    (("ring", (130, 190, 390, 450)), ("disc", (330, 290, 520, 480))),
)


def hang(of: Service, brand: Brand, urls: Iterable[str], *, now: datetime) -> None:
    """Let pages show a drawing for each address, as if it had been fetched from there."""
    wanted = list(urls)
    with of.database.write() as session:
        pictures.want(session, wanted, now=now)
        for one in pictures.due(session, wall=of.clock.wall(), limit=1000):
            if one.url in wanted:
                pictures.keep(session, one, made(drawn(one.url, brand)))
        session.commit()


def drawn(name: str, brand: Brand) -> bytes:
    """Return a PNG: a form of the brand's colour on a quiet ground, by the name."""
    chance = dice("drawing", name)
    colours = palette(brand.theme)
    picture = Image.new("RGB", (_SIDE, _SIDE), chance.choice(_GROUNDS))
    pen = ImageDraw.Draw(picture)
    inks = [colours.primary, colours.accent]
    chance.shuffle(inks)
    for place, (kind, box) in enumerate(chance.choice(_FORMS)):
        ink = inks[place % 2] if inks[0] != inks[1] else (inks[0], "#c9a26b")[place % 2]
        if kind == "arch":
            pen.rounded_rectangle((*box[:2], box[2], 2 * _SIDE), 150, fill=ink)
        elif kind == "disc":
            pen.ellipse(box, fill=ink)
        else:
            pen.ellipse(box, outline=ink, width=26)
    file = BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()
