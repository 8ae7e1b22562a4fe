"""Documents made from the code, committed, and checked fresh by the tests: `make docs`."""

from collections.abc import Iterator
from pathlib import Path

from pipeline.behaviours import Behaviour, behaviours_table, registered
from pipeline.contracts import Table
from pipeline.join import joined_table
from pipeline.report.glossary import families
from pipeline.tables import TABLES

ROOT = Path(__file__).parent.parent
EXPECTED = {"up": "higher NPS", "down": "lower NPS", "none": "no expectation"}
OWNED = {
    "agent": "agent: ranked and coached",
    "centre": "centre: ranked, never on a focus list",
    "customer": "customer: shown beside, never ranked",
}


def glossary_markdown() -> str:
    """GLOSSARY.md: every registered behaviour."""
    return "\n".join(_glossary())


def _glossary() -> Iterator[str]:
    yield "# Glossary: every behaviour"
    yield ""
    yield "Made from the register (`pipeline/behaviours/`) by `make docs`. Unknown is null with a"
    yield "reason, never 0. Times come from voice activity, words from the recogniser."
    for family in families(registered()):
        yield ""
        yield f"## {family.title}"
        for behaviour in family.behaviours:
            yield from _term(behaviour)


def _term(behaviour: Behaviour) -> Iterator[str]:
    yield ""
    yield f"### {behaviour.label} (`{behaviour.name}`)"
    yield ""
    yield behaviour.definition
    yield ""
    yield f"- unit: {behaviour.unit}"
    yield f"- owner: {_owned(behaviour)}"
    yield f"- more of it is expected to go with: {EXPECTED[behaviour.expected]}"
    yield f"- source: {behaviour.source}"
    where = "your own" if behaviour.own else f"`pipeline/behaviours/{behaviour.family}.py`"
    yield f"- defined in {where}, version {behaviour.version}"


def _owned(behaviour: Behaviour) -> str:
    said = OWNED[behaviour.owner]
    if behaviour.owner != "customer" and not behaviour.ranked:
        return f"{behaviour.owner}: shown beside, not ranked"
    return said


def dictionary_markdown() -> str:
    """data/README.md: every table, column by column."""
    return "\n".join(_dictionary())


def _dictionary() -> Iterator[str]:
    yield "# Data dictionary"
    yield ""
    yield "Made from `pipeline/tables.py` and the register by `make docs`. They are Delta tables in"
    yield "the store, a folder each in lower case. `sample/` holds a small input to look at."
    full = {table.name: table for table in (behaviours_table(), joined_table())}
    for table in TABLES:
        yield from _table(full.get(table.name, table))


def _table(table: Table) -> Iterator[str]:
    yield ""
    yield f"## {table.name}"
    yield ""
    yield f"One row per {table.row}. Made by `{table.made_by}`. Key: {', '.join(table.key)}."
    yield ""
    yield "| column | type | null | meaning |"
    yield "|---|---|---|---|"
    for column in table.columns:
        choices = f" One of: {', '.join(column.choices)}." if column.choices else ""
        meaning = f"{column.description}{choices}".replace("|", "\\|")
        null = "yes" if column.nullable else ""
        yield f"| `{column.name}` | {column.type} | {null} | {meaning} |"


def write(root: Path = ROOT) -> None:
    """Write both documents."""
    for path, text in documents(root).items():
        path.write_text(text + "\n", encoding="utf-8")


def documents(root: Path = ROOT) -> dict[Path, str]:
    """Each made document and what it should say."""
    return {
        root / "GLOSSARY.md": glossary_markdown(),
        root / "data" / "README.md": dictionary_markdown(),
    }


if __name__ == "__main__":
    write()
