"""What is said in every call, whatever the matter: greetings, empathy, hold, cues, goodbyes.

Braces are slots that `wording.fill` fills. Every word, filled in or not, is in `words.txt`: the
demo's small recogniser knows no other, and it hears sentences like those that it has learnt far
better than new ones, so most are of that kind (`models/speech` has its grammar).

Two rules keep the truth countable. Outside the five cues nobody says anything that a reader would
take for a cue: no other agent sentence promises, instructs, dates or sums up, and no other customer
sentence is content. The few that break it (`EARLY_ONLY`) are said in the first half of a call only.
"""

COMPANIES = ("Northwind", "Northwind", "Northwind Broadband")

GREETINGS = (
    "Thank you for calling {company}, my name is {agent}.",
    "Thank you for calling {company}, this is {agent} speaking.",
    "Hello, you are through to {agent} at {company}.",
    "Good morning, {company}, {agent} speaking. How can I help you today?",
    "Good afternoon, this is {agent} from {company}.",
    "Hi, my name is {agent}, how can I help you today?",
    "Hello and welcome to {company}. How may I help you?",
    "Thank you for calling {company}. How can I help you today?",
    "Welcome to {company}, how can I help?",
    "Good evening, thanks for calling {company}. What can I do for you today?",
)

CUSTOMER_HELLOS = (
    "Hello.",
    "My name is {name} {surname}.",
    "This is {name} {surname} calling about my {product}.",
    "Hello, is this {company}?",
    "Hello, my name is {name} {surname}.",
)

CONTACTED_BEFORE = (
    "I have already called {n} times about this.",
    "This is the {nth} time this has happened.",
    "I was told that someone would call me back {past}.",
    "I spoke to {other} {past}.",
    "Nobody called me back.",
)

TRANSFERRED_BEFORE = (
    "I spoke to {other} {past}.",
    "She told me to wait for {n} {unit}.",
    "I have been waiting for {n} {unit}.",
)

STORIES = (
    "I work from home so I need the {product} every day.",
    "I was at work when the {product} stopped working.",
    "My {relative} told me to call you.",
    "My {relative} lives in {city} and has the same problem.",
    "We have {n} children and we need the {product} to work.",
    "I read about it on your website.",
    "I sent you {n} emails about this.",
    "I have been waiting for {n} {unit}.",
    "I paid {money} for this {past}.",
    "It worked fine until {day}.",
    "I live in {city}.",
    "I saw a cheaper price in the shop.",
    "I have been a customer for {n} years.",
    "The weather in {city} has been {degree} {weather} {past}.",
    "My {relative} is not well, so please hurry.",
    "I am {degree} {upset} about this.",
    "Your service is {bad}.",
)

VERIFICATIONS = (
    ("Can I take your {identifier} please?", "{given}"),
    ("Could you please confirm your {identifier}?", "{given}"),
    ("May I have your {identifier}?", "{given}"),
    ("What is your {identifier}?", "{given}"),
    ("For security, can you confirm your {identifier}?", "{given}"),
    ("Please can you tell me your {identifier}.", "{given}"),
    ("Can I take your full name please?", "It is {name} {surname}."),
    ("May I have your full name?", "My name is {name} {surname}."),
    ("What is your postcode?", "My postcode is {letters}."),
    ("May I have your home address?", "My address is {under_hundred} {street}, {city}."),
    ("Please can you tell me the last four digits of your card.", "It ends in {four_digits}."),
    (
        "What is your date of birth?",
        "My date of birth is the {ordinal} of {month} nineteen {under_hundred}.",
    ),
)
GIVEN = (
    "It is {digits}.",
    "The number is {digits}.",
    "My {identifier} is {digits}.",
    "The reference is {digits}.",
)
VERIFIED = (
    "Thank you {title} {surname}, that is correct.",
    "Okay, I have found your account.",
    "Thank you, I have found your account.",
    "Thank you {title} {surname}.",
    "Okay.",
    "Right.",
)

EMPATHY = (
    "I am sorry to hear that.",
    "I am {degree} sorry about that.",
    "I am {degree} sorry for the inconvenience.",
    "I completely understand how you feel.",
    "I understand that this is {degree} frustrating.",
    "I can see why you are {upset}.",
    "I apologize for the trouble this has caused.",
    "I do apologize for the delay.",
    "I would feel the same way.",
    "That must be {degree} annoying.",
    "You have every right to be {upset}.",
    "Do not worry, I can help you with that.",
    "I really appreciate your patience.",
)
EMPATHY_EARLY_ONLY = (
    "I will take care of this for you.",
    "I will do my best to sort this out for you.",
)
UNHELPFUL = (
    "I am afraid we are not able to help you with that.",
    "I am afraid we are not able to help you.",
    "Unfortunately we cannot help you with that.",
    "Unfortunately we are not able to help you.",
    "This is not my problem.",
)
UNHELPFUL_EARLY_ONLY = (
    "You will have to call us again.",
    "You will have to call the {department}.",
)
EARLY_ONLY = (*EMPATHY_EARLY_ONLY, *UNHELPFUL_EARLY_ONLY)

