"""Settings out of the environment: each wrong one is refused with its name."""

import pytest
from cryptography.fernet import Fernet

from track_service.carriers import carriers
from track_service.config import Settings, Smtp, WrongSetting, is_configured

KEY = Fernet.generate_key().decode()
UPS = {
    "TRACK_CARRIER_UPS_CLIENT_ID": "id",
    "TRACK_CARRIER_UPS_CLIENT_SECRET": "secret",
}


def read(**given):
    names = {f"TRACK_{name}": value for name, value in given.items()}
    return Settings.from_env({"TRACK_SECRET_KEYS": KEY, "HOME": "/root"} | names)


def test_all_but_the_key_has_a_default():
    assert read() == Settings(secret_keys=(KEY,))


def test_every_setting_is_read():
    other = Fernet.generate_key().decode()

    settings = read(
        SECRET_KEYS=f"{KEY} {other}",
        DATABASE_URL="postgresql://track:s%40t@db:5433/track",
        BASE_URL="https://track.example/",
        SMTP_URL="smtp://user:p%40ss@mail.example:2525",
        MAIL_FROM="Acme <tracking@acme.example>",
        OPS_URLS="slack://a/b/c  ntfys://ntfy.example/ops",
        METRICS_TOKEN="t0ken",
        TRUSTED_PROXIES="1",
        ALLOWED_HOSTS="track.example www.track.example",
        ALLOWED_PRIVATE_HOSTS="10.0.0.8:8443",
        RAW_RETENTION_DAYS="7",
        POLL_THREADS="4",
        PAGE_SECONDS="5",
        TICK_SECONDS="30",
        LOG_LEVEL="debug",
        CARRIER_GHN_TOKEN=" token ",
        CARRIER_GHN_PER_DAY="500",
        CARRIER_GHN_BASE_URL="https://test.ghn.example/",
        CARRIER_AFTERSHIP_API_KEY="key",
        FALLBACK="ghn:aftership",
        FALLBACK_HOURS="48",
    )

    assert settings == Settings(
        secret_keys=(KEY, other),
        database_url="postgresql+psycopg://track:s%40t@db:5433/track",
        base_url="https://track.example",
        smtp=Smtp("mail.example", 2525, "user", "p@ss", "starttls"),
        mail_from="Acme <tracking@acme.example>",
        ops_urls=("slack://a/b/c", "ntfys://ntfy.example/ops"),
        metrics_token="t0ken",
        trusted_proxies=1,
        allowed_hosts=("track.example", "www.track.example"),
        allowed_private_hosts=("10.0.0.8:8443",),
        raw_retention_days=7,
        poll_threads=4,
        page_seconds=5,
        tick_seconds=30.0,
        log_level="DEBUG",
        accounts={
            "ghn": {
                "token": "token",
                "per_day": "500",
                "base_url": "https://test.ghn.example",
            },
            "aftership": {"api_key": "key"},
        },
        fallback={"ghn": "aftership"},
        fallback_hours=48,
    )


def test_what_is_blank_is_not_given():
    assert read(BASE_URL=" ", SMTP_URL="", CARRIER_GHN_TOKEN="  ") == read()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEYS", "too-short"),
        pytest.param("SECRET_KEYS", f"{KEY} nonsense", id="SECRET_KEYS-nonsense"),
        ("DATABASE_URL", "track.db"),
        ("DATABASE_URL", "mysql://db/track"),
        ("DATABASE_URL", "postgresql://db:port/track"),
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "sqlite:///:memory:"),
        ("BASE_URL", "track.example"),
        ("BASE_URL", "ftp://track.example"),
        ("BASE_URL", "https://"),
        ("BASE_URL", "https://track.example:port"),
        ("BASE_URL", "https://[::1"),
        ("BASE_URL", "https://user@track.example"),
        ("BASE_URL", "https://türe..example"),
        ("BASE_URL", "https://track.example/?a=1"),
        ("SMTP_URL", "mail.example:25"),
        ("SMTP_URL", "http://mail.example"),
        ("SMTP_URL", "smtp://"),
        ("SMTP_URL", "smtp://mail.example:port"),
        ("SMTP_URL", "smtp://mail.example:99999"),
        ("SMTP_URL", "smtp://[mail.example"),
        ("SMTP_URL", "smtp://mail.example?tls=maybe"),
        ("SMTP_URL", "smtp://mail.example?timeout=5"),
        ("SMTP_URL", "smtps://mail.example?tls=none"),
        ("MAIL_FROM", "Acme"),
        ("OPS_URLS", "slack://a/b/c ops@acme.example"),
        ("OPS_URLS", "file:///etc"),
        ("ALLOWED_HOSTS", "https://track.example"),
        ("ALLOWED_HOSTS", "track.example,www.track.example"),
        ("ALLOWED_PRIVATE_HOSTS", "10.0.0.8/hook"),
        ("TRUSTED_PROXIES", "-1"),
        ("TRUSTED_PROXIES", "10"),
        ("RAW_RETENTION_DAYS", "0"),
        ("RAW_RETENTION_DAYS", "99999999999999999999"),
        ("POLL_THREADS", "many"),
        ("POLL_THREADS", "0"),
        ("POLL_THREADS", "65"),
        ("PAGE_SECONDS", "61"),
        ("TICK_SECONDS", "0.5"),
        ("LOG_LEVEL", "LOUD"),
        ("BROKER_URL", "amqp://mq.example"),
    ],
)
def test_a_wrong_value_is_refused_with_its_name(name, value):
    with pytest.raises(WrongSetting, match=f"^TRACK_{name}: "):
        read(**{name: value})


