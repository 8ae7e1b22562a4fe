"""Every setting, its default and its meaning. The environment beats the file, the file the default.

`ATTUNE_SPEECH__MODEL=small.en` sets `[speech] model`. Paths are relative to the file's folder.
"""

import difflib
import os
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, get_args
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from pydantic_settings.exceptions import SettingsError

from pipeline.errors import ConfigurationError
from pipeline.ingest.transcript_formats.fields import language
from pipeline.nps import benchmark
from pipeline.speech.languages import AUTO


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:  # a folder of zones is an OSError
        raise ValueError("expected a time zone such as Europe/Berlin") from error
    return name


def _known_benchmark(industry: str) -> str:
    try:
        benchmark(industry)
    except ConfigurationError as error:  # told here, not at the end of the first night
        expected = error.problems[0].partition("expected ")[2].rstrip(".")
        raise ValueError(f"expected {expected}") from error
    return industry


def _known_language(name: str) -> str:
    code = name if name == AUTO else language(name)
    if code is None:
        raise ValueError(f"expected a code such as en or de-AT, or {AUTO!r}")
    return code


def _possible_path(path: Path) -> Path:
    if "\0" in str(path):
        raise ValueError("a path cannot hold a null character")
    try:
        return path.expanduser()
    except RuntimeError as error:
        raise ValueError("there is no such home folder") from error


SomePath = Annotated[Path, AfterValidator(_possible_path)]
Language = Annotated[str, AfterValidator(_known_language)]
TimeZone = Annotated[str, AfterValidator(_known_zone)]
Benchmark = Annotated[str, AfterValidator(_known_benchmark)]


class Section(BaseModel):
    """A table of the file; a misspelt key is an error that names it."""

    model_config = ConfigDict(extra="forbid")


class StoreSettings(Section):
    """Where the tables are."""

    path: SomePath = Path("store")


class RecordingSettings(Section):
    """The folder of recordings. Channels count from 0 (left).

    `customer_channel` is only needed where recordings have more than two channels. `diariser` names
    a function of yours, "package.module:function", that tells voices apart in mono recordings.
    """

    path: SomePath | None = None
    agent_channel: int = Field(default=0, ge=0, le=63)
    customer_channel: int | None = Field(default=None, ge=0, le=63)
    diariser: str | None = None


class FileSettings(Section):
    """A file of rows; `columns` maps our names to the file's, `timezone` is for times without."""

    path: SomePath | None = None
    columns: dict[str, str] = {}
    timezone: TimeZone = "UTC"


class TranscriptSettings(Section):
    """The folder of transcripts that exist already: a file per call, or our own JSON lines."""

    path: SomePath | None = None


class SpeechSettings(Section):
    """What speech runs on: a folder or a published model's name.

    `language` is that of calls whose log row has none; "auto" lets a multilingual model tell.
    `hotwords` and `initial_prompt` tell it the words of the trade. `fitted_windows` is for models
    that were trained with short windows; published ones were not.
    """

    model: str = "small.en"
    device: Literal["auto", "cpu", "cuda"] = "auto"
    compute_type: str = "default"
    language: Language = "en"
    threads: int = Field(default=0, ge=0, description="0: the cores, shared among the workers")
    batch_windows: int = Field(default=8, ge=1)
    beam_size: int = Field(default=5, ge=1, le=20)
    hotwords: str | None = None
    initial_prompt: str | None = None
    window_s: float | None = Field(default=None, gt=1, le=30)
    fitted_windows: bool = False


Context = Literal[
    "reason", "queue", "channel", "language", "hour", "team", "site", "tenure_days", "brand",
    "region",
]  # fmt: skip


class RankSettings(Section):
    """How surveys meet calls, and what is held constant."""

    segment: Literal["segment", "brand", "region", "channel", "queue", "reason", "site"] = "segment"
    contexts: list[Context] = ["reason", "queue", "channel", "tenure_days"]
    window_days: float = Field(default=30, gt=0, le=90)
    half_life_days: float = Field(default=30, gt=0)
    level: float = Field(default=0.9, gt=0.5, lt=1)


class BehaviourSettings(Section):
    """What is measured beside the register. `folder` has behaviours of your own.

    `voice_emotion` = "customer" measures how strongly customers speak. For agents there is no such
    setting: inferring employees' emotions from their voice is prohibited in the EU (AI Act, Article
    5(1)(f)); for customers it is high-risk, so off by default.
    """

    folder: SomePath | None = None
    voice_emotion: Literal["off", "customer"] = "off"


class ReportSettings(Section):
    """Where the pages go, and which industry they are compared with."""

    path: SomePath = Path("report")
    title: str = "Call behaviours and NPS"
    benchmark: Benchmark = "contact centres"


class PrivacySettings(Section):
    """What protects the people in the calls; the key itself is never a setting (flows/keys.py).

    `recordings` is the folder of the redacted copies; without it none are made. With
    `agent_pseudonyms` agents too stand under keyed hashes.
    """

    key_file: SomePath = Path(".attune-key")
    agent_pseudonyms: bool = False
    audit_log: SomePath = Path("audit.jsonl")
    recordings: SomePath | None = None


Days = Annotated[int, Field(ge=1, le=36_500)]


