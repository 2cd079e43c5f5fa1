"""Check digits of numbers that belong to a person. Each function takes digits and letters without separators."""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Sequence

_VERHOEFF_D = (
    "0123456789", "1234067895", "2340178956", "3401289567", "4012395678",
    "5987604321", "6598710432", "7659821043", "8765932104", "9876543210",
)  # fmt: skip
_VERHOEFF_P = (
    "0123456789", "1576283094", "5803796142", "8916043527", "9453126870", "4286573901", "2793806415", "7046913258",
)  # fmt: skip
_IBAN_LENGTHS = """AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29
    ES24 FI18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21
    LT20 LU20 LV21 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 SE24 SI19
    SK24 SM27 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20"""
IBAN_LENGTHS = {entry[:2]: int(entry[2:]) for entry in _IBAN_LENGTHS.split()}
_FINNISH = "0123456789ABCDEFHJKLMNPRSTUVWXY"
_SPANISH = "TRWAGMYFPDXBNJZSQVHLCKE"
_ITALIAN_ODD = dict(
    zip(
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16,
         10, 22, 25, 24, 23),
        strict=True,
    )
)  # fmt: skip
_ITALIAN_EVEN = {mark: int(mark) if mark.isdigit() else ord(mark) - 65 for mark in _ITALIAN_ODD}


def luhn(digits: str) -> bool:
    """Whether the last digit fits. Source: ISO/IEC 7812-1, annex B."""
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(number - 9 if number > 9 else number for number in doubled) % 10 == 0


def iban(text: str) -> bool:
    """Whether it is an account number of its country's length with fitting digits. Source: ISO 13616, mod 97."""
    if IBAN_LENGTHS.get(text[:2]) != len(text):
        return False
    return int("".join(str(int(mark, 36)) for mark in text[4:] + text[:4])) % 97 == 1


def payment_card(digits: str) -> bool:
    """Whether it is a card of a known scheme: its beginning, its length and its check digit."""
    two, four, length = int(digits[:2]), int(digits[:4]), len(digits)
    known = (
        (digits[0] == "4" and length in {13, 16, 19})
        or ((51 <= two <= 55 or 2221 <= four <= 2720) and length == 16)
        or (two in {34, 37} and length == 15)
        or ((two in {36, 38} or 300 <= int(digits[:3]) <= 305) and length == 14)
        or ((two in {35, 60, 62, 64, 65}) and 16 <= length <= 19)
        or ((two == 50 or 56 <= two <= 69) and 12 <= length <= 19)
    )
    return known and luhn(digits)


def verhoeff(digits: str) -> bool:
    """Whether the last digit fits, as in Aadhaar. Source: Verhoeff 1969, "Error Detecting Decimal Codes"."""
    check = 0
    for place, digit in enumerate(reversed(digits)):
        check = int(_VERHOEFF_D[check][int(_VERHOEFF_P[place % 8][int(digit)])])
    return check == 0


def german_tax(digits: str) -> bool:
    """Steueridentifikationsnummer, 11 digits. Source: ISO 7064 mod 11, 10, and the rule of one repeated digit."""
    if digits[0] == "0" or max(Counter(digits[:10]).values()) not in {2, 3}:
        return False
    product = 10
    for digit in digits[:10]:
        product = 2 * (((int(digit) + product) % 10) or 10) % 11
    return (11 - product) % 10 == int(digits[10])


def french_insurance(digits: str) -> bool:
    """Numéro d'inscription au répertoire, 15 digits with its key."""
    month = int(digits[3:5])
    return digits[0] in "12" and (1 <= month <= 12 or month >= 20) and 97 - int(digits[:13]) % 97 == int(digits[13:])


def spanish(text: str) -> bool:
    """DNI or NIE: eight digits (or X, Y, Z and seven) and a letter."""
    number = text[:-1].translate(str.maketrans("XYZ", "012"))
    return _SPANISH[int(number) % 23] == text[-1]


def italian(text: str) -> bool:
    """Codice fiscale, 16 marks."""
    total = sum((_ITALIAN_EVEN if place % 2 else _ITALIAN_ODD)[mark] for place, mark in enumerate(text[:15]))
    return chr(65 + total % 26) == text[15]


def polish(digits: str) -> bool:
    """PESEL, 11 digits that begin with a day of birth."""
    century = {0: 1900, 1: 2000, 2: 2100, 3: 2200, 4: 1800}[int(digits[2:4]) // 20]
    born = _is_day(century + int(digits[:2]), int(digits[2:4]) % 20, int(digits[4:6]))
    return born and weighted(digits, weights=(1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1), modulus=10)


def swedish(digits: str) -> bool:
    """Personnummer, ten or twelve digits: a day of birth and a check digit."""
    digits = digits[-10:]
    day = int(digits[4:6])
    return _is_day(1904 + int(digits[:2]) % 4, int(digits[2:4]), day - 60 if day > 60 else day) and luhn(digits)


def finnish(text: str) -> bool:
    """Henkilötunnus: six digits, a mark for the century, three digits and a check mark."""
    return _is_day(2000, int(text[2:4]), int(text[:2])) and _FINNISH[int(text[:6] + text[7:10]) % 31] == text[10]


def norwegian(digits: str) -> bool:
    """Fødselsnummer, 11 digits: a day of birth and two check digits."""
    return (
        _is_day(2000, int(digits[2:4]), int(digits[:2]))
        and weighted(digits[:10], weights=(3, 7, 6, 1, 8, 9, 4, 5, 2, 1), modulus=11)
        and weighted(digits, weights=(5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1), modulus=11)
    )


def belgian(digits: str) -> bool:
    """Rijksregisternummer, 11 digits: a day of birth, a count, and 97 less the remainder."""
    if not _is_day(2000, int(digits[2:4]), int(digits[4:6])):
        return False
    return any(97 - int(born + digits[:9]) % 97 == int(digits[9:]) for born in ("", "2"))


def eleven_digits(digits: str) -> bool:
    """Whether it is the number of any country that uses eleven digits."""
    return any(check(digits) for check in (german_tax, polish, norwegian, belgian, brazilian))


def dutch(digits: str) -> bool:
    """Burgerservicenummer, nine digits."""
    return weighted(digits, weights=(9, 8, 7, 6, 5, 4, 3, 2, -1), modulus=11)


def british_health(digits: str) -> bool:
    """NHS number, ten digits."""
    return weighted(digits, weights=(10, 9, 8, 7, 6, 5, 4, 3, 2, 1), modulus=11)


def brazilian(digits: str) -> bool:
    """CPF, 11 digits."""
    if len(set(digits)) == 1:
        return False
    first = sum(int(digit) * weight for digit, weight in zip(digits[:9], range(10, 1, -1), strict=True))
    second = sum(int(digit) * weight for digit, weight in zip(digits[:10], range(11, 1, -1), strict=True))
    return [first * 10 % 11 % 10, second * 10 % 11 % 10] == [int(digits[9]), int(digits[10])]


def chinese(text: str) -> bool:
    """Resident identity number, 18 marks. Source: ISO 7064 mod 11-2."""
    born = _is_day(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(text[:17]))
    return born and "10X98765432"[total % 11] == text[17]


def swiss(digits: str) -> bool:
    """AHV number, 13 digits beginning with 756. Source: the check digit of EAN-13."""
    return digits.startswith("756") and weighted(digits, weights=(1, 3) * 6 + (1,), modulus=10)


def weighted(digits: str, *, weights: Sequence[int], modulus: int) -> bool:
    """Whether the weighted sum of the digits divides."""
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % modulus == 0


def _is_day(year: int, month: int, day: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]
