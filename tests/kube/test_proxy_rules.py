import pytest

from k8stui.kube.errors import ConfigError
from k8stui.kube.proxy import bypassed, from_environment, from_url

EAST = "https://api.east.example:6443"


@pytest.mark.parametrize(
    ("no_proxy", "host", "port", "expected"),
    [
        ("east.example", "api.east.example", 443, True),
        ("east.example", "east.example", 443, True),
        ("east.example", "northeast.example", 443, False),
        (".east.example", "api.east.example", 443, True),
        (".east.example", "east.example", 443, False),
        ("*.east.example", "api.east.example", 443, True),
        ("*.east.example", "east.example", 443, False),
        ("EAST.Example", "api.east.example", 443, True),
        ("west, east.example ,", "api.east.example", 443, True),
        ("east.example:6443", "api.east.example", 6443, True),
        ("east.example:6443", "api.east.example", 443, False),
        ("10.0.0.0/8", "10.1.2.3", 443, True),
        ("10.0.0.0/8", "11.1.2.3", 443, False),
        ("10.0.0.0/8", "ten.example", 443, False),
        ("10.1.2.3", "10.1.2.3", 443, True),
        ("10.1.2.3:6443", "10.1.2.3", 443, False),
        ("fd00::/8", "fd00::1", 443, True),
        ("[fd00::1]:6443", "fd00::1", 6443, True),
        ("[fd00::1]:6443", "fd00::1", 443, False),
        ("fd00::1", "fd00::1", 443, True),
        ("*", "anything.example", 1, True),
        ("", "api.east.example", 443, False),
        (",,", "api.east.example", 443, False),
        (":6443", "api.east.example", 6443, False),
        ("10.0.0.0/99", "10.0.0.1", 443, False),
        ("", "localhost", 443, True),
        ("", "127.0.0.9", 443, True),
        ("", "::1", 443, True),
        ("", "::ffff:127.0.0.1", 443, True),
    ],
)
def test_no_proxy_follows_go(no_proxy: str, host: str, port: int, expected: bool) -> None:
    assert bypassed(host, port, no_proxy) is expected


def test_the_scheme_of_the_server_chooses_the_variable() -> None:
    environ = {"HTTPS_PROXY": "http://secure:3128", "HTTP_PROXY": "http://plain:3128"}
    secure, plain = from_environment(EAST, environ), from_environment("http://api.east.example", environ)
    assert secure is not None
    assert secure.url == "http://secure:3128"
    assert plain is not None
    assert plain.url == "http://plain:3128"


def test_upper_case_goes_before_lower_case_and_an_empty_one_is_none() -> None:
    both = from_environment(EAST, {"HTTPS_PROXY": "http://upper:1", "https_proxy": "http://lower:1"})
    assert both is not None
    assert both.url == "http://upper:1"
    lower = from_environment(EAST, {"HTTPS_PROXY": "", "https_proxy": "lower:1"})
    assert lower is not None
    assert lower.url == "http://lower:1"


def test_the_usual_port_counts_where_the_server_names_none() -> None:
    environ = {"HTTPS_PROXY": "http://p:1", "no_proxy": "east.example:443"}
    assert from_environment("https://east.example", environ) is None
    assert from_environment("https://east.example:6443", environ) is not None


def test_user_and_password_of_a_proxy_leave_its_url() -> None:
    proxy = from_url("http://me:s3cret%40@[fd00::1]:3128/", "The proxy")
    assert proxy.url == "http://[fd00::1]:3128"
    assert proxy.authorization is not None
    assert proxy.authorization.reveal() == "Basic bWU6czNjcmV0QA=="
    assert "s3cret" not in repr(proxy)


@pytest.mark.parametrize(
    "text", ["socks5://me:s3cret@p:1080", "ftp://s3cret@p", "http://", "http://p:s3cret", "http://[s3cret"]
)
def test_an_unusable_proxy_is_one_sentence_without_its_password(text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        from_url(text, "The proxy-url of the cluster east")
    assert "proxy-url of the cluster east" in caught.value.sentence
    assert "s3cret" not in caught.value.sentence


def test_socks_from_the_environment_names_the_variable() -> None:
    with pytest.raises(ConfigError, match="HTTPS_PROXY names a SOCKS proxy"):
        from_environment(EAST, {"https_proxy": "socks5://p:1080"})


def test_a_broken_variable_is_no_error_where_it_does_not_apply() -> None:
    assert from_environment("https://127.0.0.1:6443", {"https_proxy": "socks5://p:1080"}) is None
