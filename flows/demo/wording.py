"""Slots of a sentence template and what may fill them; numbers are written as words."""

import re
from collections.abc import Callable, Mapping, Sequence

import numpy as np

Random = np.random.Generator

WOMEN = (
    "Sarah", "Maria", "Anna", "Linda", "Susan", "Emma", "Laura", "Nina", "Julia", "Rachel",
    "Olivia", "Grace", "Alice", "Helen", "Karen", "Chloe", "Sophie", "Diana", "Ellen", "Megan",
)  # fmt: skip
MEN = (
    "James", "David", "Peter", "Robert", "Michael", "Daniel", "Kevin", "Thomas", "Mark", "Paul",
    "Steven", "Henry", "George", "Simon", "Brian", "Jason", "Adam", "Martin", "Victor", "Oscar",
)  # fmt: skip
SURNAMES = (
    "Smith", "Jones", "Taylor", "Brown", "Wilson", "Evans", "Walker", "Wright", "Green", "Hall",
    "Wood", "Clarke", "Turner", "Hill", "Cooper", "Ward", "Morris", "Parker", "Baker", "Carter",
    "Miller", "Davis", "Anderson", "Murphy", "Collins", "Bennett", "Foster", "Hughes", "Russell",
)  # fmt: skip
ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
)  # fmt: skip
TEENS = (
    "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen",
    "eighteen", "nineteen",
)  # fmt: skip
TENS = (
    "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
)  # fmt: skip
LETTERS = "BCDEFGHJKLMNPRSTWXY"

CHOICES: Mapping[str, tuple[str, ...]] = {
    "attempt": ("restart the router", "turn it off and on again", "check the cables",
                "reset your password", "update the software", "test the line"),
    "bad": ("ridiculous", "terrible", "unacceptable", "awful", "useless", "disgraceful",
            "very poor", "shocking", "unfair"),
    "bill": ("bill", "statement", "account", "credit card", "invoice"),
    "card": ("credit card", "debit card", "bank card", "phone", "wallet", "sim card"),
    "city": ("London", "Boston", "Chicago", "Dublin", "Leeds", "Denver", "Bristol", "Dallas",
             "Austin", "Oxford", "Glasgow", "Seattle"),
    "colour": ("red", "green", "orange", "blue"),
    "day": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"),
    "degree": ("very", "really", "extremely", "so", "quite"),
    "department": ("billing team", "technical support team", "sales team", "complaints department",
                   "delivery team", "cancellations team", "warehouse", "local office"),
    "few": ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    "good": ("great", "fantastic", "perfect", "excellent", "brilliant", "lovely", "wonderful",
             "amazing"),
    "identifier": ("account number", "order number", "reference number", "phone number",
                   "customer number", "policy number", "invoice number"),
    "item": ("parcel", "package", "order", "new phone", "laptop", "router", "replacement card",
             "television", "refund", "letter", "camera", "keyboard", "headphones", "fridge",
             "sofa", "jacket", "bicycle", "coffee machine"),
    "light": ("red", "green", "orange", "blue", "flashing", "blinking"),
    "month": ("January", "February", "March", "April", "May", "June", "July", "August", "September",
              "October", "November", "December"),
    "n": ("two", "three", "four", "five", "six", "seven", "eight", "ten", "twelve", "fifteen",
          "twenty"),
    "nice": ("great", "fantastic", "lovely", "wonderful", "brilliant", "good"),
    "nth": ("second", "third", "fourth", "fifth"),
    "ordinal": ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth",
                "ninth", "tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth",
                "sixteenth", "seventeenth", "eighteenth", "nineteenth", "twentieth"),
    "other": (*WOMEN, *MEN),
    "past": ("yesterday", "this morning", "last night", "last week", "last month", "two days ago",
             "on {day}", "last {day}", "a week ago", "on the {ordinal} of {month}", "in {month}",
             "three weeks ago", "over the weekend"),
    "place": ("kitchen", "bedroom", "living room", "office", "garden", "house", "garage"),
    "relative": ("wife", "husband", "son", "daughter", "mother", "father", "brother", "sister",
                 "friend", "neighbour", "boss"),
    "street": ("Park Road", "Station Road", "High Street", "Church Lane", "Mill Lane",
               "Green Street", "River Road", "Oak Avenue", "Queen Street", "King Street",
               "Bridge Street", "Market Square"),
    "team": ("billing team", "technical support team", "sales team", "delivery team"),
    "unit": ("hours", "days", "weeks", "months"),
    "upset": ("upset", "angry", "frustrated", "disappointed", "unhappy", "worried"),
    "weather": ("cold", "hot", "wet", "bad", "windy"),
}  # fmt: skip


def pick(rng: Random, options: Sequence[str]) -> str:
    """One of `options`, each as likely."""
    return options[int(rng.integers(len(options)))]


def spell_under_hundred(number: int) -> str:
    """1 … 99 in words, without a hyphen."""
    if number < 10:
        return ONES[number]
    if number < 20:
        return TEENS[number - 10]
    tens = TENS[number // 10 - 2]
    return tens if number % 10 == 0 else f"{tens} {ONES[number % 10]}"


def spell_digits(rng: Random, count: int) -> str:
    """`count` random digits in words."""
    return " ".join(ONES[int(digit)] for digit in rng.integers(0, 10, count))


def spell_money(rng: Random) -> str:
    """An amount between two and 999 in one of three currencies."""
    amount = int(rng.integers(2, 100))
    words = spell_under_hundred(amount)
    if rng.random() < 0.3:
        words = f"{pick(rng, ONES[1:])} hundred and {words}"
    return f"{words} {pick(rng, ('dollars', 'pounds', 'euros'))}"


def spell_letters(rng: Random) -> str:
    """A short postcode: two letters and one to three digits."""
    return f"{pick(rng, LETTERS)} {pick(rng, LETTERS)} {spell_digits(rng, int(rng.integers(1, 4)))}"


MAKERS: Mapping[str, Callable[[Random], str]] = {
    "digits": lambda rng: spell_digits(rng, int(rng.integers(3, 7))),
    "four_digits": lambda rng: spell_digits(rng, 4),
    "letters": spell_letters,
    "money": spell_money,
    "under_hundred": lambda rng: spell_under_hundred(int(rng.integers(1, 100))),
}

_SLOT = re.compile(r"\{(\w+)\}")


def fill(template: str, rng: Random, known: Mapping[str, str]) -> str:
    """Fill the slots of `template`, a value from `known` before a random one.

    Fillings may have slots of their own. The first letter becomes a capital. Raises KeyError for a
    slot that nothing fills.
    """
    text = template
    while match := _SLOT.search(text):
        slot = match.group(1)
        if slot in known:
            value = known[slot]
        elif slot in MAKERS:
            value = MAKERS[slot](rng)
        else:
            value = pick(rng, CHOICES[slot])
        text = text[: match.start()] + value + text[match.end() :]
    return text[0].upper() + text[1:]


def spoken_words(text: str) -> list[str]:
    """The words as the vocabulary spells them: lower case, no punctuation but apostrophes."""
    return re.sub(r"[^a-z' ]", "", text.lower()).split()