def test_a_host_of_other_letters_is_known_as_browsers_ask_for_it():
    assert read(BASE_URL="https://Türe.example:8443/").base_url == (
        "https://xn--tre-hoa.example:8443"
    )


@pytest.mark.parametrize("env", [{}, {"TRACK_SECRET_KEYS": "  "}])
def test_without_a_key_it_says_how_to_make_one(env):
    with pytest.raises(WrongSetting, match=r"^TRACK_SECRET_KEYS: missing.*new-key"):
        Settings.from_env(env)


@pytest.mark.parametrize(
    "name",
    ["BASEURL", "SMTP", "CARRIER_NOBODY_API_KEY", "CARRIER_UPS_API_KEY", "base_url"],
)
def test_a_name_that_no_setting_has_is_refused(name):
    with pytest.raises(WrongSetting, match=f"^TRACK_{name}: no setting"):
        read(
            **{
                name: "x",
                "CARRIER_UPS_CLIENT_ID": "i",
                "CARRIER_UPS_CLIENT_SECRET": "s",
            }
        )


def test_other_programs_names_are_none_of_our_business():
    assert Settings.from_env({"TRACK_SECRET_KEYS": KEY, "TRACKER": "x"})


def halves():
    return [
        (code, given)
        for code, carrier in carriers().items()
        for given in carrier.settings
        if len(carrier.settings) > 1
    ]


@pytest.mark.parametrize(("code", "given"), halves())
def test_a_half_configured_carrier_is_refused(code, given):
    with pytest.raises(WrongSetting, match=f"^TRACK_CARRIER_{code.upper()}_.*missing"):
        read(**{f"CARRIER_{code.upper()}_{given.upper()}": "x"})


def test_an_option_alone_is_half_an_account():
    with pytest.raises(WrongSetting, match=r"^TRACK_CARRIER_GHN_TOKEN: missing"):
        read(CARRIER_GHN_PER_DAY="5")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PER_SECOND", "0"),
        ("PER_SECOND", "-1"),
        ("PER_SECOND", "fast"),
        ("PER_SECOND", "nan"),
        ("PER_DAY", "-1"),
        ("PER_DAY", "1.5"),
        ("BASE_URL", "ghn.example"),
    ],
)
def test_a_wrong_quota_or_address_of_a_carrier_is_refused(name, value):
    with pytest.raises(WrongSetting, match=f"^TRACK_CARRIER_GHN_{name}: "):
        read(CARRIER_GHN_TOKEN="t", **{f"CARRIER_GHN_{name}": value})


