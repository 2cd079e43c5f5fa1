from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexusplanner.domain.feeds import canonical, item_key
from nexusplanner.domain.plain_text import one_line, plain_text, shortened


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.example/x", "https://a.example/x#top"),
        ("https://a.example/x", "https://a.example/x?utm_source=rss&utm_medium=feed"),
        ("https://a.example/x?id=7", "https://a.example/x?fbclid=abc&id=7"),
        ("https://a.example/x", "https://A.Example:443/x"),
        ("http://a.example", "http://a.example:80/"),
        ("https://a.example/x?q=a+b", "https://a.example/x?q=a%20b"),
    ],
)
def test_addresses_of_one_page_are_one(one: str, other: str) -> None:
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.example/x?id=7", "https://a.example/x?id=8"),
        ("https://a.example/x", "http://a.example/x"),
        ("https://a.example/X", "https://a.example/x"),
        ("https://a.example:8443/x", "https://a.example/x"),
    ],
)
def test_addresses_of_two_pages_are_two(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


@given(
    url=st.text(max_size=60) | st.from_regex(r"https?://[a-z]+\.example(:[0-9]{1,6})?/[a-z?=&#%\[\]]*", fullmatch=True)
)
def test_the_canonical_address_of_a_canonical_address_is_itself(url: str) -> None:
    assert canonical(canonical(url)) == canonical(url)


def test_an_items_own_name_goes_before_its_address_and_its_text() -> None:
    assert item_key(guid="7", url="https://a.example/1") == item_key(guid=" 7 ", url="https://a.example/2", text="x")
    assert item_key(url="https://a.example/1#a", text="x") == item_key(url="https://a.example/1", text="y")
    assert item_key(text="a  b\n") == item_key(text="a b")
    keys = {item_key(guid="a"), item_key(url="a"), item_key(text="a")}
    assert len(keys) == 3
    assert {len(key) for key in keys} == {64}


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("plain words", "plain words"),
        ("5 < 6 and 7 > 3", "5 < 6 and 7 > 3"),
        ("AT&T rises", "AT&T rises"),
        ("AT&amp;T rises", "AT&T rises"),
        ("<p>One</p><p>Two</p>", "One Two"),
        ("a<br/>b", "a b"),
        ("<b>bo</b>ld", "bold"),
        ("x<script>alert(1)</script>y", "xy"),
        ("<style>p {}</style><p>text</p>", "text"),
        ("caf&eacute; &#x41;", "café A"),
        ("&lt;b&gt;shown&lt;/b&gt;", "<b>shown</b>"),
        ("a\x00b\x07c\u202ed\ud800e", "abcde"),
        ("many \n\t spaces\u00a0here", "many spaces here"),
        ("<img src=x onerror=alert(1)>after", "after"),
    ],
)
def test_markup_becomes_words(html: str, words: str) -> None:
    assert plain_text(html, most=1000) == words


@given(text=st.text(max_size=500), most=st.integers(3, 100))
def test_plain_text_keeps_its_length_and_shows_everything(text: str, most: int) -> None:
    words = plain_text(text, most=most)
    assert len(words) <= most
    assert "\x00" not in words
    assert words == one_line(words)
    words.encode("utf-8")


def test_long_text_is_cut_at_a_word() -> None:
    assert shortened("one two three four", most=12) == "one two …"
    assert shortened("x" * 30, most=10) == f"{'x' * 8} …"