WARM = (
    "That is great.",
    "That is perfect.",
    "That is brilliant.",
    "Okay, that is great.",
    "That is wonderful.",
    "That is {good} news.",
    "Perfect, thank you.",
    "That sounds good.",
    "Great.",
)
COOL = (
    "That is wrong.",
    "That is a problem.",
    "I am afraid that is wrong.",
    "No, that is wrong.",
    "That is very poor.",
    "That is unfair.",
    "I am afraid that does not match our records.",
    "I am afraid your {product} is broken.",
    "That is not good enough.",
)
NEUTRAL = (
    "Right.",
    "Okay.",
    "Got it.",
    "I can see your account.",
    "Thank you, I have found your account.",
)

EARLY_BACKCHANNELS = ("Right.", "I see.", "Okay.", "Right.", "Okay.")
LATE_BACKCHANNELS = ("Right.", "Right.", "I see.")

HOLD_ANNOUNCEMENTS = (
    "Please hold while I look into that.",
    "Can I put you on hold for a moment?",
    "Please bear with me for a minute.",
    "One moment please while I check.",
    "I need to put you on a short hold.",
    "Can I put you on a short hold?",
    "Please stay on the line while I check.",
    "Please hold.",
)
HOLD_ACCEPTED = ("Sure.", "Okay.", "Of course.", "All right.")
HOLD_THANKS = ("Thank you for holding.", "Thank you for waiting.", "Thanks for waiting.")

AFTER_SILENCE = (
    "I can see that your {product} {issue}.",
    "Okay, I can see that your {product} {issue}.",
    "Okay, the system is working again.",
    "So, I can see your account now.",
    "Right, I can see it now.",
    "Okay, I have found your account.",
)
STILL_THERE = ("Hello?", "Are you still there?", "Can you hear me?")

CUSTOMER_PROMPTS = (
    "So what happens next?",
    "Is there anything you can do?",
    "What does that mean?",
    "How long will that take?",
    "Can you guarantee that?",
)
CUSTOMER_SHORT = (
    "I see.",
    "Right.",
    "I am not sure.",
    "What does that mean?",
    "I do not think so.",
)

COMMITMENTS = (
    "I will {fix}.",
    "I will {fix} now.",
    "I am going to {fix}.",
    "I have raised this with the {department}.",
    "I have applied a credit of {money} to your account.",
    "I have asked the {department} to {fix}.",
    "I will ask the {department} to {fix}.",
    "I will call you back.",
)
NEXT_STEPS = (
    "You will receive an email with the details.",
    "You will receive an email.",
    "The {team} will call you back.",
    "An engineer will visit you.",
    "Someone will call you back.",
    "Please click on the link in the email.",
)
DEADLINES = (
    "by {day}",
    "tomorrow",
    "by the end of the day",
    "on {day} morning",
    "on {day} afternoon",
    "within {n} working days",
    "within twenty four hours",
    "next week",
    "later today",
    "in about {n} minutes",
    "before {few} o'clock",
)
TAKES_DEADLINE = ("I will", "I am going", "You will", "An engineer", "Someone", "The ")
"""Beginnings of promises and next steps to which a deadline can be added."""

TIMELINES = (
    "It will be paid by {day}.",
    "It will be paid within {n} working days.",
    "It will be paid by the end of the day.",
    "It will be paid tomorrow.",
)
RECAPS = (
    "So, I have your {identifier}, it is {digits}.",
    "So, I have your name, it is {name} {surname}.",
    "So, I have your account, the number is {digits}.",
    "Let me confirm that for you, it is {digits}.",
    "Let me confirm that for you, the total amount is {money}.",
    "Just to confirm, your {identifier} is {digits}.",
    "Let me confirm your {identifier}, it is {digits}.",
)
ACKNOWLEDGEMENTS = (
    "Perfect, that is all I needed.",
    "That works for me.",
    "Yes, that works for me.",
    "That is great, thank you so much.",
    "Yes, that is fine.",
    "That sounds good to me.",
    "Wonderful, thanks for your help.",
    "Perfect, thank you.",
    "I am {degree} happy with that.",
    "That would be {good}.",
)
NO_ACKNOWLEDGEMENT = (
    "I see.",
    "Right.",
    "I am not sure.",
    "I am not happy about this.",
    "That is {bad}.",
    "This is {degree} {bad}.",
    "I expected better from you.",
    "I do not have time for this.",
    "It is a waste of time.",
    "I do not think so.",
    "This is not acceptable.",
)

LAST_OFFERS = (
    "Is there anything else I can help you with?",
    "Is there anything else?",
)
NOTHING_ELSE = ("No.", "No, nothing else.", "Nothing else.")
GOODBYES_WARM = (
    "Thank you for calling {company}, have a {nice} day.",
    "It was a pleasure speaking with you, {title} {surname}.",
    "Have a {nice} day.",
    "Have a {nice} evening.",
    "Thank you for being a loyal customer. Take care.",
    "Enjoy the rest of your day.",
)
GOODBYES_PLAIN = (
    "Goodbye.",
    "Bye bye.",
    "Okay, goodbye.",
    "Right, goodbye.",
    "Thank you, goodbye.",
)
CUSTOMER_GOODBYES = ("Goodbye.", "Bye bye.", "Okay, bye.", "Okay, goodbye.")
