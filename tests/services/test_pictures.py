"""Product pictures: fetched once, checked, made anew, served by us, and swept."""

import struct
import zlib
from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
import requests
from PIL import Image, ImageOps
from tests.conftest import NOW
from tests.make import a_parcel, an_order

from track_service.core.parcel import Item
from track_service.services import pictures, pixels
from track_service.services.sweep import sweep
from track_service.store import pictures as store

LAMP = "https://cdn.shop.example/lamp.jpg"


def a_picture(kind="JPEG", size=(400, 300), mode="RGB", **more):
    file = BytesIO()
    Image.new(mode, size, "#c33").save(file, kind, **more)
    return file.getvalue()


def a_bomb(width=60_000, height=60_000):
    """A PNG of a few bytes that says it is 3.6 thousand million pixels large."""

    def chunk(kind, body):
        end = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + end

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 9))
    return b"\x89PNG\r\n\x1a\n" + body + chunk(b"IEND", b"")


@pytest.fixture
def desk(of, guarded):
    return replace(of.desk, guarded=guarded)


@pytest.fixture
def parcel(of, brand):
    items = (Item("Lamp", image_url=LAMP), Item("Bulb"))
    return a_parcel(of, brand, order=an_order(items=items))


def test_a_picture_is_fetched_once_and_shown_from_our_own_origin(
    desk, client, parcel, answers
):
    assert "<img" not in items_of(client, parcel)
    assert items_of(client, parcel).count('class="blank"') == 2
    answers.get(LAMP, body=a_picture())

    assert pictures.fetch_due(desk) == 1
    assert pictures.fetch_due(desk) == 0

    html = items_of(client, parcel)
    assert "cdn.shop.example" not in html
    assert html.count('class="blank"') == 1
    path = html.partition('src="')[2].partition('"')[0]
    served = client.get(path)
    assert served.content_type == "image/webp"
    assert "immutable" in served.headers["Cache-Control"]
    assert Image.open(BytesIO(served.data)).size == (56, 56)
    larger = client.get(path.replace("-56.", "-320."))
    assert Image.open(BytesIO(larger.data)).size == (320, 320)
    assert client.get(path.replace("-56.", "-57.")).status_code == 404


def test_an_address_that_nobody_made_is_not_found(client):
    for name in ("x-56.webp", f"{'0' * 32}-56.webp", f"a-{'9' * 40}.webp"):
        assert client.get(f"/picture/{name}").status_code == 404


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_what_the_camera_wrote_is_gone(kind):
    exif = Image.Exif()
    exif[0x010F] = "Camera of Mai"
    more = {} if kind == "GIF" else {"exif": exif}

    made = pictures.made(a_picture(kind, **more))

    assert set(made) == set(pictures.EDGES)
    assert not any(b"Camera of Mai" in body for body in made.values())
    assert not Image.open(BytesIO(made[320])).getexif()


def test_what_is_clear_stays_clear():
    made = pictures.made(a_picture("PNG", mode="RGBA", size=(10, 10)))
    clear = pictures.made(_clear())

    assert Image.open(BytesIO(made[56])).convert("RGBA").getpixel((5, 5))[3] == 255
    assert Image.open(BytesIO(clear[56])).convert("RGBA").getpixel((5, 5))[3] == 0


def _clear():
    file = BytesIO()
    Image.new("RGBA", (80, 80), (0, 0, 0, 0)).save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"<svg onload='alert(1)'/>", id="svg"),
        pytest.param(b"<html>", id="a page"),
        pytest.param(a_picture()[:200], id="cut off"),
        pytest.param(a_picture("BMP"), id="another kind"),
        pytest.param(a_bomb(), id="a bomb"),
        pytest.param(a_bomb(9000, 9000), id="a smaller bomb"),
    ],
)
def test_what_is_no_picture_is_given_up_at_once(desk, parcel, answers, rows, sent):
    answers.get(LAMP, body=sent)

    assert pictures.fetch_due(desk) == 1

    ((due_at, digest, problem),) = rows("SELECT due_at, digest, problem FROM picture")
    assert (due_at, digest) == (None, None)
    assert problem


def damaged_exif(orientation):
    """Return EXIF with an orientation, and text where the width, a number, belongs."""
    width = struct.pack(">HHI4s", 0x0100, 2, 3, b"ab")
    turned = struct.pack(">HHIHH", 0x0112, 3, 1, orientation, 0)
    head = b"Exif\0\0MM\0*" + struct.pack(">IH", 8, 2)
    return head + width + turned + bytes(4)


def test_a_picture_whose_notes_are_damaged_is_shown_the_way_up_that_they_tell():
    sent = a_picture(size=(40, 20), exif=damaged_exif(6))

    whole = pixels.upright(sent, ("JPEG",), most=1000, edge=100)

    assert whole.size == (20, 40)


def test_each_way_up_that_a_camera_notes_is_undone():
    for noted in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = noted
        drawn = Image.linear_gradient("L").resize((40, 20))
        drawn.paste(0, (0, 0, 20, 20))
        file = BytesIO()
        drawn.save(file, "PNG", exif=exif)

        whole = pixels.upright(file.getvalue(), ("PNG",), most=1000, edge=100)

        expected = ImageOps.exif_transpose(Image.open(file)).convert("RGBA")
        assert whole.tobytes() == expected.tobytes()