@pytest.mark.parametrize("value", ["0", "250", "1000000"])
def test_an_agreed_quota_is_taken(value):
    settings = read(CARRIER_GHN_TOKEN="t", CARRIER_GHN_PER_DAY=value)

    assert settings.accounts["ghn"]["per_day"] == value


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example", Smtp("mail.example", 587)),
        ("smtp://mail.example?tls=none", Smtp("mail.example", 587, tls="none")),
        ("smtp://mail.example?tls=ssl", Smtp("mail.example", 465, tls="ssl")),
        ("smtps://mail.example", Smtp("mail.example", 465, tls="ssl")),
        ("smtps://u@mail.example:4650", Smtp("mail.example", 4650, "u", tls="ssl")),
        (
            "smtp://a%40b.example:p%2Fw@m.example:25",
            Smtp("m.example", 25, "a@b.example", "p/w"),
        ),
        ("smtp://[::1]:2525", Smtp("::1", 2525)),
    ],
)
def test_the_forms_of_a_mail_server_s_url(url, expected):
    assert read(SMTP_URL=url).smtp == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("sqlite:///track.db", "sqlite:///track.db"),
        ("sqlite:////var/lib/track.db", "sqlite:////var/lib/track.db"),
        ("postgres://u:p@db/t", "postgresql+psycopg://u:p@db/t"),
        (
            "postgresql+psycopg://db/t?sslmode=require",
            "postgresql+psycopg://db/t?sslmode=require",
        ),
    ],
)
def test_the_forms_of_a_database_s_url(url, expected):
    assert read(DATABASE_URL=url).database_url == expected


@pytest.mark.parametrize(
    ("env", "expected"),
    [
        ({}, False),
        (UPS, True),
        ({"TRACK_CARRIER_UPS_CLIENT_ID": "id"}, False),
        (UPS | {"TRACK_CARRIER_UPS_CLIENT_SECRET": " "}, False),
    ],
)
def test_whether_a_carrier_is_configured_is_told_without_refusing(env, expected):
    assert is_configured(carriers()["ups"], env) is expected


class Free(carriers()["ups"]):
    settings = ()
    code = "free"


@pytest.mark.parametrize(("name", "expected"), [("BASE_URL", True), ("OTHER", False)])
def test_a_carrier_without_settings_is_configured_by_any_option(name, expected):
    assert is_configured(Free, {f"TRACK_CARRIER_FREE_{name}": "x"}) is expected


def test_a_star_is_every_carrier_that_has_no_rule_of_its_own():
    keys = {"CARRIER_AFTERSHIP_API_KEY": "key", "CARRIER_SHIP24_API_KEY": "key"}

    rule = read(FALLBACK="ups:ship24 *:aftership", **keys).fallback

    assert (rule["ups"], rule["ghn"]) == ("ship24", "aftership")
    assert not {"aftership", "ship24"} & rule.keys()


@pytest.mark.parametrize(
    "value",
    [
        "ups",
        "ups:",
        "upz:aftership",
        "ups:ghn",
        "ups:17track",
        "17track:aftership",
        "ups:aftership ups:aftership",
    ],
)
def test_a_rule_needs_a_carrier_and_an_aggregator_with_an_account(value):
    with pytest.raises(WrongSetting, match=r"^TRACK_FALLBACK: "):
        read(FALLBACK=value, CARRIER_AFTERSHIP_API_KEY="key", CARRIER_GHN_TOKEN="t")


def test_what_is_secret_is_in_no_repr():
    made = read(
        SMTP_URL="smtp://user:s3cret@mail.example",
        METRICS_TOKEN="s3cret",
        OPS_URLS="slack://s3cret",
        DATABASE_URL="postgresql://user:s3cret@db/t",
        CARRIER_GHN_TOKEN="s3cret",
    )

    assert made.smtp.password == made.metrics_token == "s3cret"
    assert "s3cret" not in repr(made)
    assert made.secret_keys[0] not in repr(made)


OIDC = {
    "OIDC_ISSUER": "https://login.example",
    "OIDC_CLIENT_ID": "console",
    "OIDC_CLIENT_SECRET": "s3cret",
}


def test_a_provider_is_read_and_its_secret_kept():
    made = read(**OIDC)

    assert made.oidc_issuer == "https://login.example"
    assert (made.oidc_client_id, made.oidc_client_secret) == ("console", "s3cret")
    assert "s3cret" not in repr(made)


@pytest.mark.parametrize("missing", OIDC)
def test_half_a_provider_is_refused(missing):
    with pytest.raises(WrongSetting, match=rf"^TRACK_{missing}: missing"):
        read(**{name: value for name, value in OIDC.items() if name != missing})


def test_a_provider_without_tls_is_refused():
    with pytest.raises(WrongSetting, match=r"^TRACK_OIDC_ISSUER: an https URL"):
        read(**OIDC | {"OIDC_ISSUER": "http://login.example"})
