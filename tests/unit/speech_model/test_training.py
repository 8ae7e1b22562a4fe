"""The network, what it is taught, and the model it becomes. Needs PyTorch (extra `train`)."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from models.speech import language
from models.speech.language.vocabulary import spellings
from models.speech.shards import (
    SCORING_KINDS,
    make_scoring_shard,
    read_shard,
    training_shards,
)
from models.speech.tokenizer import Codes, make_codes
from models.speech.voices import SpokenWord
from models.speech.windows import Window

torch = pytest.importorskip("torch")
torch.set_num_threads(1)

from models.speech.__main__ import main  # noqa: E402
from models.speech.checkpoints import Checkpoint, Plan, begin, load, save  # noqa: E402
from models.speech.conversion import convert  # noqa: E402
from models.speech.evaluation import transcripts  # noqa: E402
from models.speech.examples import PHONEMES  # noqa: E402
from models.speech.losses import losses  # noqa: E402
from models.speech.network import ALIGNMENT_HEADS, Network, Shape, weights_of  # noqa: E402
from models.speech.targets import (  # noqa: E402
    IGNORED,
    batch,
    padded_positions,
    text_alone,
    with_timestamps,
)
from models.speech.training import CHECKPOINT, TrainingOptions, rate_at, train  # noqa: E402

WORDS = (SpokenWord("Hello,", 0.2, 0.7), SpokenWord("overdrawn.", 0.8, 1.4))


def window(*sentences: tuple[SpokenWord, ...], seconds: float = 2.0) -> Window:
    count = round(seconds * 50)
    rng = np.random.default_rng(1)
    mel = rng.uniform(-1, 1, (2 * count, 80)).astype(np.float32)
    return Window(mel, np.zeros(count, np.int64), sentences)


@pytest.fixture(scope="module")
def codes() -> Codes:
    return make_codes(language, spellings().values())


@pytest.fixture(scope="module")
def random_model(codes: Codes) -> Checkpoint:
    """A network that has learnt nothing."""
    torch.manual_seed(1)
    return begin(codes, start=None)


def test_each_token_is_heard_where_its_word_is(codes: Codes) -> None:
    made = text_alone(window(WORDS), codes)
    assert made.tokens[:2] == [codes.start, codes.no_timestamps]
    assert made.targets[0] == IGNORED
    assert made.targets[1:] == [*made.tokens[2:], codes.end]
    spans = [span for target, span in zip(made.targets, made.heard, strict=True) if span]
    hello = len(codes.encode("Hello,"))
    assert spans[0][0] == 10
    assert spans[hello - 1][1] in (35, 36)
    assert spans[hello][0] == 40
    assert spans[-1] == (70, 74)
    starts = [span[0] for span in spans]
    assert starts == sorted(starts)


def test_sentences_lie_between_timestamps(codes: Codes) -> None:
    later = tuple(replace(w, start_s=w.start_s + 2, end_s=w.end_s + 2) for w in WORDS)
    made = with_timestamps(window(WORDS, later, seconds=4.0), codes)
    stamps = [one - codes.first_timestamp for one in made.tokens if one >= codes.first_timestamp]
    assert stamps == [10, 70, 110, 170]
    assert made.targets == [*made.tokens[1:], codes.end]


def test_where_nobody_speaks_that_is_said_at_once(codes: Codes) -> None:
    made = text_alone(window(), codes)
    assert made.tokens == [codes.start, codes.no_timestamps]
    assert made.targets == [codes.no_speech, codes.end]


def test_nothing_is_learnt_from_a_prompt(codes: Codes) -> None:
    prompt = codes.encode("refund")
    made = text_alone(window(WORDS), codes, prompt)
    assert made.tokens[: len(prompt) + 1] == [codes.previous, *prompt]
    assert set(made.targets[: len(prompt) + 2]) == {IGNORED}


def test_a_batch_is_padded_to_whole_seconds_with_zeros(codes: Codes) -> None:
    windows = [window(WORDS, seconds=1.62), window(seconds=0.8)]
    positions = max(padded_positions(one) for one in windows)
    made = batch(windows, [(), ()], codes, positions=positions)
    assert made.mel.shape == (2, 80, 200)
    assert not made.mel[1, :, 80:].any()
    assert made.labels.shape == (2, 100)
    assert made.tokens.shape[0] == 4
    assert made.tokens.shape == made.targets.shape


def test_losses_fall_when_one_batch_is_learnt(codes: Codes, random_model: Checkpoint) -> None:
    network = random_model.network()
    made = batch([window(WORDS), window()], [(), ()], codes, positions=100)
    optimiser = torch.optim.AdamW(network.parameters(), lr=3e-3)
    totals = []
    for _ in range(12):
        found = losses(network, made, first_timestamp=codes.first_timestamp)
        total = found.total(attention_share=0.4, phoneme_share=0.6)
        optimiser.zero_grad()
        total.backward()
        optimiser.step()
        totals.append(float(total.detach()))
    assert totals[-1] < 0.6 * totals[0]


def test_new_layers_and_tokens_change_nothing_at_first(
    codes: Codes, random_model: Checkpoint
) -> None:
    small = Shape(codes.count, len(PHONEMES), decoder_layers=2)
    network = Network(small)
    start = Checkpoint(small, codes, weights_of(network), weights_of(network), [])
    grown = begin(codes, start=start).network()
    mel, tokens = torch.randn(1, 80, 100), torch.tensor([[codes.start, codes.no_timestamps]])
    before, _ = network.decoder(tokens, network.encoder(mel))
    after, _ = grown.decoder(tokens, grown.encoder(mel))
    assert torch.allclose(before, after, atol=1e-6)


def test_checkpoints_come_back(tmp_path: Path, random_model: Checkpoint) -> None:
    path = tmp_path / "checkpoint.pt"
    save(replace(random_model, steps=7, plan=Plan(0, 9)), path)
    back = load(path)
    assert (back.steps, back.plan, back.is_finished) == (7, Plan(0, 9), False)
    assert back.planned(5).plan == Plan(7, 12)
    assert back.codes.tokenizer.to_str() == random_model.codes.tokenizer.to_str()
    for name, value in random_model.average.items():
        assert torch.equal(back.average[name], value)


def test_the_converted_model_is_the_network(tmp_path: Path, random_model: Checkpoint) -> None:
    """In float32 CTranslate2's encoder and ours agree; faster-whisper loads and runs the folder."""
    from faster_whisper import WhisperModel  # noqa: PLC0415 - slow to import

    convert(random_model, tmp_path / "model", quantisation="float32")
    whisper = WhisperModel(str(tmp_path / "model"), device="cpu", compute_type="float32")
    assert not whisper.model.is_multilingual
    assert whisper.feature_extractor.chunk_length == 15
    mel = np.random.default_rng(4).uniform(-1, 1, (1, 80, 300)).astype(np.float32)
    theirs = np.asarray(whisper.encode(mel[0]))
    with torch.no_grad():
        ours = random_model.network().encoder(torch.from_numpy(mel)).numpy()
    assert np.abs(ours - theirs).max() < 1e-3
    sound = np.random.default_rng(5).standard_normal(32_000).astype(np.float32) * 0.1
    segments, _ = whisper.transcribe(
        sound, language="en", word_timestamps=True, beam_size=1, temperature=0, max_new_tokens=10
    )
    assert all(word.end >= word.start for one in segments for word in one.words or ())


