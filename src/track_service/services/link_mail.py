"""The mail with the link to an order, for who asked for it and cannot say what opens it.

It goes to the address that the shop has, so whoever reads it there has proven enough.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from track_service.channels.base import Message
from track_service.core.ordered import Ordered
from track_service.services.post import Post
from track_service.services.second_factor import prove
from track_service.store.notices import Owed
from track_service.templating.catalog import choose_language
from track_service.templating.look import Look, look
from track_service.templating.render import render_mail
from track_service.templating.voice import Voice

_GOOD_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class LinkMail:
    """The contract of the link's mail; it names nobody."""

    language: str = field(metadata={"help": "Code of the language of all texts."})
    brand: Look = field(metadata={"help": "Shop: name, initial, palette, support, …"})
    order: str = field(metadata={"help": "The shop's order number."})
    link: str = field(metadata={"help": "Absolute address, good for a day."})


def link_message(post: Post, owed: Owed, order: Ordered) -> Message | None:
    """Return the mail, None where no address is on file or no page shows the order."""
    customer, brand = order.order.customer, order.brand
    if not customer.email or not order.token:
        return None
    proof = prove(brand, order.order.number, wall=post.wall(), span=_GOOD_FOR)
    language = choose_language(customer.locale, brand.locale, offered=brand.languages)
    mail = LinkMail(
        language=language,
        brand=look(brand, Voice(language)),
        order=order.order.number,
        link=f"{brand.home(post.base_url)}/t/{order.token}/open/{proof}",
    )
    letter = render_mail(mail, "mail/link")
    return Message(
        to=customer.email,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        sender=f"{brand.name} <{brand.mail_from}>" if brand.mail_from else None,
        reply_to=brand.support_email,
        language=language,
        key=owed.key,
        sent_at=post.wall(),
    )
