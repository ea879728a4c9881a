"""A theme is tried on made-up parcels; its link is secret and ends with the draft."""

import json
import re
from datetime import timedelta

import pytest
from tests.make import a_parcel

from track_service.services import brands as setting
from track_service.services import drafts
from track_service.services.brands import WrongBrand
from track_service.services.samples import STATES
from track_service.store import brands
from track_service.store import drafts as store

THEME = {"primary": "#14532d", "radius": 3, "font": "serif"}


@pytest.fixture
def drafted(of, brand):
    return draft(of, brand, THEME)


def draft(of, brand, theme):
    with of.database.write() as session:
        made = drafts.draft(session, brand, theme, now=of.clock.wall(), mint=of.mint)
        session.commit()
    return made


@pytest.mark.parametrize("state", STATES)
def test_every_state_is_shown_and_marked_and_of_nobody(
    of, client, brand, drafted, state
):
    real = a_parcel(of, brand)

    answer = client.get(f"/preview/{drafted}/{state}?lang=vi")

    assert answer.status_code == 200
    assert "This theme is not published" in answer.text
    assert 'name="robots" content="noindex' in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert f"/preview/{drafted}/style.css" in answer.text
    assert real.number not in answer.text
    assert real.token not in answer.text
    assert "<script" not in answer.text
    assert not re.search(r"<style|\sstyle=|\son\w+=", answer.text)


def test_only_the_preview_wears_the_draft(client, brand, drafted):
    assert "#14532d" in client.get(f"/preview/{drafted}/style.css").text
    assert "#14532d" not in client.get("/brand/acme.css").text
    assert client.get(f"/preview/{drafted}/").status_code == 200


def test_published_it_is_everybodys_and_the_link_ends(of, client, brand, drafted):
    with of.database.write() as session:
        drafts.publish(session, brand, mint=of.mint)
        session.commit()

    assert "#14532d" in client.get("/brand/acme.css").text
    assert client.get(f"/preview/{drafted}/").status_code == 404


def test_a_draft_takes_keys_away_and_publishing_does_too(of, brand):
    draft(of, brand, THEME)
    publish(of)
    draft(of, published(of), {"radius": None, "font": "sans"})
    publish(of)

    assert published(of).theme == {"primary": "#14532d", "font": "sans"}


def test_a_draft_does_not_undo_what_was_published_since(of, brand):
    draft(of, brand, THEME)
    with of.database.write() as session:
        setting.change(session, brand, mint=of.mint, theme={"font": "rounded"})
        session.commit()

    with pytest.raises(WrongBrand, match="theme: font changed since"):
        publish(of)

    assert published(of).theme == {"font": "rounded"}
    draft(of, published(of), THEME)
    publish(of)
    assert published(of).theme == THEME


def test_without_a_draft_nothing_is_published(of, brand):
    with of.database.write() as session, pytest.raises(WrongBrand, match="no draft"):
        drafts.publish(session, brand, mint=of.mint)


def test_the_link_ends_with_the_draft_the_next_one_and_in_time(
    of, client, brand, drafted, hands
):
    newer = draft(of, brand, {"radius": 1})
    assert client.get(f"/preview/{drafted}/").status_code == 404
    hands.forward(days=drafts.LASTS / timedelta(days=1))
    assert client.get(f"/preview/{newer}/").status_code == 200
    hands.forward(seconds=1)
    assert client.get(f"/preview/{newer}/").status_code == 404
    newest = draft(of, brand, {"radius": 2})
    with of.database.write() as session:
        assert store.drop(session, brand.id)
        assert not store.drop(session, brand.id)
        session.commit()
    assert client.get(f"/preview/{newest}/").status_code == 404


def test_nobody_guesses_a_link_or_a_state(client, drafted):
    for path in ("x/", f"{drafted}/nothing", f"{drafted}/%00", "x/style.css"):
        assert client.get(f"/preview/{path}").status_code == 404


def test_a_draft_that_cannot_be_used_is_refused_with_its_key(of, brand):
    with pytest.raises(WrongBrand, match="radius"):
        draft(of, brand, json.loads('{"radius": "javascript:alert(1)"}'))


def publish(of):
    with of.database.write() as session:
        drafts.publish(session, published(of), mint=of.mint)
        session.commit()


def published(of):
    with of.database.read() as session:
        return brands.by_code(session, "acme")
