"""Numbers that show by themselves what they are: check digits, issuers, lengths."""

import re
from collections.abc import Sequence

_ISSUERS = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})$"  # Visa
    r"|(?:5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}$"  # Mastercard
    r"|3[47]\d{13}$"  # American Express
    r"|3(?:0[0-5]|[68]\d)\d{11}$"  # Diners Club
    r"|(?:6011|65\d\d|64[4-9]\d)\d{12,15}$"  # Discover
    r"|35(?:2[89]|[3-8]\d)\d{12,15}$"  # JCB
    r"|62\d{14,17}$"  # UnionPay
    r"|(?:5018|5020|5038|5893|6304|6759|676[1-3])\d{9,15}$"  # Maestro
)
_IBAN_LENGTHS = {
    "AD": 24, "AE": 23, "AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22,
    "DK": 18, "EE": 20, "ES": 24, "FI": 18, "FR": 27, "GB": 22, "GR": 27, "HR": 21, "HU": 28,
    "IE": 22, "IL": 23, "IS": 26, "IT": 27, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MC": 27,
    "MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "RO": 24, "SA": 24, "SE": 24, "SI": 19,
    "SK": 24, "TR": 26,
}  # fmt: skip
_ALPHANUMERIC = re.compile(r"[A-Z0-9]+$")


def passes_luhn(digits: str) -> bool:
    """Whether the check digit of a payment card fits; one in ten random numbers does, too."""
    doubled = [int(digit) * 2 for digit in digits[-2::-2]]
    plain = [int(digit) for digit in digits[-1::-2]]
    return (sum(plain) + sum(value // 10 + value % 10 for value in doubled)) % 10 == 0


def is_card(digits: str) -> bool:
    """Whether it can be a payment card: an issuer's first digits and length, and its check digit.

    About 3 in 100 random numbers of 16 digits pass.
    """
    return bool(_ISSUERS.match(digits)) and passes_luhn(digits)


def is_iban(text: str) -> bool:
    """Whether letters and digits in one piece are an IBAN: country, length and check digits."""
    if len(text) != _IBAN_LENGTHS.get(text[:2]) or not _ALPHANUMERIC.match(text):
        return False
    return int("".join(str(int(sign, 36)) for sign in text[4:] + text[:4])) % 97 == 1


def iban_tokens(texts: Sequence[str]) -> int:
    """How many words from the first on make an IBAN, such as ("GB29", "NWBK", …); 0 for none."""
    whole = ""
    for count, text in enumerate(texts, 1):
        whole += text.upper().replace("-", "")
        if len(whole) > 34:
            return 0
        if is_iban(whole):
            return count
    return 0


def is_phone(digits: str) -> bool:
    """Whether a number without any hint has the length and the beginning of a phone number."""
    if digits[0] == "0":
        return 9 <= len(digits) <= 13
    return len(digits) == 10 or (len(digits) == 11 and digits[0] == "1")
