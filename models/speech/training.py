"""Training: two or more processes that share every step, a log, and a checkpoint every 5 minutes.

The learning rate rises for `WARM_UP` steps and falls as a cosine to 1 % at the last step of the
plan. A training that goes on after its plan is done gets a new plan, with a cosine of its own.
"""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
import torch.distributed as dist
from numpy.typing import NDArray
from torch import Tensor, nn

from models.speech.batches import Shelf, batches
from models.speech.checkpoints import Checkpoint, Plan, load, save
from models.speech.evaluation import evaluate
from models.speech.losses import Losses, losses
from models.speech.network import Network, weights_of
from models.speech.shards import read_sounds

WARM_UP = 80
LOG_EVERY_STEPS = 50
_AVERAGED_STEPS = 600
_LARGEST_GRADIENT = 1.0

CHECKPOINT = "checkpoint.pt"


@dataclass(frozen=True)
class TrainingOptions:
    """`positions` (of 20 ms) are in each process's part of a step.

    The shares are those of `Losses.total`; `scoring_windows` of each kind tell how well it hears.
    """

    processes: int = 2
    positions: int = 3600
    learning_rate: float = 2e-3
    attention_share: float = 0.4
    phoneme_share: float = 0.6
    seed: int = 61
    save_every_s: float = 300.0
    evaluate_every_s: float = 900.0
    scoring_windows: int = 48


def train(work: Path, options: TrainingOptions, *, log: Path) -> None:
    """Go on from the checkpoint in `work` until its plan is done; lines are added to `log`."""
    meeting = work / "processes"
    meeting.unlink(missing_ok=True)
    torch.multiprocessing.spawn(
        _take_part, (work, options, log, meeting.resolve().as_uri()), nprocs=options.processes
    )
    meeting.unlink(missing_ok=True)


def _take_part(rank: int, work: Path, options: TrainingOptions, log: Path, meeting: str) -> None:
    torch.set_num_threads(1)
    torch.manual_seed(options.seed)
    dist.init_process_group("gloo", init_method=meeting, rank=rank, world_size=options.processes)
    checkpoint = load(work / CHECKPOINT)
    sounds = read_sounds(work)
    learner = Learner.of(checkpoint, options)
    rng = np.random.default_rng((options.seed, rank, checkpoint.steps))
    drawn = batches(rng, Shelf.open(work), sounds, checkpoint.codes, positions=options.positions)
    watch = Watch(learner, work, log, sounds, options) if rank == 0 else None
    while learner.steps < checkpoint.plan.last:
        batch = next(drawn)
        found = losses(learner.network, batch, first_timestamp=checkpoint.codes.first_timestamp)
        learner.step(found, rate_at(learner.steps, checkpoint.plan, options))
        learner.windows += len(batch.mel) * options.processes
        if watch:
            watch.see(found)
    if watch:
        watch.close()
    dist.barrier()
    dist.destroy_process_group()


def rate_at(step: int, plan: Plan, options: TrainingOptions) -> float:
    """The learning rate of a step of a plan."""
    done = step - plan.first
    rising = min(1.0, (done + 1) / WARM_UP)
    falling = 0.5 * (1 + math.cos(math.pi * done / (plan.last - plan.first)))
    return options.learning_rate * rising * (0.01 + 0.99 * falling)