def a_large(kind, side, **more):
    file = BytesIO()
    Image.new("L", (side, side), 200).save(file, kind, **more)
    return file.getvalue()


def test_a_large_jpeg_is_unpacked_small_and_what_cannot_be_is_refused():
    large = a_large("JPEG", 5000)

    whole = pixels.upright(large, ("JPEG",), most=25_000_000, edge=320)

    assert whole.size == (625, 625)
    for sent in (a_large("JPEG", 5000, progressive=True), a_large("PNG", 5000)):
        with pytest.raises(pixels.TooManyPixels):
            pixels.upright(sent, ("JPEG", "PNG"), most=25_000_000, edge=320)
    with pytest.raises(pixels.TooManyPixels):
        pixels.upright(large, ("JPEG",), most=24_999_999, edge=320)


def test_a_picture_made_smaller_keeps_its_colours_and_what_is_clear():
    drawn = Image.new("P", (400, 200))
    drawn.putpalette([255, 0, 0, 0, 0, 255])
    drawn.paste(1, (200, 0, 400, 200))
    file = BytesIO()
    drawn.save(file, "GIF", transparency=1)

    small = pixels.upright(file.getvalue(), ("GIF",), most=100_000, edge=50)

    assert small.size == (100, 50)
    assert small.getpixel((10, 25)) == (255, 0, 0, 255)
    assert small.getpixel((90, 25))[3] == 0


def test_five_megabytes_are_the_most():
    sent = a_picture()

    assert pictures.made(sent + b"\0" * (pixels.LARGEST - len(sent)))
    with pytest.raises(pixels.Unreadable, match="too large"):
        pictures.made(sent + b"\0" * (pixels.LARGEST + 1 - len(sent)))


def test_a_failure_is_tried_again_less_and_less_then_given_up(
    desk, parcel, answers, hands, rows
):
    answers.get(LAMP, status=500)
    began, tried = hands.at, []

    while rows("SELECT 1 FROM picture WHERE due_at IS NOT NULL"):
        if pictures.fetch_due(desk):
            tried.append(hands.at - began)
        hands.forward(minutes=1)

    assert tried[:4] == [timedelta(minutes=m) for m in (0, 1, 3, 7)]
    assert timedelta(days=2) < tried[-1] < timedelta(days=7)
    assert rows("SELECT problem FROM picture") == [("answered 500",)]


def test_a_server_that_cannot_be_reached_costs_a_try(desk, parcel, answers, rows):
    answers.get(LAMP, body=requests.ConnectionError("down"))

    assert pictures.fetch_due(desk) == 1

    assert rows("SELECT tries, digest FROM picture WHERE due_at > :at", at=NOW) == [
        (1, None)
    ]


@pytest.mark.parametrize(
    "url", ["http://cdn.shop.example/a.png", "https://127.0.0.1/a.png"]
)
def test_what_only_we_can_reach_is_never_fetched(of, brand, url, rows):
    a_parcel(of, brand, order=an_order(items=(Item("Lamp", image_url=url),)))

    assert pictures.fetch_due(of.desk) == 1

    ((due_at, digest),) = rows("SELECT due_at, digest FROM picture")
    assert (due_at, digest) == (None, None)


def test_two_processes_do_not_fetch_the_same(desk, parcel, hands):
    with desk.database.write() as session:
        (one,) = store.due(session, wall=hands.at, limit=9)
        until = hands.at + timedelta(minutes=5)

        assert store.claim(session, one, wall=hands.at, until=until)
        assert not store.claim(session, one, wall=hands.at, until=until)
        session.commit()


def test_what_nobody_wants_any_more_is_swept(desk, parcel, answers, hands, rows):
    answers.get(LAMP, body=a_picture())
    pictures.fetch_due(desk)
    assert len(rows("SELECT edge FROM picture_file")) == len(pictures.EDGES)

    sweep(desk.database, now=hands.at + pictures.KEPT)
    assert len(rows("SELECT edge FROM picture_file")) == len(pictures.EDGES)

    sweep(desk.database, now=hands.at + pictures.KEPT + timedelta(seconds=1))
    assert rows("SELECT edge FROM picture_file") == []
    assert rows("SELECT source FROM picture") == []


def test_no_more_are_kept_than_there_is_room_for(desk, hands, rows):
    with desk.database.write() as session:
        for number in range(4):
            url = f"https://cdn.shop.example/{number}.png"
            store.want(session, [url, None], now=hands.forward(minutes=1))
        store.expire(session, before=hands.at - timedelta(days=1), most=2)
        session.commit()

    kept = {url for (url,) in rows("SELECT url FROM picture")}
    assert kept == {f"https://cdn.shop.example/{number}.png" for number in (2, 3)}


def items_of(client, parcel):
    html = client.get(f"/t/{parcel.token}").text
    return html.partition('<ul class="items">')[2].partition("</ul>")[0]
