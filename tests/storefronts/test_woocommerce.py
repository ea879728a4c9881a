from track_service.storefronts.base import Hook
from track_service.storefronts.woocommerce import WooCommerce


def test_the_form_that_tries_a_new_webhook_s_address_is_a_trial():
    assert WooCommerce.is_trial(Hook(b"webhook_id=17"))


def test_an_order_is_no_trial():
    assert not WooCommerce.is_trial(Hook(b'{"id": 1, "note": "webhook_id=17"}'))