class RetentionSettings(Section):
    """Days that each table's rows are kept, from the call (surveys: the answer, quarantine: the
    last refusal) on; None: for ever.

    `calls` takes all that is known of a call along. `recordings` deletes the user's own files.
    """

    calls: Days | None = None
    tracks: Days | None = None
    activity: Days | None = None
    turns: Days | None = None
    moments: Days | None = None
    behaviours: Days | None = None
    surveys: Days | None = None
    quarantine: Days | None = None
    recordings: Days | None = None
    redacted_recordings: Days | None = None


class RunSettings(Section):
    """How the work is cut up. Batches are formed by a fixed rule and redone whole."""

    batch_recordings: int = Field(default=25, ge=1)
    batch_transcripts: int = Field(default=1000, ge=1)
    workers: int = Field(default=0, ge=0, description="0: one for each core")
    max_refused_share: float = Field(default=0.2, ge=0, le=1)

    @property
    def worker_count(self) -> int:
        """How many processes compute."""
        return self.workers or os.cpu_count() or 1


class Settings(BaseSettings):
    """attune.toml."""

    model_config = SettingsConfigDict(
        env_prefix="ATTUNE_", env_nested_delimiter="__", extra="forbid"
    )

    store: StoreSettings = StoreSettings()
    recordings: RecordingSettings = RecordingSettings()
    call_log: FileSettings = FileSettings()
    surveys: FileSettings = FileSettings()
    workforce: FileSettings = FileSettings()
    transcripts: TranscriptSettings = TranscriptSettings()
    speech: SpeechSettings = SpeechSettings()
    behaviours: BehaviourSettings = BehaviourSettings()
    rank: RankSettings = RankSettings()
    report: ReportSettings = ReportSettings()
    privacy: PrivacySettings = PrivacySettings()
    retention: RetentionSettings = RetentionSettings()
    run: RunSettings = RunSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment before what the file said."""
        return env_settings, init_settings


def load(path: Path) -> Settings:
    """Read the file; raises ConfigurationError with every problem at once."""
    content = _content(path)
    try:
        settings = Settings(**content)
    except ValidationError as error:
        problems = [_problem(path, dict(detail)) for detail in error.errors()]
        raise ConfigurationError(*problems) from error
    except SettingsError as error:
        raise ConfigurationError(
            f"The environment: {error}.",
            next_step="set single settings, such as ATTUNE_SPEECH__MODEL.",
        ) from error
    problems = list(_contradictions(settings))
    if problems:
        raise ConfigurationError(*(f"{path}: {problem}" for problem in problems))
    return _resolved(settings, path.resolve().parent)


def _contradictions(settings: Settings) -> Iterator[str]:
    """What no single setting shows."""
    if settings.call_log.path is None:
        yield "[call_log] path is missing."
    agent, customer = settings.recordings.agent_channel, settings.recordings.customer_channel
    if agent == customer:
        yield f"[recordings] agent_channel and customer_channel are both {agent}, expected two."
    if agent > 1 and customer is None:
        yield (
            f"[recordings] agent_channel is {agent}, and customer_channel is missing: of more than "
            "two channels both are to be named."
        )


def _content(path: Path) -> dict[str, Any]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise ConfigurationError(
            f"There is no configuration file {path}.",
            next_step="name one with -c, or try `attune demo`, which writes one.",
        ) from error
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: not a TOML file: {error}.") from error
    # pydantic would take a name with an underscore for an option of its own
    private = [name for name in content if name.startswith("_")]
    if private:
        raise ConfigurationError(*(f"{path}: there is no setting {name!r}." for name in private))
    return content


def _problem(path: Path, detail: dict[str, Any]) -> str:
    where = ".".join(str(part) for part in detail["loc"])
    if detail["type"] != "extra_forbidden":
        why = str(detail["msg"]).removeprefix("Value error, ")
        return f"{path}: {where}: {why}, got {detail['input']!r}."
    known = _keys(detail["loc"][:-1])
    close = difflib.get_close_matches(str(detail["loc"][-1]), known, n=1)
    hint = (
        f"did you mean {close[0]!r}?" if close else f"expected one of {', '.join(sorted(known))}."
    )
    return f"{path}: there is no setting {where!r}; {hint}"


def _keys(section: tuple[str | int, ...]) -> list[str]:
    fields = Settings.model_fields
    for name in section:
        kind = fields[str(name)].annotation if str(name) in fields else None
        kinds = [kind, *get_args(kind)]
        models = [k for k in kinds if isinstance(k, type) and issubclass(k, BaseModel)]
        if not models:
            return []
        fields = models[0].model_fields
    return list(fields)


def _resolved(settings: Settings, folder: Path) -> Settings:
    """All paths absolute; a model that is a folder beside the file becomes that folder."""
    sections = ("store", "recordings", "call_log", "surveys", "workforce", "transcripts", "report")
    for name in sections:
        section = getattr(settings, name)
        if section.path is not None:
            section.path = (folder / section.path).resolve()
    privacy = settings.privacy
    privacy.key_file = (folder / privacy.key_file).resolve()
    privacy.audit_log = (folder / privacy.audit_log).resolve()
    if privacy.recordings is not None:
        privacy.recordings = (folder / privacy.recordings).resolve()
    if settings.behaviours.folder is not None:
        settings.behaviours.folder = (folder / settings.behaviours.folder).resolve()
    model = folder / settings.speech.model
    try:
        if model.is_dir():
            settings.speech.model = str(model.resolve())
    except OSError as error:
        raise ConfigurationError(f"speech.model: {error.strerror}.") from error
    return settings
