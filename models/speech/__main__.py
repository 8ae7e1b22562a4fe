"""One command: `python -m models.speech make`. What each step needs is in README.md beside it."""

import argparse
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from models.speech import language
from models.speech.checkpoints import Checkpoint, begin, load, save
from models.speech.conversion import convert
from models.speech.language.vocabulary import spellings
from models.speech.scoring import score
from models.speech.shards import SCORING_KINDS, make_scoring_shard, make_shard, make_sounds
from models.speech.tokenizer import make_codes
from models.speech.training import CHECKPOINT, TrainingOptions, train

MODEL = Path(__file__).parent / "demo-en-int8"


def make(arguments: argparse.Namespace) -> None:
    """All steps in order; what is done is kept, and a training that stopped goes on."""
    for step in (examples, train_on, converted, scored):
        step(arguments)


def examples(arguments: argparse.Namespace) -> None:
    """Speak the examples, sounds that are no speech, and the sentences to score by."""
    work: Path = arguments.work
    work.mkdir(parents=True, exist_ok=True)
    make_sounds(work)
    for kind in SCORING_KINDS:
        make_scoring_shard(work, kind, language)
    for number in range(arguments.shards):
        print(make_shard(work, number, language), flush=True)


def train_on(arguments: argparse.Namespace) -> None:
    """Begin, or go on: with the plan that the checkpoint holds, or with `--more` steps."""
    path = arguments.work / CHECKPOINT
    checkpoint = load(path) if path.is_file() else _begun(arguments.start)
    more = arguments.more or (arguments.steps if checkpoint.steps == 0 else 0)
    if more and checkpoint.is_finished:
        save(checkpoint.planned(more), path)
    elif checkpoint.is_finished:
        print(f"{path} has done its {checkpoint.steps} steps; --more N learns on.")
        return
    train(
        arguments.work,
        TrainingOptions(processes=arguments.processes),
        log=arguments.work / "training.log",
    )


def converted(arguments: argparse.Namespace) -> None:
    """Write the model that faster-whisper loads."""
    convert(load(arguments.work / CHECKPOINT), arguments.model)
    print(arguments.model)


def scored(arguments: argparse.Namespace) -> None:
    """Tell how well the model hears."""
    arguments.work.mkdir(parents=True, exist_ok=True)
    for line in score(arguments.model, calls=arguments.calls, work=arguments.work):
        print(line, flush=True)


STEPS: Mapping[str, Callable[[argparse.Namespace], None]] = {
    "make": make,
    "examples": examples,
    "train": train_on,
    "convert": converted,
    "score": scored,
}


def main(words: Sequence[str] | None = None) -> None:
    """Run one step, or all of them."""
    arguments = _parser().parse_args(words)
    STEPS[arguments.step](arguments)


def _begun(start: Path | None) -> Checkpoint:
    codes = make_codes(language, spellings().values())
    return begin(codes, start=load(start) if start else None)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m models.speech", description=__doc__)
    parser.add_argument("step", choices=STEPS)
    parser.add_argument(
        "--work", type=Path, default=Path("speech-model"), help="examples and checkpoints"
    )
    parser.add_argument("--model", type=Path, default=MODEL, help="the folder that is made")
    parser.add_argument("--shards", type=int, default=26, help="files of 2,000 examples (1.7 h)")
    parser.add_argument("--start", type=Path, help="a checkpoint to begin from, not from nothing")
    parser.add_argument("--steps", type=int, default=16_000, help="of the first training")
    parser.add_argument(
        "--more", type=int, default=0, help="steps to go on by, once those are done"
    )
    parser.add_argument("--processes", type=int, default=2, help="one per core")
    parser.add_argument("--calls", type=int, default=12, help="to score by, of each kind of voice")
    return parser


if __name__ == "__main__":
    main()
