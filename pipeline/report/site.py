"""The pages: views into templates, templates into text. No arithmetic in here."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipeline.behaviours.register import Behaviour
from pipeline.report import glossary, wording
from pipeline.report.agents import agent_pages, teams
from pipeline.report.behaviours import behaviour_pages
from pipeline.report.coverage import coverage
from pipeline.report.folder import MARK, replace_folder
from pipeline.report.follow_ups import follow_ups
from pipeline.report.inputs import ReportOptions, ReportTables
from pipeline.report.material import Material, percent_of_level
from pipeline.report.moments import moments_by_segment
from pipeline.report.overview import overview
from pipeline.report.recordings import recordings_beside
from pipeline.report.segments import driver_views, segment_pages
from pipeline.report.sentences import VERDICTS

TEMPLATES = Path(__file__).parent / "templates"
STYLE = "style.css"

# Control characters are not allowed in HTML and could come from a hostile id or transcript.
_CONTROLS = dict.fromkeys((*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F), "\ufffd")


def write_report(
    folder: Path,
    tables: ReportTables,
    behaviours: Sequence[Behaviour],
    options: ReportOptions = ReportOptions(),  # noqa: B008 (frozen)
) -> Path:
    """Write the report as a folder of static pages and return its index.html.

    The same tables give the same bytes. The folder is replaced as a whole, or not at all.
    Raises UsageError when it holds something else, ConfigurationError for an unknown benchmark.
    """
    register = {b.name: b for b in behaviours}
    recordings = recordings_beside(folder, options.recordings)
    material = Material(tables.completed(), register, options, recordings)
    return replace_folder(folder, pages(material))


def pages(material: Material) -> dict[str, str]:
    """Every file of the report: its path, relative to the folder, and its text."""
    environment = _environment(material)
    files = {STYLE: (TEMPLATES / STYLE).read_text(encoding="utf-8")}
    agents, moments = agent_pages(material), moments_by_segment(material)
    drivers = driver_views(material, moments)
    plan: list[tuple[str, str, dict[str, Any]]] = [
        ("index.html", "index.html", {"view": overview(material, drivers)}),
        ("agents/index.html", "agents.html", {"teams": teams(agents)}),
        ("coverage.html", "coverage.html", {"view": coverage(material)}),
        ("follow-ups.html", "follow_ups.html", {"view": follow_ups(material)}),
        ("glossary.html", "glossary.html",
         {"families": glossary.families(material.behaviours.values())}),
        *((s.page, "segment.html", {"view": s}) for s in segment_pages(material, drivers)),
        *((b.page, "behaviour.html", {"view": b})
          for b in behaviour_pages(material, drivers, moments)),
        *((a.page, "agent.html", {"view": a}) for a in agents),
    ]  # fmt: skip
    for name, template, views in plan:
        files[name] = _page(environment, template, name, views)
    return files


def _page(environment: Environment, template: str, name: str, views: dict[str, Any]) -> str:
    root = "../" * name.count("/")
    return environment.get_template(template).render(page=name, root=root, **views)


def _environment(material: Material) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_clean,
    )
    environment.filters.update(
        count=wording.count, counted=wording.counted, nps=wording.nps_text, signed=wording.signed,
        day=wording.day, percent=wording.percent, prose=glossary.prose, limits=glossary.limits,
    )  # fmt: skip
    environment.globals.update(
        options=material.options, level=percent_of_level(material.level), mark=MARK,
        verdicts=VERDICTS, owners=glossary.OWNERS,
        expected=glossary.EXPECTED, pages=material.behaviour_pages,
        focus_level=percent_of_level(material.options.level),
    )  # fmt: skip
    return environment


def _clean(value: object) -> object:
    return value.translate(_CONTROLS) if isinstance(value, str) else value
