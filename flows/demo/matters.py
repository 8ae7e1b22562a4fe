"""Why customers call: for each reason its queue, how hard it is, and what is said about it.

Braces are slots that `wording.fill` fills. Agents' sentences here state or ask; none of them
promises, instructs, dates or sums up (see `phrases`).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Matter:
    """A reason to call.

    `share` is its share of first calls. The rest shifts behaviours and answers alike, which makes
    the reason a confounder: `difficulty` (about -1 to 1) brings dead air, holds and long talk,
    `repeat` is the log-odds of a repeat call, `liking` moves the answer, in logits. `products` can
    have `issues`; `fixes` is what an agent can promise.
    """

    reason: str
    share: float
    queues: tuple[str, ...]
    difficulty: float
    repeat: float
    liking: float
    products: tuple[str, ...]
    issues: tuple[str, ...]
    openings: tuple[str, ...]
    facts: tuple[str, ...]
    fixes: tuple[str, ...]


QUEUE_LIKING = {"general": 0.05, "billing": -0.05, "technical": -0.1, "orders": 0.0, "care": -0.2}
"""Logits by which the queue moves the answer: the second confounder."""

QUEUE_WAIT_S = {"general": 45.0, "billing": 60.0, "technical": 110.0, "orders": 50.0, "care": 150.0}
"""Median seconds of waiting."""

MATTERS = (
    Matter(
        "billing", 0.19, ("billing", "general"), 0.0, -0.95, 0.0,
        products=("bill", "invoice", "account", "contract", "subscription", "membership"),
        issues=("is wrong", "is too expensive", "was charged twice", "has expired",
                "was cancelled by mistake"),
        openings=(
            "Why is my {bill} so high this month?",
            "I was charged {money} {past} and I do not know why.",
            "There is a charge of {money} on my {bill} that I do not recognize.",
            "My {product} {issue}.",
            "I was promised a discount of {under_hundred} percent.",
            "Why was I charged {money}?",
            "I am calling because my {product} {issue}.",
        ),
        facts=(
            "The total amount is {money}.",
            "Your balance is {money}.",
            "The new price will be {money} a month.",
            "I can offer you {under_hundred} percent off for {n} months.",
        ),
        fixes=("remove the charge", "credit your account", "resend the invoice", "waive the fee",
               "apply a discount", "issue a refund"),
    ),
    Matter(
        "payment", 0.12, ("billing",), -0.2, -1.2, 0.1,
        products=("payment", "credit card", "debit card", "bank card", "direct debit", "refund"),
        issues=("was declined", "is late", "has expired", "was blocked", "was charged twice",
                "has not arrived", "is locked"),
        openings=(
            "My {product} {issue} {past}.",
            "My {product} {issue}.",
            "I have a problem with my {product}.",
            "I am calling because my {product} {issue}.",
            "I lost my {card} {past}.",
            "Someone used my {card} in {city}.",
        ),
        facts=(
            "The total amount is {money}.",
            "Your balance is {money}.",
            "There is no charge for this.",
        ),
        fixes=("stop the payment", "waive the fee", "extend the deadline", "set up a direct debit",
               "issue a refund", "block the card", "send you a new card"),
    ),
    Matter(
        "delivery", 0.15, ("orders", "general"), 0.1, -0.75, -0.1,
        products=("order", "parcel", "package", "delivery", "replacement", "laptop", "tablet"),
        issues=("has not arrived", "is missing", "was damaged", "is late", "has been lost",
                "was never delivered", "is out of stock", "was cancelled by mistake"),
        openings=(
            "I ordered a {item} {past} and it has not arrived.",
            "When will my {item} arrive?",
            "The {item} arrived but it was damaged.",
            "You sent me the wrong {item}.",
            "I still have not received my {item}.",
            "My {product} {issue}.",
            "I would like a refund for my {item}.",
        ),
        facts=(
            "The order number is {digits}.",
            "There is no charge for this.",
            "The total amount is {money}.",
            "The warranty covers this for {n} years.",
        ),
        fixes=("send a replacement", "issue a refund", "change the delivery date",
               "speak to the driver", "cancel the order", "check the status"),
    ),
    Matter(
        "fault", 0.21, ("technical",), 0.5, -0.45, -0.2,
        products=("internet", "internet connection", "broadband", "router", "modem", "phone",
                  "mobile phone", "phone line", "television", "printer", "tablet"),
        issues=("is not working", "has stopped working", "is very slow", "keeps dropping",
                "is broken", "does not turn on", "is making a strange noise", "went down again"),
        openings=(
            "My {product} {issue}.",
            "My {product} {issue} {past}.",
            "My {product} has been down {past}.",
            "I have an issue with my {product}, it {issue}.",
            "There is no signal in my {place}.",
            "The lights on the router are {light}.",
            "I am calling because my {product} {issue}.",
        ),
        facts=(
            "There is an outage in {city} at the moment.",
            "I can see that your {product} {issue}.",
            "The warranty covers this for {n} years.",
            "There is no charge for this.",
        ),
        fixes=("restart the router", "test the line", "book an engineer", "open a ticket",
               "send a replacement", "update the software"),
    ),
    Matter(
        "cancellation", 0.08, ("care", "general"), 0.2, -1.1, -0.3,
        products=("contract", "subscription", "membership", "data plan", "broadband", "phone line"),
        issues=("is too expensive", "is not working", "has expired", "is very slow"),
        openings=(
            "I would like to cancel my {product}.",
            "I want to cancel my {product} please.",
            "I am thinking about leaving and going to another company.",
            "My contract ends in {month}.",
            "I am moving house on the {ordinal} of {month}.",
        ),
        facts=(
            "There is a fee of {money} to cancel early.",
            "The new price will be {money} a month.",
            "I can offer you {under_hundred} percent off for {n} months.",
            "The total amount is {money}.",
        ),
        fixes=("cancel the order", "close the account", "waive the fee", "apply a discount",
               "change your plan", "stop the payment"),
    ),
    Matter(
        "complaint", 0.09, ("care",), 0.9, -0.2, -0.6,
        products=("internet", "broadband", "router", "phone line", "delivery", "refund", "claim"),
        issues=("is not working", "has not arrived", "was cancelled by mistake", "is wrong",
                "is late", "went down again", "is very slow"),
        openings=(
            "I want to make a complaint about my {product}.",
            "I was told that someone would call me back {past}.",
            "I am {degree} unhappy with your service.",
            "This is not acceptable.",
            "I want to speak to a manager.",
            "I have been waiting for {n} weeks.",
        ),
        facts=(
            "I can see that your {product} {issue}.",
            "There is an outage in {city} at the moment.",
            "There is no charge for this.",
            "Your reference number is {digits}.",
        ),
        fixes=("raise a complaint", "issue a refund", "credit your account", "open a ticket",
               "apply a discount", "send a replacement"),
    ),
    Matter(
        "change", 0.10, ("general", "billing"), -0.5, -1.6, 0.25,
        products=("address", "email address", "profile", "account", "password", "data plan"),
        issues=("is wrong", "is locked", "has expired", "is missing"),
        openings=(
            "I need to change my {product}.",
            "I am moving house on the {ordinal} of {month}.",
            "I need help with my {product}.",
            "I forgot my password.",
            "I cannot log in to my account.",
            "My {product} {issue}.",
        ),
        facts=(
            "There is no charge for this.",
            "I can see that your {product} {issue}.",
            "Your balance is {money}.",
        ),
        fixes=("update your address", "change your plan", "unlock your account",
               "reset your password", "check the status"),
    ),
    Matter(
        "upgrade", 0.06, ("orders", "general"), -0.7, -1.7, 0.4,
        products=("data plan", "mobile phone", "broadband", "package", "router", "contract"),
        issues=("is very slow", "is too expensive", "has expired", "is broken"),
        openings=(
            "I would like to upgrade my {product}.",
            "How much will it cost?",
            "I would like the {colour} one instead.",
            "I saw a cheaper price in the shop.",
            "I need help with my {product}.",
        ),
        facts=(
            "The new price will be {money} a month.",
            "I can offer you {under_hundred} percent off for {n} months.",
            "The warranty covers this for {n} years.",
            "There is no charge for this.",
        ),
        fixes=("upgrade your package", "apply a discount", "change your plan",
               "change the delivery date", "set up a direct debit"),
    ),
)  # fmt: skip

QUESTIONS = (
    ("Have you tried to {attempt}?", ("Yes, I tried that.", "No.", "I am not sure.",
                                      "I tried to {attempt} but it did not help.")),
    ("Can you see a {light} light on the front?", ("Yes, I can see it.", "No.", "I am not sure.")),
    ("Is it working now?", ("No, it still does not work.", "No, nothing has changed.", "Maybe.")),
    ("Can you repeat the {identifier} please?", ("It is {digits}.", "The number is {digits}.",
                                                 "My {identifier} is {digits}.")),
    ("And what is the best number to reach you on?", ("The number is {digits}.",
                                                      "It is {digits}.")),
    ("What is your {identifier}?", ("It is {digits}.", "My {identifier} is {digits}.")),
    ("May I have your {identifier}?", ("It is {digits}.", "The reference is {digits}.")),
    ("Can I take your {identifier} please?", ("My {identifier} is {digits}.", "It is {digits}.")),
    ("May I have your home address?", ("My address is {under_hundred} {street}, {city}.",)),
    ("What is your postcode?", ("My postcode is {letters}.",)),
    ("Please can you tell me the last four digits of your card.", ("It ends in {four_digits}.",
                                                     "The last four digits are {four_digits}.")),
    ("What is your date of birth?",
     ("My date of birth is the {ordinal} of {month} nineteen {under_hundred}.",)),
)  # fmt: skip

COMMON_FACTS = (
    "Your reference number is {digits}.",
    "I can see that your {product} {issue}.",
    "Your balance is {money}.",
    "The order number is {digits}.",
    "The total amount is {money}.",
)
