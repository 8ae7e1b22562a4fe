"""The command line. Every user's error is a sentence and an exit code, never a traceback."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from flows import configuration
from pipeline.errors import UserError

app = typer.Typer(
    name="attune",
    help="Which call behaviours go with NPS Promoters and which with Detractors, per segment.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
Config = Annotated[Path, typer.Option("--config", "-c", help="The configuration file.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object for scripts.")]
Plain = Annotated[
    bool, typer.Option("--plain", help="Without Prefect: the same work, nothing to watch it.")
]
DEFAULT_CONFIG = Path("attune.toml")


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point of `attune`; exits with the code of what went wrong."""
    try:
        app(args=None if arguments is None else list(arguments), standalone_mode=True)
    except UserError as error:
        print(f"attune: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        print("attune: stopped; run again to go on where it was.", file=sys.stderr)
        sys.exit(130)


@app.command()
def demo(
    folder: Annotated[Path, typer.Option(help="Where the centre goes.")] = Path("demo"),
    recorded: Annotated[int, typer.Option(min=0, help="Calls spoken as recordings.")] = 1000,
    calls: Annotated[int, typer.Option(min=20, help="Calls in all.")] = 8000,
    seed: Annotated[int, typer.Option(help="Another seed is another centre.")] = 1,
) -> None:
    """A made-up contact centre, from recordings to report, offline.

    Example: attune demo --recorded 200
    """
    from flows.demonstration import demonstrate

    demonstrate(folder, recorded=recorded, calls=calls, seed=seed)


def _stages_help() -> str:
    from flows.run import STAGES

    return f"One stage only: {', '.join(STAGES)}."


@app.command()
def run(
    stage: Annotated[str | None, typer.Argument(help=_stages_help())] = None,
    config: Config = DEFAULT_CONFIG,
    plain: Plain = False,
    as_json: Json = False,
) -> None:
    """Everything new since last time: hear, measure, join, rank, report.

    Example: attune run -c attune.toml
    """
    from flows.run import STAGES, check_refused
    from flows.run import run as run_stages
    from flows.summary import lines
    from pipeline.errors import UsageError

    settings = configuration.load(config)
    chosen = tuple(one for one in STAGES if stage in (None, one))
    if not chosen:
        raise UsageError(f"There is no stage {stage!r}; expected one of {', '.join(STAGES)}.")
    tally = run_stages(
        settings, now=datetime.now(UTC), say=_to_stderr, stages=chosen, under_prefect=not plain
    )
    if as_json:
        print(json.dumps(asdict(tally), default=str))
    else:
        print("\n".join(lines(tally, settings)))
    check_refused(tally, settings)


@app.command()
def rank(
    table: Annotated[Path, typer.Option(help="JOINED: Parquet or CSV.")],
    out: Annotated[Path, typer.Option(help="Folder for the results.")],
    level: Annotated[float, typer.Option(min=0.5, max=0.999, help="Of the intervals.")] = 0.9,
    behaviours: Annotated[str | None, typer.Option(help="Columns under study, a,b,c.")] = None,
    contexts: Annotated[str | None, typer.Option(help="Columns held constant, a,b,c.")] = None,
    segment: Annotated[str, typer.Option(help="The column of segments.")] = "segment",
    as_json: Json = False,
) -> None:
    """DRIVERS, FOCUS and FOLLOW_UPS of any table that keeps the JOINED contract.

    Example: attune rank --table joined.parquet --out ranking
    """
    from flows.rank_table import rank_table

    said = rank_table(
        table, out, level=level, behaviours=_names(behaviours), contexts=_names(contexts),
        segment=segment,
    )  # fmt: skip
    print(json.dumps(said.as_json()) if as_json else "\n".join(said.as_lines()))


@app.command()
def focus(
    agent: Annotated[str, typer.Option(help="The agent_id.")],
    config: Config = DEFAULT_CONFIG,
    as_csv: Annotated[bool, typer.Option("--csv", help="As CSV.")] = False,
    as_json: Json = False,
) -> None:
    """A coach's list for one agent: what to change, what to keep, calls to listen to.

    Example: attune focus --agent A07 -c attune.toml
    """
    from flows import focus_list
    from pipeline.behaviours.own import load_own

    settings = configuration.load(config)
    load_own(settings.behaviours.folder)
    rows = focus_list.rows(settings, agent)
    if as_json:
        print(focus_list.as_json(rows))
    elif as_csv:
        print(focus_list.as_csv(rows), end="")
    else:
        focus_list.show(rows, agent)


@app.command()
def glossary(
    config: Annotated[
        Path | None, typer.Option("--config", "-c", help="Of your own behaviours.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Every behaviour: unit, owner, expected direction, definition; with -c also your own.

    Example: attune glossary
    """
    from flows.documents import glossary_markdown
    from pipeline.behaviours import registered
    from pipeline.behaviours.own import load_own

    if config is not None:
        load_own(configuration.load(config).behaviours.folder)

    if not as_json:
        print(glossary_markdown())
        return
    fields = ("name", "label", "unit", "owner", "expected", "ranked", "definition", "source")
    rows: list[dict[str, Any]] = [{f: getattr(b, f) for f in fields} for b in registered()]
    print(json.dumps(rows, ensure_ascii=False))


@app.command()
def check(config: Config = DEFAULT_CONFIG) -> None:
    """Configuration, data, model, device, store: a line each, all problems at once.

    Example: attune check -c attune.toml
    """
    from flows.check import check as check_all

    check_all(configuration.load(config))


@app.command()
def serve(
    config: Config = DEFAULT_CONFIG,
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: any free one.")] = 8350,
) -> None:
    """The report in the browser, for one person on this machine.

    Example: attune serve -c attune.toml
    """
    from flows.dashboard import serve as serve_report

    serve_report(configuration.load(config), port=port)


@app.command()
def forget(
    customer: Annotated[str, typer.Option(help="The customer_id, as in the call log.")],
    config: Config = DEFAULT_CONFIG,
    as_json: Json = False,
) -> None:
    """A customer out of all that is stored, older versions too; searches, and says what was done.

    Nothing of them is taken in again. Your own files (call log, surveys, recordings) stay as they
    are. Exit code 7 when the search still finds something.

    Example: attune forget --customer K-1017 -c attune.toml
    """
    from flows.forgetting import check_forgotten
    from flows.forgetting import forget as forget_customer

    settings = configuration.load(config)
    done = forget_customer(settings, customer, now=datetime.now(UTC), say=_to_stderr)
    print(json.dumps(done.as_json()) if as_json else "\n".join(done.lines()))
    check_forgotten(done)


@app.command()
def deploy(
    cron: Annotated[str, typer.Option(help="When, for instance '0 2 * * *'.")],
    config: Config = DEFAULT_CONFIG,
) -> None:
    """A Prefect deployment that runs on a schedule, until it is stopped.

    Example: attune deploy --cron "0 2 * * *" -c attune.toml
    """
    from flows.deployment import serve_on_schedule

    serve_on_schedule(config.resolve(), configuration.load(config), cron)


def _names(text: str | None) -> list[str] | None:
    return None if text is None else [name.strip() for name in text.split(",") if name.strip()]


def _to_stderr(line: str) -> None:
    print(line, file=sys.stderr)


if __name__ == "__main__":
    main()
