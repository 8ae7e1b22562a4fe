"""What is trained, in which languages, and what became of it."""

from models.text.training import Task

LANGUAGES = ("en",)

# Most of what is said in a call is neither.
_SHARES = {"negative": 0.2, "positive": 0.2}

CUSTOMER_SENTIMENT = Task(
    "customer_sentiment",
    ("customer",),
    {"negative": ("negative",), "positive": ("positive",)},
    _SHARES,
)

# An agent who is sorry for a customer's trouble speaks of trouble, but is not negative.
AGENT_SENTIMENT = Task(
    "agent_sentiment",
    ("agent", "customer"),
    {"negative": ("unhelpful", "negative"), "positive": ("warm", "positive")},
    _SHARES,
    c=0.5,
)

EMPATHY = Task(
    "empathy",
    ("agent",),
    {"empathic": ("empathic",), "warm": ("warm",), "unhelpful": ("unhelpful",)},
    {"empathic": 0.1, "warm": 0.1, "unhelpful": 0.1},
)

SHIPPED = (CUSTOMER_SENTIMENT, AGENT_SENTIMENT)
"""Those that beat what was there before, in cross-validation and on other people's dialogues."""
