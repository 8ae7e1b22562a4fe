"""Coverage: what was heard and what was not, what is unknown and why, who answers surveys."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from pipeline.audio.second_opinion import LEAST_CONFIDENCE
from pipeline.behaviours.register import Behaviour
from pipeline.report.material import NO_SEGMENT, Material
from pipeline.report.sentences import label_of
from pipeline.report.wording import count, mean_text, percent
from pipeline.small_numbers import HIDDEN_BELOW, hidden

MOST_ROWS = 20
MOST_EXAMPLES = 3
ALIKE_BELOW, CLEARLY_FROM = 0.10, 0.25
SOURCES = {
    "recording": "have a recording: to be heard",
    "transcript": "have a transcript: to be read",
    "none": "have neither",
}


@dataclass(frozen=True)
class TextTable:
    """A plain table: the first column names the row, the `numeric` others are set to the right.

    `proofs` are where the numbers of each row lead, relative to the report's folder.
    """

    caption: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[int, ...] = ()
    empty: str = "Nothing to show."
    note: str = ""
    proofs: tuple[str, ...] = ()


@dataclass(frozen=True)
class CoveragePage:
    """Everything on the coverage page, in its order."""

    calls: tuple[TextTable, ...]
    refused: tuple[TextTable, ...]
    surveys: tuple[TextTable, ...]
    respondents: tuple[TextTable, ...]


def coverage(material: Material) -> CoveragePage:
    """Work out the coverage page."""
    return CoveragePage(
        calls=(_funnel(material), _not_eligible(material), _sound(material), _unknown(material)),
        refused=(_refused(material),),
        surveys=(_response(material, "mode", "Survey mode"),
                 _response(material, "segment", "Segment")),
        respondents=(_respondents(material),),
    )  # fmt: skip


def _funnel(material: Material) -> TextTable:
    log, activity = material.call_log, material.tables.activity
    total = len(log)
    sources = log["source"].value_counts()
    eligible = log["eligible"]
    found = [
        ("are in the call log", total),
        *((words, int(sources.get(source, 0))) for source, words in SOURCES.items()),
        ("were heard (recording)", int((activity["source"] == "recording").sum())),
        ("were read (transcript)", int((activity["source"] == "transcript").sum())),
        ("are eligible: behaviours are measured", int((eligible == True).sum())),  # noqa: E712
        ("are not eligible, for the reasons below", int((eligible == False).sum())),  # noqa: E712
        ("were not tried yet", int(eligible.isna().sum())),
    ]
    return TextTable(
        "Calls, from the log to the measurement",
        ("Calls that …", "Calls", "Share of the log"),
        tuple((words, count(n), _share(n, total)) for words, n in found) if total else (),
        numeric=(1, 2),
        empty="The call log is empty.",
    )


def _sound(material: Material) -> TextTable:
    """How far the recordings tell who speaks when."""
    activity = material.tables.activity
    heard = activity[activity["source"] == "recording"]
    mono, confidence = heard["channels"] == 1, heard["timing_confidence"].astype(float)
    found = [
        ("have a channel for each side", ~mono),
        ("have the sides swapped: put right, by their words", heard["sides"] == "swapped"),
        ("leave it doubtful which side is the agent", heard["sides"] == "doubtful"),
        ("are mono, with the sides told by voice and words", mono & (heard["sides"] != "unknown")),
        ("are mono, with the sides unknown", mono & (heard["sides"] == "unknown")),
        ("sound like a room and no telephone", heard["room"] == True),  # noqa: E712
        ("are too poor to tell speech from noise", confidence < LEAST_CONFIDENCE),
    ]
    return TextTable(
        "How the recordings sound",
        ("Recordings that …", "Calls", "Share of those heard"),
        tuple((words, count(sum(mask)), _share(sum(mask), len(heard))) for words, mask in found)
        if len(heard)
        else (),
        numeric=(1, 2),
        empty="No recording was heard.",
    )


def _not_eligible(material: Material) -> TextTable:
    log = material.call_log
    refused = log.loc[log["eligible"] == False, "why_not"].fillna("no reason given")  # noqa: E712
    return TextTable(
        "Calls that are not eligible, by reason",
        ("Reason", "Calls"),
        _counted(Counter(map(str, refused))),
        numeric=(1,),
        empty="Every call that was tried is eligible.",
    )


def _unknown(material: Material) -> TextTable:
    """Which behaviours could not be measured in how many calls, and why, most frequent first."""
    ordered = sorted(material.unknown.items(), key=lambda item: (-item[1], item[0]))
    total = len(material.tables.behaviours)
    return TextTable(
        "Behaviours that could not be measured, by reason",
        ("Behaviour", "Reason", "Calls", "Share of measured calls"),
        tuple(
            (label_of(material.behaviours.get(name), name), why, count(n), _share(n, total))
            for (name, why), n in ordered[:MOST_ROWS]
        ),
        numeric=(2, 3),
        proofs=tuple(material.proof(name) for (name, _), _ in ordered[:MOST_ROWS]),
        empty="Every behaviour is known in every measured call.",
        note=_shortened(len(ordered)) + "Unknown is not zero: such a call is left out of the "
        "behaviour’s figures.",
    )


def _refused(material: Material) -> TextTable:
    frame = material.tables.quarantine.sort_values(["what", "why", "where"])
    groups = [
        (str(what), str(why), len(group), ", ".join(map(str, group["where"][:MOST_EXAMPLES])))
        for (what, why), group in frame.groupby(["what", "why"], sort=True)
    ]
    groups.sort(key=lambda group: (-group[2], group[0], group[1]))
    return TextTable(
        "Input that was set aside",
        ("What", "Why", "How many", "For example"),
        tuple((what, why, count(n), where) for what, why, n, where in groups[:MOST_ROWS]),
        numeric=(2,),
        empty="Nothing was refused.",
        note=_shortened(len(groups)),
    )


def _response(material: Material, column: str, title: str) -> TextTable:
    invitations = material.invitations
    names = invitations[column].astype(object)
    names = names.where(names.notna(), NO_SEGMENT if column == "segment" else f"(no {column})")
    kinds = invitations["kind"].astype(object).where(invitations["kind"].notna(), "unknown")
    found = [
        (str(kind), str(name), scores)
        for (kind, name), scores in invitations["score"].groupby([kinds, names])
    ]
    return TextTable(
        f"Response rate by {title.lower()}",
        (title, "Question", "Invitations", "Answers", "Response rate"),
        tuple(
            (name, kind.upper(), *_rate(len(scores), int(scores.notna().sum())))
            for kind, name, scores in sorted(found, key=lambda g: (g[0] != "nps", g[0], g[1]))
        ),
        numeric=(2, 3, 4),
        empty="There are no surveys.",
        note=f"Groups of fewer than {HIDDEN_BELOW} invitations are hidden.",
    )


def _rate(invited: int, answered: int) -> tuple[str, str, str]:
    if hidden(invited):
        return f"fewer than {HIDDEN_BELOW}", "hidden", "hidden"
    return count(invited), count(answered), percent(answered / invited)


def _respondents(material: Material) -> TextTable:
    """Calls with an answer against all measured calls, behaviour by behaviour; a call once."""
    joined = material.tables.joined
    answered_ids = joined.loc[joined["survey_id"].notna(), "call_id"]
    calls = joined.drop_duplicates("call_id")
    answered = calls["call_id"].isin(answered_ids)
    known = [b for b in material.behaviours.values() if b.name in calls]
    return TextTable(
        "Calls with an answer against calls without",
        ("Behaviour", "Mean with an answer", "n", "Mean without", "n", "In words"),
        tuple(_contrast(b, calls.loc[answered, b.name], calls.loc[~answered, b.name])
              for b in known) if len(calls) else (),
        numeric=(1, 2, 3, 4),
        proofs=tuple(material.proof(b.name) for b in known),
        empty="No calls are joined to surveys yet.",
        note="“Alike”: the means differ by less than a tenth of the standard deviation between "
        "calls; “clearly”: by a quarter of it or more.",
    )  # fmt: skip


def _contrast(behaviour: Behaviour, answered: pd.Series, others: pd.Series) -> tuple[str, ...]:
    with_answer, without = (s.dropna().astype(float) for s in (answered, others))
    small = hidden(len(with_answer)) or hidden(len(without))
    return (
        behaviour.label,
        _mean(with_answer, behaviour),
        count(len(with_answer)),
        _mean(without, behaviour),
        count(len(without)),
        "too few to say" if small else _in_words(with_answer, without),
    )


def _mean(values: pd.Series, behaviour: Behaviour) -> str:
    if hidden(len(values)):
        return "hidden"
    return mean_text(float(values.mean()), behaviour.unit, binary=behaviour.binary)


def _in_words(answered: pd.Series, others: pd.Series) -> str:
    """The standardised difference in words (Austin 2009: below 0.1 is negligible)."""
    spread = math.sqrt((answered.var() + others.var()) / 2)
    difference = float(answered.mean() - others.mean())
    if spread == 0 or abs(difference) / spread < ALIKE_BELOW:
        return "alike"
    direction = "higher" if difference > 0 else "lower"
    size = "clearly" if abs(difference) / spread >= CLEARLY_FROM else "somewhat"
    return f"{size} {direction} with an answer"


def _counted(found: Mapping[str, int]) -> tuple[tuple[str, str], ...]:
    ordered: Sequence[tuple[str, int]] = sorted(
        ((str(name), n) for name, n in found.items()), key=lambda item: (-item[1], item[0])
    )
    return tuple((name, count(n)) for name, n in ordered)


def _shortened(n: int) -> str:
    return f"The {MOST_ROWS} most frequent of {count(n)}. " if n > MOST_ROWS else ""


def _share(n: int, total: int) -> str:
    return percent(n / total) if total else ""
