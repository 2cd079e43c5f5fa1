"""Takes personal data and secrets out of texts before they leave: patterns, and check digits where there are any."""

from __future__ import annotations

import ipaddress
import math
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from urllib.parse import parse_qsl, urlsplit

from nexusplanner.application.agents.checking import checksums


@dataclass(frozen=True, kw_only=True)
class Redacted:
    """A text without personal data. found: how often each kind of it was taken out."""

    text: str
    found: Mapping[str, int] = field(default_factory=dict)


def _always(_: str) -> bool:
    return True


@dataclass(frozen=True, kw_only=True)
class _Rule:
    """What to look for. The first group is taken out, else the whole match, when it is `real`.

    sign: what a text must show for the rule to be worth a look; it is quick to find.
    """

    kind: str
    pattern: re.Pattern[str]
    real: Callable[[str], bool] = _always
    sign: re.Pattern[str]


_MANY = {
    "secret": "secrets",
    "link with a secret": "links with a secret",
    "e-mail address": "e-mail addresses",
    "bank account": "bank accounts",
    "payment card": "payment cards",
    "identity number": "identity numbers",
    "phone number": "phone numbers",
    "network address": "network addresses",
    "date of birth": "dates of birth",
}
_CREDENTIAL = r"(?:api[_-]?key|secret(?:[_-]?key)?|access[_-]?token|auth[_-]?token|token|passwor[dt]|passwd|pwd|bearer)"
_SECRET_NAMES = re.compile(
    r"^(?:.*[_-])?(?:token|key|apikey|sig|signature|secret|password|passwd|pwd|auth|authorization|session|sessionid|sid|code"
    r"|credential|jwt|hash|hmac|otp|invite|reset|unsubscribe|email|e-mail|phone|user|uid|userid)$",
    re.IGNORECASE,
)
_UNIT = re.compile(r"\s*(?:%|[$€£¥]|(?:EUR|USD|GBP|CHF|JPY|euros?|dollars?|pounds?|percent|per cent)\b)", re.IGNORECASE)
_THOUSANDS = re.compile(r"\+?\d{1,3}(?:[ .]\d{3})+")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_ALONE, _END = r"(?<![\w.,+-])", r"(?![\w-])(?![.,]\d)"


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _marks(text: str) -> str:
    return re.sub(r"[^0-9A-Za-z]", "", text).upper()


def _of_digits(check: Callable[[str], bool]) -> Callable[[str], bool]:
    return lambda text: text.isascii() and check(_digits(text))


def _of_text(check: Callable[[str], bool]) -> Callable[[str], bool]:
    return lambda text: text.isascii() and check(text.upper())


def _of_marks(check: Callable[[str], bool]) -> Callable[[str], bool]:
    return lambda text: text.isascii() and check(_marks(text))


def _is_card(text: str) -> bool:
    digits = _digits(text)
    return text.isascii() and 12 <= len(digits) <= 19 and checksums.payment_card(digits)


def _is_secret_link(url: str) -> bool:
    try:
        parts = urlsplit(url)
        if parts.username or parts.password:
            return True
        named = [*parse_qsl(parts.query), *parse_qsl(parts.fragment)]
    except ValueError:
        return True
    return any(_SECRET_NAMES.match(name) for name, _ in named) or any(
        _is_random(piece) for piece in re.split(r"[/?&=#]", parts.path + "/" + parts.query)
    )


def _is_random(text: str) -> bool:
    """Whether a run of letters and digits looks drawn by lot rather than written."""
    if _UUID.fullmatch(text) or len(text) < 24:
        return False
    if re.fullmatch(r"[0-9a-fA-F]{32,}", text):
        return not text.isdigit()
    kinds = [0 if mark.isdigit() else 1 if mark.islower() else 2 if mark.isupper() else 3 for mark in text]
    changes = sum(one != other for one, other in pairwise(kinds) if 3 not in {one, other})
    counts = Counter(text)
    entropy = -sum(n / len(text) * math.log2(n / len(text)) for n in counts.values())
    return 0 in kinds and changes >= 6 and entropy >= 3.5


def _is_international(text: str) -> bool:
    number = len(_digits(text))
    return 8 <= number <= 15 and (number >= 11 or not _THOUSANDS.fullmatch(text.strip()))


def _is_national(text: str) -> bool:
    return 8 <= len(_digits(text)) <= 13


def _is_called(text: str) -> bool:
    return 6 <= len(_digits(text)) <= 15


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


_LINK = re.compile(r"://")
_KEY = re.compile(r"[\w-]{12}")
_WORD = re.compile(_CREDENTIAL, re.IGNORECASE)
_AT = re.compile(r"@|[(\[]at[)\]]", re.IGNORECASE)
_NUMBER = re.compile(r"\d(?:[^\d\n]{0,3}\d){5}")
_BIRTH = re.compile(r"born|birth|\bdob\b", re.IGNORECASE)
_DOTTED = re.compile(r"\d\.\d+\.\d")
_COLONS = re.compile(r":[0-9A-Fa-f]{0,4}:")
_LONG = re.compile(r"[\w+/=-]{24}")