@dataclass
class Learner:
    """A network, the moving average of its weights, and what moves them."""

    network: Network
    average: dict[str, Tensor]
    optimisers: Sequence[torch.optim.Optimizer]
    options: TrainingOptions
    start: Checkpoint
    steps: int
    windows: int

    @classmethod
    def of(cls, checkpoint: Checkpoint, options: TrainingOptions) -> "Learner":
        """As the checkpoint left it."""
        network = checkpoint.network(averaged=False)
        optimisers = optimisers_of(network, options.learning_rate)
        if checkpoint.optimisers:
            for optimiser, state in zip(optimisers, checkpoint.optimisers, strict=True):
                optimiser.load_state_dict(dict(state))
        average = {name: value.clone() for name, value in checkpoint.average.items()}
        return cls(
            network, average, optimisers, options, checkpoint, checkpoint.steps, checkpoint.windows
        )

    def step(self, found: Losses, rate: float) -> None:
        """Learn from one batch of every process."""
        for optimiser in self.optimisers:
            optimiser.zero_grad()
            for group in optimiser.param_groups:
                group["lr"] = rate
        total = found.total(
            attention_share=self.options.attention_share, phoneme_share=self.options.phoneme_share
        )
        total.backward()
        self._share_gradients()
        nn.utils.clip_grad_norm_(self.network.parameters(), _LARGEST_GRADIENT)
        for optimiser in self.optimisers:
            optimiser.step()
        self.steps += 1
        self._keep_average()

    def checkpoint(self) -> Checkpoint:
        """As things stand."""
        return Checkpoint(
            self.start.shape,
            self.start.codes,
            weights_of(self.network),
            self.average,
            [optimiser.state_dict() for optimiser in self.optimisers],
            self.steps,
            self.windows,
            self.start.plan,
        )

    def averaged(self) -> Network:
        """A network with the average of the weights."""
        network = Network(self.start.shape)
        network.load_state_dict(self.average)
        return network.eval()

    def _share_gradients(self) -> None:
        """The mean over all processes; one message, as there are a hundred small tensors."""
        learnt = [one for one in self.network.parameters() if one.requires_grad]
        parts = [torch.zeros_like(one) if one.grad is None else one.grad for one in learnt]
        together = torch.cat([part.flatten() for part in parts])
        dist.all_reduce(together)
        together /= dist.get_world_size()
        sizes = [one.numel() for one in learnt]
        for one, part in zip(learnt, together.split(sizes), strict=True):
            one.grad = part.view_as(one)

    @torch.no_grad()
    def _keep_average(self) -> None:
        """Over the last `_AVERAGED_STEPS` steps, fewer at the beginning."""
        share = 1 / min(_AVERAGED_STEPS, self.steps / 10 + 1)
        for name, value in self.network.state_dict().items():
            self.average[name].lerp_(value, share)


def optimisers_of(network: Network, rate: float) -> tuple[torch.optim.Optimizer, ...]:
    """Muon for the matrices of the layers, AdamW for all else."""
    named = [(name, one) for name, one in network.named_parameters() if one.requires_grad]
    matrices = [one for name, one in named if one.ndim == 2 and ".layers." in name]
    others = [one for name, one in named if one.ndim != 2 or ".layers." not in name]
    return (
        torch.optim.Muon(
            matrices, lr=rate, momentum=0.95, weight_decay=0.02, adjust_lr_fn="match_rms_adamw"
        ),
        torch.optim.AdamW(others, lr=rate, betas=(0.9, 0.98), weight_decay=0.0),
    )


@dataclass
class Watch:
    """Writes the log, the checkpoint and how well the network hears."""

    learner: Learner
    work: Path
    log: Path
    sounds: Sequence[NDArray[np.float16]]
    options: TrainingOptions
    clock: Callable[[], float] = time.monotonic
    _seen: list[tuple[float, ...]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._began_s = self._saved_s = self._evaluated_s = self.clock()
        self._note(f"from step {self.learner.steps}: {self.options}")
        self._hear()

    def see(self, found: Losses) -> None:
        """One step was made."""
        parts = (found.text, found.stamps, found.attention, found.phonemes)
        self._seen.append((*(float(part.detach()) for part in parts), found.right))
        if self.learner.steps % LOG_EVERY_STEPS == 0:
            self._tell()
        if self.clock() - self._saved_s > self.options.save_every_s:
            self._save()
        if self.clock() - self._evaluated_s > self.options.evaluate_every_s:
            self._hear()

    def close(self) -> None:
        """After the last step."""
        self._save()
        self._hear()

    def _tell(self) -> None:
        text, stamps, attention, phonemes, right = np.mean(self._seen, axis=0)
        self._seen.clear()
        minutes = (self.clock() - self._began_s) / 60
        self._note(
            f"step {self.learner.steps} of {self.learner.start.plan.last}, {minutes:.1f} min, "
            f"{self.learner.windows} windows: text {text:.3f} ({right:.1%} right), "
            f"stamps {stamps:.3f}, attention {attention:.3f}, phonemes {phonemes:.3f}"
        )

    def _save(self) -> None:
        save(self.learner.checkpoint(), self.work / CHECKPOINT)
        self._saved_s = self.clock()

    def _hear(self) -> None:
        codes = self.learner.start.codes
        found = evaluate(
            self.learner.averaged(),
            codes,
            self.work,
            self.sounds,
            count=self.options.scoring_windows,
        )
        self._note(f"average of the weights at step {self.learner.steps}: {found}")
        self._evaluated_s = self.clock()

    def _note(self, line: str) -> None:
        with self.log.open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")
