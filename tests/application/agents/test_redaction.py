"""What names a person or opens a door leaves no prompt; figures of plans stay as they are."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexusplanner.application.agents.checking import checksums
from nexusplanner.application.agents.checking.redaction import in_words, redact


def _luhn_ended(body: str) -> str:
    return next(body + end for end in "0123456789" if checksums.luhn(body + end))


@st.composite
def ibans(draw: st.DrawFn) -> str:
    country = draw(st.sampled_from(sorted(checksums.IBAN_LENGTHS)))
    body = draw(st.text(alphabet="0123456789", min_size=9, max_size=27))
    body = (body * 3)[: checksums.IBAN_LENGTHS[country] - 4]
    check = 98 - int("".join(str(int(mark, 36)) for mark in f"{body}{country}00")) % 97
    plain = f"{country}{check:02d}{body}"
    return " ".join(plain[at : at + 4] for at in range(0, len(plain), 4)) if draw(st.booleans()) else plain


@st.composite
def cards(draw: st.DrawFn) -> str:
    begin, length = draw(
        st.sampled_from([("4", 16), ("51", 16), ("2221", 16), ("34", 15), ("37", 15), ("6011", 16), ("36", 14)])
    )
    more = draw(st.text(alphabet="0123456789", min_size=16, max_size=16))
    number = _luhn_ended(f"{begin}{more}"[: length - 1])
    gap = draw(st.sampled_from(["", " ", "-"]))
    return gap.join(number[at : at + 4] for at in range(0, len(number), 4))


@st.composite
def emails(draw: st.DrawFn) -> str:
    name = draw(st.from_regex(r"[a-z][a-z0-9._+-]{0,20}[a-z0-9]", fullmatch=True))
    host = draw(st.from_regex(r"[a-z][a-z0-9-]{0,12}\.(com|de|co\.uk|museum)", fullmatch=True))
    at = draw(st.sampled_from(["@", " (at) ", "[at]"]))
    return f"{name}{at}{host}"


@st.composite
def phones(draw: st.DrawFn) -> str:
    country, area = draw(st.integers(1, 99)), draw(st.integers(100, 999))
    number = draw(st.integers(1_000_000, 9_999_999))
    shape = draw(
        st.sampled_from(
            [
                "+{c} {a} {n}",
                "+{c}{a}{n}",
                "00{c} {a} {n}",
                "(0{a}) {n}",
                "0{a}/{n}",
                "0{a} {n}",
                "Tel. {n}",
                "+{c} ({a}) {n}",
            ]
        )
    )
    return shape.format(c=country, a=area, n=number)


@st.composite
def identity_numbers(draw: st.DrawFn) -> str:
    """Of Poland, Sweden, Spain, India and Brazil, with fitting check digits."""
    born = draw(st.dates(date(1940, 1, 1), date(1999, 12, 31)))
    day, serial = born.strftime("%y%m%d"), f"{draw(st.integers(1000, 9999))}"
    polish = next(n for end in "0123456789" if checksums.polish(n := f"{day}{serial}{end}"))
    swedish = f"{day}-{_luhn_ended(day + serial[:3])[-4:]}"
    dni = f"{draw(st.integers(10_000_000, 99_999_999))}"
    spanish = dni + "TRWAGMYFPDXBNJZSQVHLCKE"[int(dni) % 23]
    aadhaar = f"{draw(st.integers(2, 9))}{draw(st.integers(10**9, 10**10 - 1))}"
    aadhaar = next(aadhaar + end for end in "0123456789" if checksums.verhoeff(aadhaar + end))
    indian = " ".join(aadhaar[at : at + 4] for at in (0, 4, 8))
    return draw(st.sampled_from([polish, swedish, spanish, indian]))


SECRETS = st.sampled_from(
    [
        "sk-proj-4f9Qm2Zt8Lk1Xw7Bv3Ny6Rp0",
        "AKIAIOSFODNN7EXAMPLE",
        "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmN",
        "xoxb-2048-99431-kLmNoPqRs",
        "https://user:pass@intranet.example/plan",
        "https://crm.example/open?access_token=8c1f0a",
        "https://files.example/d/9fK2mQ8zL4xW1vB7nY3rP6tJ0cD5",
        "password: Sommer-2026!",
        "api_key=9f8e7d6c5b",
        "5f4dcc3b5aa765d61d8327deb882cf99",
        "192.168.10.24",
        "2001:db8:85a3::8a2e:370:7334",
    ]
)
PERSONAL = st.one_of(ibans(), cards(), emails(), phones(), identity_numbers(), SECRETS)

AMOUNTS = st.integers(0, 10**9).flatmap(
    lambda n: st.sampled_from(
        [f"{n:,} EUR", f"${n:,}.50", f"{n:,}".replace(",", "."), f"{n:,}".replace(",", " ") + " EUR"]
    )
)
DATES = st.dates(date(1990, 1, 1), date(2060, 1, 1)).flatmap(
    lambda d: st.sampled_from(
        [
            d.isoformat(),
            f"{d:%d.%m.%Y}",
            f"{d.day}/{d.month}/{d.year}",
            f"{d.day} March {d.year}",
            f"{d.year}",
            f"{d.year}-{d.year + 1}",
        ]
    )
)
SHARES = st.integers(-1000, 1000).flatmap(
    lambda n: st.sampled_from([f"{n} %", f"{n / 10}%", f"+{abs(n)} %", f"{n / 100:.2f}"])
)
ORDERS = st.integers(1, 10**10 - 1).flatmap(
    lambda n: st.sampled_from(
        [f"PO-2026-{n % 10**5:05d}", f"order {n % 10**9}", f"#{n % 10**9}", f"n = {n:,}", f"{n % 24:02d}:{n % 60:02d}"]
    )
)
FIGURES = st.one_of(AMOUNTS, DATES, SHARES, ORDERS)
WORDS = st.sampled_from(
    ["teams moved in", "the budget was", "from", "sold", "at a price of", "between", "visitors on", "in week"]
)


@given(before=WORDS, personal=PERSONAL, after=WORDS)
def test_personal_data_and_secrets_are_taken_out_whatever_stands_around_them(
    before: str, personal: str, after: str
) -> None:
    found = redact(f"{before} {personal}, {after}")

    assert personal not in found.text
    assert sum(found.found.values()) >= 1
    assert found.text.startswith(before)
    assert found.text.endswith(after)


@given(st.lists(st.tuples(WORDS, FIGURES), min_size=1, max_size=6))
def test_figures_of_plans_survive_to_the_letter(parts: list[tuple[str, str]]) -> None:
    text = ". ".join(f"{word} {figure}" for word, figure in parts)

    assert redact(text).text == text


@given(st.text(max_size=300))
def test_any_text_is_taken_and_what_was_redacted_stays_so(text: str) -> None:
    once = redact(text)

    assert redact(once.text).text == once.text
    assert once.found or once.text == text


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("4111 1111 1111 1112", "a number like a card whose check digit does not fit"),
        ("DE89 3704 0044 0532 0130 01", "a number like an account whose check digits do not fit"),
        ("12345678A", "a number like an identity number with another letter"),
        ("the token economy", "words that only sound like secrets"),
        ("Password managers are up 12 %", "words that only sound like secrets"),
        ("https://news.example/market?page=2", "an ordinary link"),
        ("+1 204 300 000 EUR more", "an increase"),
    ],
)
def test_what_only_looks_like_it_is_left(text: str, kept: str) -> None:
    assert redact(text).text == text, kept


@pytest.mark.parametrize(
    "number",
    [
        "86095742719", "44051401359", "131052-308T", "X1234567L", "RSSMRA85T10A562S", "AB 12 34 56 C", "078-05-1120",
        "BSN 111222333", "756.9217.0769.85", "1 84 12 76 451 089 46", "529.982.247-25", "85.07.30-033.28",
        "11010519491231002X", "NHS 943 476 5919", "SIN 046 454 286", "811218-9876", "15108695088",
    ],
)  # fmt: skip
def test_identity_numbers_of_many_countries_are_known(number: str) -> None:
    found = redact(f"It is {number} as far as we know")

    assert in_words(found.found) == ("1 identity number",)


def test_what_was_taken_out_is_told_in_words() -> None:
    found = redact("anna@example.com, ben@example.com, born on 12.03.1980, Tel. 030 1234567")

    assert in_words(found.found) == ("1 date of birth", "2 e-mail addresses", "1 phone number")
    assert found.text == "[e-mail address], [e-mail address], born on [date of birth], Tel. [phone number]"
