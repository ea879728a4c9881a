"""What a page offers, and word of what readers do with offers; a product's link itself is the shop's own."""

from dataclasses import replace

from flask import Blueprint, abort, redirect, request
from flask.typing import ResponseReturnValue

from track_service.core.tally import Tally
from track_service.services import pictures
from track_service.services.recommending import noting
from track_service.services.recommending.cards import Block, block
from track_service.services.recommending.offers import Setting, offers
from track_service.templating.voice import Voice
from track_service.web import proofs
from track_service.web.tallying import count_of, is_unseen
from track_service.web.wiring import wired

bp = Blueprint("offers", __name__)

_LONGEST = 120


def block_of(of: Setting, token: str, language: str) -> Block | None:
    """Return what a link's page offers, in its language; None for nothing."""
    parts = wired()
    now = parts.desk.now()
    proven = proofs.has_proof(of.brand, of.order.number)
    with parts.database.read() as session:
        found = offers(session, parts.shelf, replace(of, proven=proven), now=now)
        urls = [one.product.image_url for one in found.found] if found else ()
        there = pictures.shown(session, urls)
    voice = Voice(language)
    return block(found, of.brand, of.order, voice, token=token, pictures=there)


def note_view(token: str) -> None:
    """Note that an open page offers something, unless its reader asks not to be seen."""
    parts = wired()
    if not is_unseen():
        noting.note_view(parts.database, parts.shelf, token, now=parts.desk.now())


@bp.post("/t/<token>/picked")
def picked(token: str) -> ResponseReturnValue:
    """Note that a product's link was followed; sent by script beside the link."""
    parts = wired()
    product = request.form.get("product", "")[:_LONGEST].replace("\0", "")
    if product and not is_unseen():
        now = parts.desk.now()
        if noting.note_click(parts.database, token, product, now=now):
            count_of(token, Tally.OFFER_CLICKED)
    return "", 204


@bp.post("/t/<token>/personalisation")
def personalisation(token: str) -> ResponseReturnValue:
    """Stop (or allow again) offers that are made for this shopper, on every page."""
    parts = wired()
    is_known = noting.note_objection(
        parts.database,
        token,
        objects=request.form.get("wish") != "on",
        now=parts.desk.now(),
        mint=parts.mint,
    )
    if not is_known:
        abort(404)
    return redirect(f"/t/{token}#offers", 303)
