import re
from dataclasses import replace

import pytest
from PIL import Image

from track_service.services.pushed import digest
from track_service.store import brands


def test_a_new_brand_is_told_all_that_it_needs(operator, of, client):
    result = operator(
        "brand",
        "add",
        "nha-xinh",
        "Nhà Xinh",
        *("--locale", "vi", "--zone", "Asia/Ho_Chi_Minh", "--primary", "#b3261e"),
        *("--webhook-url", "https://shop.example/hook"),
        *("--ops-url", "slack://a/b/c", "--ops-url", "slack://d/e/f"),
    )

    assert result.exit_code == 0
    with of.database.read() as session:
        brand = brands.by_code(session, "nha-xinh")
        key = next(w for w in result.stdout.split() if w.startswith("tsk_"))
        assert brands.by_key(session, digest(key)) == brand
    assert (brand.sending, brand.locale, brand.theme) == (
        False,
        "vi",
        {"primary": "#b3261e"},
    )
    assert brand.ops_urls == ("slack://a/b/c", "slack://d/e/f")
    assert brand.webhook_secret in result.stdout
    assert "https://track.example/hooks/carriers/ghn/" in result.stdout
    (page,) = (
        w for w in result.stdout.split() if w.startswith("https://track.example/t/")
    )
    assert client.get(page.removeprefix("https://track.example")).status_code == 200


def test_the_printed_snippet_shows_the_test_page_where_it_may(operator, client, hands):
    result = operator(
        "brand", "add", "acme", "Acme", "--embed-origin", "https://shop.example"
    )

    assert '<script src="https://track.example/embed.js" async>' in result.stdout
    (token,) = re.findall('<track-service-order token="([^"]+)">', result.stdout)
    assert f'<a href="https://track.example/t/{token}">' in result.stdout
    shown = client.get(f"/embed/t/{token}")
    assert shown.status_code == 200
    assert shown.headers["Content-Security-Policy"].endswith(
        "frame-ancestors https://shop.example"
    )

    operator("brand", "set", "acme", "--embed-origin", "")
    hands.forward(seconds=2)  # what a page said is said again for a second
    shown = client.get(f"/embed/t/{token}")
    assert shown.headers["Content-Security-Policy"].endswith("frame-ancestors 'none'")


def test_a_wrong_origin_is_refused_and_no_brand_added(operator, of):
    result = operator("brand", "add", "acme", "Acme", "--embed-origin", "shop.example")

    assert result.exit_code == 1
    assert result.stderr.startswith("Error: embed_origins: 'shop.example' is no origin")
    with of.database.read() as session:
        assert brands.by_code(session, "acme") is None


def test_without_a_webhook_no_secret_is_told(operator):
    result = operator("brand", "add", "plain", "Plain")

    assert result.exit_code == 0
    assert "whsec_" not in result.stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["acme", "Acme"], "Error: a brand acme is there already"),
        (["ACME", "Acme"], "Error: code: 'ACME' is not lower-case"),
        (["new", "New", "--zone", "Mars/Base"], "Error: zone: 'Mars/Base' is no IANA"),
        (["new", "New", "--primary", "red"], "Error: primary: 'red' is no colour"),
    ],
)
def test_a_wrong_brand_is_refused_in_one_line(operator, brand, words, told):
    result = operator("brand", "add", *words)

    assert result.exit_code == 1
    (line,) = result.stderr.splitlines()
    assert line.startswith(told)


def test_sending_is_switched(operator, of, brand):
    off = operator("brand", "sending", "acme", "off")
    with of.database.read() as session:
        assert brands.by_code(session, "acme").sending is False
    on = operator("brand", "sending", "acme", "on")

    with of.database.read() as session:
        assert brands.by_code(session, "acme").sending is True
    assert off.stdout == "acme: notices are listed, not sent\n"
    assert on.stdout == "acme: notices are sent\n"


def test_an_unknown_brand_is_told(operator):
    result = operator("brand", "sending", "nobody", "on")

    assert result.exit_code == 1
    assert result.stderr == "Error: no brand has the code 'nobody'\n"


def test_brands_are_listed(operator, brand):
    operator("brand", "add", "zen", "Zen")

    result = operator("brand", "list")

    first, second = result.stdout.splitlines()
    assert first.split() == ["acme", "Acme", "Europe/Berlin", "sending"]
    assert second.split() == ["zen", "Zen", "UTC", "shadow"]


def test_a_logo_is_set_with_the_brand_or_later(operator, of, tmp_path):
    picture, poem = tmp_path / "logo.png", tmp_path / "poem.png"
    Image.new("RGB", (60, 20), "#c33").save(picture, "PNG")
    poem.write_text("roses are red")

    added = operator("brand", "add", "rose", "Rose", "--logo", str(picture))
    changed = operator("brand", "logo", "rose", str(picture))
    refused = operator("brand", "logo", "rose", str(poem))
    unknown = operator("brand", "logo", "nobody", str(picture))

    assert [r.exit_code for r in (added, changed, refused, unknown)] == [0, 0, 1, 1]
    assert "no picture that can be read" in refused.stderr
    assert "nobody" in unknown.stderr
    with of.database.read() as session:
        kind, drawn = brands.logo(session, "rose")
    assert kind == "image/webp"
    assert drawn != picture.read_bytes()


