from track_service.services.goods.shoppers import digest, stranger

MAIL = "Mai@Shopper.example"


def test_the_platforms_own_id_tells_a_shopper_before_mail_and_telephone():
    known = digest("k", platform="shopify", customer="7", email=MAIL, phone="+84900")

    assert known == digest("k", platform="shopify", customer="7")
    assert digest("k", email=MAIL, phone="+84900") == digest("k", email=MAIL.lower())
    assert digest("k", phone="+84900") not in {None, digest("k", customer="+84900")}
    assert digest("k") is None


def test_neither_two_brands_nor_two_platforms_nor_two_kinds_share_a_hash():
    hashes = {
        digest("k", customer="7"),
        digest("k", platform="shopify", customer="7"),
        digest("k", platform="haravan", customer="7"),
        digest("other", customer="7"),
        digest("k", email="7"),
        digest("k", phone="7"),
        stranger("k", "7"),
    }

    assert len(hashes) == 7
    assert all(len(one) == 32 for one in hashes)