def test_the_converted_model_writes_what_the_network_writes(
    tmp_path: Path, codes: Codes, random_model: Checkpoint
) -> None:
    from ctranslate2 import StorageView  # noqa: PLC0415 - slow to import
    from ctranslate2.models import Whisper  # noqa: PLC0415 - slow to import

    convert(random_model, tmp_path / "model", quantisation="float32")
    model = Whisper(str(tmp_path / "model"), device="cpu", compute_type="float32")
    one = window(WORDS)
    features = StorageView.from_array(np.ascontiguousarray(one.mel.T[None]))
    prompt = [codes.start, codes.no_timestamps]
    result = model.generate(features, [prompt], beam_size=1, max_length=40, suppress_blank=False)
    theirs = codes.decode(result[0].sequences_ids[0])
    ours = transcripts(random_model.network().eval(), codes, [one])[0]
    assert ours.startswith(theirs) or theirs.startswith(ours)
    assert model.n_mels == 80
    assert max(layer for layer, _ in ALIGNMENT_HEADS) < random_model.shape.decoder_layers


def test_one_command_converts_what_was_learnt(tmp_path: Path, random_model: Checkpoint) -> None:
    save(random_model, tmp_path / CHECKPOINT)
    main(["convert", "--work", str(tmp_path), "--model", str(tmp_path / "model")])
    names = {path.name for path in (tmp_path / "model").iterdir()}
    assert names == {
        "config.json", "model.bin", "preprocessor_config.json", "tokenizer.json", "vocabulary.json",
    }  # fmt: skip
    assert sum(path.stat().st_size for path in (tmp_path / "model").iterdir()) < 5_000_000


def test_the_learning_rate_rises_and_falls_within_a_plan() -> None:
    options, plan = TrainingOptions(), Plan(100, 1100)
    rates = [rate_at(step, plan, options) for step in range(100, 1100)]
    assert max(rates) <= options.learning_rate
    assert rates[0] < 0.05 * options.learning_rate
    assert rates[-1] < 0.02 * options.learning_rate
    assert int(np.argmax(rates)) < 100


def test_a_training_that_stops_goes_on(tmp_path: Path, codes: Codes) -> None:
    for kind in SCORING_KINDS:
        shard = make_scoring_shard(tmp_path, kind, language)
    for part in (".json", ".mel.npy", ".labels.npy"):
        # A shard to learn from: here the scoring sentences themselves.
        (tmp_path / f"0000{part}").write_bytes(shard.with_suffix(part).read_bytes())
    np.save(tmp_path / "sounds.npy", np.full((1, 2000, 80), -4, np.float16))
    assert len(read_shard(training_shards(tmp_path)[0])) == 120
    options = TrainingOptions(processes=1, positions=600, save_every_s=0, scoring_windows=1)
    save(begin(codes, start=None).planned(2), tmp_path / CHECKPOINT)
    for steps in (2, 3):
        train(tmp_path, options, log=tmp_path / "training.log")
        reached = load(tmp_path / CHECKPOINT)
        assert reached.steps == steps
        assert reached.is_finished
        save(reached.planned(1), tmp_path / CHECKPOINT)
    log = (tmp_path / "training.log").read_text(encoding="utf-8")
    assert log.count("word error rate") == 4