def test_a_wrong_logo_makes_no_brand(operator, of, tmp_path):
    poem = tmp_path / "poem.png"
    poem.write_text("roses are red")

    refused = operator("brand", "add", "rose", "Rose", "--logo", str(poem))

    assert refused.exit_code == 1
    with of.database.read() as session:
        assert brands.by_code(session, "rose") is None


@pytest.fixture
def stored(of):
    """Read a brand as it is stored."""

    def read(code="acme"):
        with of.database.read() as session:
            return brands.by_code(session, code)

    return read


def test_what_is_given_of_a_brand_changes_and_nothing_else(operator, brand, stored):
    result = operator(
        *("brand", "set", "acme", "--name", "Acme & Söhne", "--zone", "Asia/Tokyo"),
        *("--locale", "vi", "--support-url", "https://acme.example/help"),
        *("--primary", "#b3261e", "--accent", "#123456", "--ops-url", "slack://a/b/c"),
    )

    assert (result.exit_code, result.stdout) == (0, "acme: changed\n")
    assert stored() == replace(
        brand,
        name="Acme & Söhne",
        zone="Asia/Tokyo",
        locale="vi",
        support_url="https://acme.example/help",
        theme={"primary": "#b3261e", "accent": "#123456"},
        ops_urls=("slack://a/b/c",),
    )


def test_a_brand_speaks_the_languages_that_it_names_and_its_own(
    operator, brand, stored
):
    operator("brand", "set", "acme", "--locale", "de-AT")
    at_first = stored().languages
    named = ("--language", "fr", "--language", "es-MX")
    operator("brand", "set", "acme", *named)
    refused = operator("brand", "set", "acme", "--language", "tlh")

    assert at_first == ("en", "vi", "de")
    assert stored().languages == ("fr", "es", "de")
    assert "languages: 'tlh' is none of en, de, es, fr, vi" in refused.output


def test_a_look_changes_colour_by_colour(operator, brand, stored, tmp_path):
    picture = tmp_path / "logo.png"
    Image.new("RGB", (60, 20), "#c33").save(picture, "PNG")
    operator("brand", "set", "acme", "--primary", "#b3261e", "--accent", "#123456")

    operator("brand", "set", "acme", "--accent", "#654321", "--logo", str(picture))
    operator("brand", "set", "acme", "--primary", "")

    theme = stored().theme
    assert theme.pop("logo_path").startswith("/brand/acme/logo?v=")
    assert theme == {"accent": "#654321"}


def test_a_theme_is_set_from_a_file_key_by_key(operator, brand, stored, tmp_path):
    file = tmp_path / "theme.json"
    file.write_text('{"font": "serif", "radius": 4}')
    operator("brand", "set", "acme", "--theme", str(file), "--primary", "#b3261e")
    file.write_text('{"font": null, "radius": 8}')
    operator("brand", "set", "acme", "--theme", str(file))

    assert stored().theme == {"radius": 8, "primary": "#b3261e"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "theme: is no JSON"),
        ("[]", "theme: is no JSON object"),
        ('{"font": "Comic Sans"}', "font: 'Comic Sans' is none of sans"),
    ],
)
def test_a_wrong_theme_is_refused_in_one_line(
    operator, brand, stored, tmp_path, text, reason
):
    file = tmp_path / "theme.json"
    file.write_text(text)

    result = operator("brand", "set", "acme", "--theme", str(file))

    assert result.exit_code == 1
    assert reason in result.output
    assert stored() == brand


def test_an_empty_word_takes_a_value_away(operator, brand, stored):
    operator("brand", "set", "acme", "--ops-url", "slack://a/b/c")

    operator(*("brand", "set", "acme", "--mail-from", "", "--ops-url", ""))

    assert stored() == replace(brand, mail_from=None)


def test_the_first_webhook_url_brings_a_secret(operator, brand, stored):
    url = ("--webhook-url", "https://acme.example/hook")
    first = operator("brand", "set", "acme", *url)
    secret = stored().webhook_secret
    assert f"signed with {secret}\n" in first.stdout

    moved = operator(*("brand", "set", "acme", *url[:1], "https://acme.example/2"))
    assert (moved.stdout, stored().webhook_secret) == ("acme: changed\n", secret)

    operator("brand", "set", "acme", "--webhook-url", "")
    assert stored() == brand
    operator("brand", "set", "acme", *url)
    assert stored().webhook_secret != secret


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--name", ""], "Error: name: is empty"),
        (["--zone", ""], "Error: zone: '' is no IANA"),
        (["--locale", ""], "Error: locale: '' is none of"),
        (["--accent", "red"], "Error: accent: 'red' is no colour"),
        (["--mail-from", "Acme"], "Error: mail_from: 'Acme' is no address"),
    ],
)
def test_a_wrong_change_is_refused_in_one_line(operator, brand, stored, words, told):
    result = operator("brand", "set", "acme", "--support-phone", "+49 30 1", *words)

    assert result.exit_code == 1
    (line,) = result.stderr.splitlines()
    assert line.startswith(told)
    assert stored() == brand


def test_a_change_of_nothing_is_wrong_usage(operator, brand):
    assert operator("brand", "set", "acme").exit_code == 2
    assert operator("brand", "set", "nobody", "--name", "N").exit_code == 1