def _rule(
    sign: re.Pattern[str], kind: str, pattern: str, real: Callable[[str], bool] = _always, *, flags: int = 0
) -> _Rule:
    return _Rule(kind=kind, pattern=re.compile(pattern, flags), real=real, sign=sign)


def _id(pattern: str, real: Callable[[str], bool] = _always) -> _Rule:
    return _rule(_NUMBER, "identity number", pattern, real, flags=re.IGNORECASE)


def _phone(pattern: str, real: Callable[[str], bool] = _always) -> _Rule:
    return _rule(_NUMBER, "phone number", pattern, real, flags=re.IGNORECASE)


def _iban_pattern() -> str:
    lengths = sorted(set(checksums.IBAN_LENGTHS.values()), reverse=True)
    countries = {
        length: [country for country, own in checksums.IBAN_LENGTHS.items() if own == length] for length in lengths
    }
    options = [
        rf"(?:{'|'.join(names)})[ ]?\d\d(?:[ -]?[A-Z0-9]){{{length - 4}}}" for length, names in countries.items()
    ]
    return rf"\b(?:{'|'.join(options)})(?![A-Z0-9])"


_I = re.IGNORECASE
_RULES = (
    _rule(_KEY, "secret", r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----.*?(?:-----END [A-Z ]{0,40}-----|\Z)", flags=re.DOTALL),
    _rule(_LINK, "link with a secret", r"\b[a-z][a-z0-9+.-]{1,20}://[^\s<>\"'\])]{3,2000}", _is_secret_link, flags=_I),
    _rule(_KEY, "secret", r"\beyJ[\w-]{6,}\.[\w-]{6,}(?:\.[\w-]*)?"),
    _rule(_KEY, "secret",
          r"(?<![\w-])(?:sk|pk|rk)[-_][\w-]{16,}|\b(?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{12,}|\bgh[opsur]_\w{20,}"
          r"|\bgithub_pat_\w{20,}|\bxox[abeprs]-[\w-]{10,}|\bAIza[\w-]{30,}|\bhf_\w{20,}|\bglpat-[\w-]{16,}"
          r"|\bABSK[\w+/=]{20,}|\bwhsec_\w{16,}|\bSG\.[\w-]{16,}\.[\w-]{16,}|\bnpm_\w{30,}|\bpypi-[\w-]{30,}"),
    _rule(_WORD, "secret",
          rf"\b{_CREDENTIAL}\b[\"']?\s*(?:is\s+|[:=]\s*|\s)[\"']?((?=\S*[\d_+/=])[^\s\"',;]{{8,}})", flags=_I),
    _rule(_WORD, "secret", rf"\b{_CREDENTIAL}[\"']?\s*[:=]\s*[\"']?([^\s\"',;]{{4,}})", flags=_I),
    _rule(_AT, "e-mail address",
          r"(?<![\w.+-])[\w.+'-]{1,64}(?:@|\s?[(\[]at[)\]]\s?)[\w-]{1,63}(?:(?:\.|\s?[(\[]dot[)\]]\s?)[\w-]{1,63}){1,6}",
          flags=_I),
    _rule(_NUMBER, "bank account", _iban_pattern(), _of_marks(checksums.iban), flags=_I),
    _rule(_NUMBER, "payment card", rf"(?<![\w.,+-])\d(?:[ -]?\d){{11,18}}{_END}", _is_card),
    _id(rf"{_ALONE}756[. ]?\d{{4}}[. ]?\d{{4}}[. ]?\d{{2}}{_END}", _of_digits(checksums.swiss)),
    _id(rf"{_ALONE}[12][ ]?\d{{2}}[ ]?\d{{2}}[ ]?\d{{2}}[ ]?\d{{3}}[ ]?\d{{3}}[ ]?\d{{2}}{_END}",
        _of_digits(checksums.french_insurance)),
    _id(rf"{_ALONE}\d{{3}}\.\d{{3}}\.\d{{3}}-\d{{2}}{_END}", _of_digits(checksums.brazilian)),
    _id(rf"{_ALONE}\d{{2}}\.\d{{2}}\.\d{{2}}-\d{{3}}\.\d{{2}}{_END}", _of_digits(checksums.belgian)),
    _id(rf"{_ALONE}\d{{2}}[ ]\d{{3}}[ ]\d{{3}}[ ]\d{{3}}{_END}", _of_digits(checksums.german_tax)),
    _id(rf"{_ALONE}\d{{6}}[ ]\d{{5}}{_END}", _of_digits(checksums.norwegian)),
    _id(rf"{_ALONE}\d{{11}}{_END}", _of_digits(checksums.eleven_digits)),
    _id(rf"{_ALONE}[2-9]\d{{3}}[ -]\d{{4}}[ -]\d{{4}}{_END}", _of_digits(checksums.verhoeff)),
    _id(rf"{_ALONE}\d{{6}}(?:\d{{2}})?[-+]\d{{4}}{_END}", _of_digits(checksums.swedish)),
    _id(rf"{_ALONE}\d{{6}}[-+ABCDEFYXWVU]\d{{3}}[0-9A-Y]{_END}", _of_text(checksums.finnish)),
    _id(rf"{_ALONE}[1-9]\d{{5}}(?:18|19|20)\d{{2}}[01]\d[0-3]\d\d{{3}}[\dX]{_END}", _of_marks(checksums.chinese)),
    _id(rf"{_ALONE}(?:\d{{8}}|[XYZ][ -]?\d{{7}})[ -]?[A-HJ-NP-TV-Z]{_END}", _of_marks(checksums.spanish)),
    _id(r"\b[A-Z]{6}\d{2}[A-EHLMPR-T]\d{2}[A-Z]\d{3}[A-Z]\b", _of_marks(checksums.italian)),
    _rule(_NUMBER, "identity number",
          r"\b(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][ ]?\d{2}[ ]?\d{2}[ ]?\d{2}[ ]?[A-D]\b"),
    _id(rf"{_ALONE}(?!000|666|9)\d{{3}}-(?!00)\d{{2}}-(?!0000)\d{{4}}{_END}"),
    _id(r"\b(?:BSN|burgerservicenummer)\D{0,12}(\d{9})\b", _of_digits(checksums.dutch)),
    _id(r"\b(?:SIN|social insurance)\D{0,16}(\d{3}[ -]?\d{3}[ -]?\d{3})\b", _of_digits(checksums.luhn)),
    _id(r"\bNHS\D{0,16}(\d{3}[ -]?\d{3}[ -]?\d{4})\b", _of_digits(checksums.british_health)),
    _id(r"\b(?:SSN|social security|aadhaar|passport|driver'?s licen[cs]e|ID card)\b[^\d\n]{0,24}"
        r"((?:[A-Z]{0,3}\d[\dA-Z -]{5,14})\b)"),
    _rule(_BIRTH, "date of birth", r"\b(?:born(?: on)?|date of birth|DOB|birthday|geboren(?: am)?)\W{1,4}"
          r"(\d{1,4}[./ -](?:\d{1,2}|[A-Za-z]{3,9})[./ -]\d{1,4})", flags=_I),
    _rule(_DOTTED, "network address", r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w]|\.\d)", _is_address),
    _rule(_COLONS, "network address",
          r"(?<![\w:.])(?=[^\s]{0,40}:[^\s]{0,40}:)[0-9A-Fa-f:]{3,39}(?:\.\d{1,3}){0,3}(?![\w:])", _is_address),
    _phone(r"\b(?:tel|phone|telephone|mobile|cell|fax|whatsapp|telefon|handy|mobil|call(?: (?:me|us))?(?: (?:at|on))?)"
           r"\b\.?:?\s{0,3}(?:no\.?|number)?\s{0,3}[:#]?\s{0,3}(\+?\(?\d[\d ()./-]{4,20}\d)", _is_called),
    _phone(r"(?<![\w+.,])(?<!\d )(?:\+|00)[1-9](?>(?:[ ./()-]{0,3}\d){7,14})(?!\d)", _is_international),
    _phone(r"(?<![\w.,/+-])(?<!\d )\(?0[1-9]\d{1,4}\)?[ /-](?>\d{2,}(?:[ /-]?\d{2,})*)(?![.,]?\d)", _is_national),
    _phone(r"(?<![\w.,/+-])(?<!\d )0[1-9](?:[ .-]\d{2}){4}(?![.,]?\d)"),
    _phone(r"(?<![\w.,/+-])(?:\([2-9]\d{2}\)[ ]?|[2-9]\d{2}[-. ])\d{3}[-. ]\d{4}(?![\w-])(?![.,]\d)"),
    _rule(_LONG, "secret", r"(?<![\w+/=-])[\w+/=-]{24,400}(?![\w+/=-])", _is_random),
)  # fmt: skip


_SIGNS = tuple(dict.fromkeys(rule.sign for rule in _RULES))


def redact(text: str) -> Redacted:
    """The text with a placeholder in square brackets for everything that names or identifies a person, and for secrets."""
    found: Counter[str] = Counter()
    shown = {sign for sign in _SIGNS if sign.search(text)}
    for rule in _RULES if shown else ():
        if rule.sign in shown:
            text = rule.pattern.sub(_replacing(rule, found), text)
    return Redacted(text=text, found=found)


def _replacing(rule: _Rule, found: Counter[str]) -> Callable[[re.Match[str]], str]:
    def put(match: re.Match[str]) -> str:
        taken = match[1] if match.re.groups else match[0]
        money = rule.kind == "phone number" and _UNIT.match(match.string, match.end())
        if money or taken.startswith("[") or not rule.real(taken):
            return match[0]
        found[rule.kind] += 1
        return match[0].replace(taken, f"[{rule.kind}]")

    return put


def in_words(found: Mapping[str, int]) -> tuple[str, ...]:
    """What was taken out: "2 e-mail addresses"."""
    return tuple(f"{number} {kind if number == 1 else _MANY[kind]}" for kind, number in sorted(found.items()) if number)
