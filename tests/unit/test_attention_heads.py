"""Attention against torch's own, tasks against Python, changes against edited weights."""

from __future__ import annotations

import datetime
import importlib
import itertools
import math

import numpy as np
import pytest
import scipy.linalg
import scipy.special
import scipy.stats
import torch
from pydantic import ValidationError

from labcore import Frame, Start, wire
from labcore.attention import attention_heads as lab
from labcore.attention.attention_heads import (
    Config,
    challenges,
    config,
    digits,
    example,
    explain,
    judging,
    marks,
    measures,
    minilm,
    presets,
    reading,
    sources,
    surgery,
    tasks,
    training,
    transformer,
)
from labcore.attention.attention_heads.marks import words

# The package offers functions of these names; here their modules are meant.
attention = importlib.import_module("labcore.attention.attention_heads.attention")
observe = importlib.import_module("labcore.attention.attention_heads.observe")

SMALL = {"task": "copy", "steps": 240, "length": 5, "width": "16", "heads": "2", "lr": 0.02}
MASKS = ("none", "causal", "window", "padding", "random")


def mask_named(name, n, m, random):
    if name == "causal":
        return attention.causal(n, m)
    if name == "window":
        return attention.window(n, m, 3)
    if name == "padding":
        return (torch.arange(m) < m - 2).expand(n, m)
    if name == "random":
        return (torch.rand(n, m, generator=random) < 0.5) | (torch.arange(m) == 0)
    return None


def tensors(seed, *shapes):
    random = torch.Generator().manual_seed(seed)
    return [torch.randn(shape, generator=random) for shape in shapes]


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    """As in the server's workers; two threads wait for each other on a busy machine."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def run():
    return list(lab.run(Config(**SMALL)))


@pytest.fixture(scope="module")
def last(run):
    return Start(run[-1].step, run[-1].checkpoint)


def model(settings, start):
    shape = config.shape_of(settings)
    return shape, transformer.views(shape, torch.from_numpy(start.checkpoint["theta"].copy()))


# --- attention ---


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("name", MASKS)
def test_attention_is_torchs(name, seed):
    q, k, v = tensors(seed, (2, 3, 7, 8), (2, 3, 7, 8), (2, 3, 7, 8))
    mask = mask_named(name, 7, 7, torch.Generator().manual_seed(seed))
    ours = attention.attention(q, k, v, mask=mask)
    theirs = torch.nn.functional.scaled_dot_product_attention(q, k, v, attn_mask=mask)
    torch.testing.assert_close(ours.output, theirs, rtol=1e-5, atol=1e-6)
    torch.testing.assert_close(ours.weights.sum(-1), torch.ones(2, 3, 7), rtol=0, atol=1e-6)
    for scaled, temperature in ((False, 1.0), (True, 3.0), (False, 0.5)):
        changed = attention.attention(q, k, v, mask=mask, scaled=scaled, temperature=temperature)
        factor = (8**-0.5 if scaled else 1.0) / temperature
        theirs = torch.nn.functional.scaled_dot_product_attention(
            q, k, v, attn_mask=mask, scale=factor
        )
        torch.testing.assert_close(changed.output, theirs, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", MASKS)
def test_many_heads_are_torchs(name, seed):
    shape = transformer.Shape(10, 24, 3, 1, "none")
    x, memory, *parts = tensors(10 + seed, (2, 5, 24), (2, 6, 24), *[(24, 24)] * 4)
    w = {f"0.{key}": part / 5 for key, part in zip("qkvo", parts, strict=True)}
    mask = mask_named(name, 5, 6, torch.Generator().manual_seed(seed))
    theirs = torch.nn.MultiheadAttention(24, 3, bias=False, batch_first=True)
    with torch.no_grad():
        theirs.in_proj_weight.copy_(torch.cat([w["0.q"].T, w["0.k"].T, w["0.v"].T]))
        theirs.out_proj.weight.copy_(w["0.o"].T)
        expected, weights = theirs(
            x, memory, memory, attn_mask=None if mask is None else ~mask, average_attn_weights=False
        )
        recorder = surgery.Recorder(transformer.plain_look(shape))
        found = transformer.attend(shape, w, 0, x, memory, mask, recorder)
    torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-5)
    torch.testing.assert_close(recorder.seen[0].attended.weights, weights, rtol=1e-5, atol=1e-6)


def test_a_query_that_may_look_nowhere_gets_nothing():
    q, k, v = tensors(0, (3, 4), (5, 4), (5, 4))
    mask = torch.ones(3, 5, dtype=torch.bool)
    mask[1] = False
    found = attention.attention(q, k, v, mask=mask)
    assert torch.equal(found.weights[1], torch.zeros(5))
    assert torch.equal(found.output[1], torch.zeros(4))
    assert found.output.isfinite().all()


def test_positions():
    table = attention.sinusoids(9, 6)
    for place, i in itertools.product(range(9), range(3)):
        angle = place / 10_000 ** (2 * i / 6)
        expected = torch.tensor([math.sin(angle), math.cos(angle)])
        torch.testing.assert_close(table[place, 2 * i : 2 * i + 2], expected)
    q, k = tensors(3, (1, 8), (1, 8))
    turned = attention.rotate(q.expand(12, 8)) @ attention.rotate(k.expand(12, 8)).T
    for gap in range(-5, 6):  # the same q and k at the same distance give the same score
        along = turned.diagonal(gap)
        torch.testing.assert_close(along, along[:1].expand_as(along), rtol=1e-4, atol=1e-4)
    assert turned.diagonal(0).std() < 1e-4 < turned.diagonal(3).sub(turned[0, 0]).abs().mean()


@pytest.mark.parametrize("seed", range(2))
def test_encoder_and_decoder_are_torchs(seed):
    shape = transformer.Shape(11, 16, 4, 2, "none")
    theta = transformer.first_weights(shape, torch.Generator().manual_seed(seed))
    w = transformer.views(shape, theta)
    assert theta.numel() == shape.size == sum(part.numel() for part in w.values())

    def copy(block, row, *, norms, linear):
        q, k, v = (w[f"{row}.{name}"].T for name in "qkv")
        block.in_proj_weight.copy_(torch.cat([q, k, v]))
        block.out_proj.weight.copy_(w[f"{row}.o"].T)
        if linear:
            norms.linear1.weight.copy_(w[f"{row}.up"].T)
            norms.linear2.weight.copy_(w[f"{row}.down"].T)

    plain = {"dropout": 0.0, "activation": "gelu", "batch_first": True, "norm_first": True}
    source, given = (torch.randint(1, 11, (3, n)) for n in (7, 5))
    with torch.no_grad():
        x = w["embed"][source] * 4
        for row in range(2):
            layer = torch.nn.TransformerEncoderLayer(16, 4, 64, bias=False, **plain)
            copy(layer.self_attn, row, norms=layer, linear=True)
            x = layer(x)
        memory = torch.nn.functional.layer_norm(x, (16,))
        y = w["embed"][given] * 4
        ahead = torch.nn.Transformer.generate_square_subsequent_mask(5)
        for row in (2, 4):
            layer = torch.nn.TransformerDecoderLayer(16, 4, 64, bias=False, **plain)
            copy(layer.self_attn, row, norms=layer, linear=False)
            copy(layer.multihead_attn, row + 1, norms=layer, linear=True)
            y = layer(y, memory, tgt_mask=ahead)
        expected = torch.nn.functional.layer_norm(y, (16,)) @ w["out"]
        found = transformer.translate(shape, w, source, given)
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-5)


def test_filling_changes_nothing():
    shape = transformer.Shape(29, 16, 2, 2, "learned")
    theta = transformer.first_weights(shape, torch.Generator().manual_seed(5))
    w = transformer.views(shape, theta)
    source, given = torch.tensor([[4, 5, 6, 2]]), torch.tensor([[1, 6, 5]])
    filled = torch.nn.functional.pad(source, (0, 3))
    one = transformer.translate(shape, w, source, given)
    two = transformer.translate(shape, w, filled, given)
    torch.testing.assert_close(one, two, rtol=1e-5, atol=1e-5)


# --- tasks ---


@pytest.mark.parametrize("task", ["copy", "reverse", "sort"])
def test_letters(task):
    data = tasks.Letters(task, 9, seed=3)
    batch = data.draw(200)
    sizes = set()
    for source, target, given in zip(batch.source, batch.target, batch.given, strict=True):
        text = tasks.decode_text(task, source.tolist())
        expected = {"copy": text, "reverse": text[::-1], "sort": "".join(sorted(text))}[task]
        assert tasks.decode_text(task, target.tolist()) == expected
        assert tasks.right_answer(task, text) == expected
        assert given[0] == tasks.START
        assert torch.equal(given[1:], target[:-1])
        assert (target[len(text) + 1 :] == tasks.PAD).all()
        sizes.add(len(text))
    assert sizes == set(range(3, 10))


def test_nothing_held_out_is_trained_on():
    for task in ("copy", "dates"):
        settings = Config(task=task, length=3)
        data = sources.source_of(settings)
        trained = {
            tuple(row) for _ in range(40) for row in data.draw(100).source.tolist() if any(row)
        }
        trained = {tuple(t for t in row if t) for row in trained}
        test = sources.test_set(settings).pairs
        held = {tuple(t for t in row if t) for row in test.source.tolist()}
        assert len(trained) > 2500
        assert not trained & held
    days = tasks.Dates(0)
    assert not set(days.held_out.tolist()) & set(days.trained.tolist())
    assert len(days.held_out) + len(days.trained) == tasks.DAYS


def test_dates():
    last_day = tasks.FIRST_DAY + datetime.timedelta(tasks.DAYS - 1)
    assert last_day == datetime.date(2099, 12, 31)
    random = np.random.default_rng(0)
    for number, style in zip(random.integers(tasks.DAYS, size=300), itertools.cycle(range(4))):
        day = tasks.FIRST_DAY + datetime.timedelta(int(number))
        text = tasks.write_date(day, style)
        assert tasks.read_date(text) == day
        assert set(text) <= set(tasks.DATE_SIGNS)
    assert tasks.write_date(datetime.date(2019, 3, 12), 0) == "12 march 2019"
    for wrong in ("30 february 2020", "12 march", "2019", "march march 2019", "1 2 3 4", "a b c"):
        assert tasks.read_date(wrong) is None


def test_patches_are_cut_row_by_row():
    image = torch.arange(64.0).view(1, 8, 8)
    cut = digits.patches(image)[0] + 0.3
    expected = torch.nn.functional.unfold(image[None], 2, stride=2)[0].T
    torch.testing.assert_close(cut, expected)


# --- training ---


def test_it_learns(run):
    accuracy = [float(frame["accuracy"]) for frame in run]
    assert accuracy[0] == 0
    assert accuracy[-1] > 0.95
    assert float(run[-1]["loss"]) < 0.1 < float(run[0]["loss"])
    assert [frame.step for frame in run] == list(range(0, 241, 5))


def test_the_first_step_of_adam_has_the_length_of_the_rate():
    settings = Config(**{**SMALL, "steps": 48, "warmup": 20})
    zero, one = itertools.islice(lab.run(settings), 2)
    moved = np.abs(one.checkpoint["theta"] - zero.checkpoint["theta"])
    known = np.abs(one.checkpoint["m"]) > 1e-6
    assert training.rate(settings, 1) == pytest.approx(0.02 / 20)
    np.testing.assert_allclose(moved[known], 0.02 / 20, rtol=2e-2)
    assert training.rate(settings, 20) == max(training.rate(settings, t) for t in range(1, 49))


def test_going_on_is_as_if_unbroken(run):
    middle = run[20]
    rest = list(lab.run(Config(**SMALL), Start(middle.step, middle.checkpoint)))
    assert [frame.step for frame in rest] == [frame.step for frame in run[21:]]
    np.testing.assert_array_equal(rest[-1].checkpoint["theta"], run[-1].checkpoint["theta"])
    other = Config(**{**SMALL, "width": "32"})
    with pytest.raises(ValueError, match="has 12256 weights and this one"):
        next(lab.run(other, Start(middle.step, middle.checkpoint)))


def test_one_pass_judges_as_writing_does(run):
    settings = Config(**SMALL)
    for frame in (run[12], run[-1]):
        shape, w = model(settings, Start(frame.step, frame.checkpoint))
        test = sources.test_set(settings)
        quick, _ = judging.right(shape, w, test)
        said = judging.write(shape, w, test.pairs.source, test.pairs.target.shape[1])
        slow = ((said == test.pairs.target) | (test.pairs.target == tasks.PAD)).all(1)
        assert torch.equal(quick, slow)
        assert float(frame["accuracy"]) == pytest.approx(float(slow.float().mean()))


def test_without_the_mask_the_loss_means_nothing():
    settings = Config(**{**SMALL, "steps": 192, "length": 4, "trained_mask": False})
    frame = list(lab.run(settings))[-1]
    assert float(frame["loss"]) < 0.2
    assert float(frame["accuracy"]) < 0.3  # with the mask nearly all are right at such a loss


# --- what is seen ---


@pytest.mark.parametrize(("row", "head"), [(1, 1), (2, 2), (3, 1)])
def test_what_a_frame_shows(last, row, head):
    settings = Config(**SMALL, row=row, head=head, query=2, key=1)
    frame = observe.observe(settings, last)
    weights = frame["weights"]
    rows, columns = words(settings)
    assert weights.shape == (len(rows), len(columns))
    np.testing.assert_allclose(weights.sum(1), 1, atol=1e-5)
    bits = scipy.stats.entropy(weights, base=2, axis=1)
    np.testing.assert_allclose(frame["entropy"], bits, rtol=1e-4, atol=1e-5)
    assert frame["q"] @ frame["k"] == pytest.approx(float(frame["scores"][2, 1]), rel=1e-4)
    np.testing.assert_array_equal(frame["line"], weights[2])
    if row == 2:
        assert (np.triu(weights, 1) == 0).all()
        assert columns[0] == "▸"
        assert list(columns[1:]) == list(rows[:-1])  # what is written is read one place later
    slots = lab.readout(settings, frame)
    shown = float(slots["cell.weight"].replace("−", "-"))
    assert shown == pytest.approx(float(weights[2, 1]), rel=6e-3, abs=1e-6)


def test_long_texts_are_shown_in_blocks(last):
    text = "abcdefghijklmnop" * 8
    settings = Config(**SMALL, text=text, second="zz")
    frame = observe.observe(settings, last)
    assert frame["block"] == 6
    assert frame["weights"].shape == (22, 22)
    assert len(frame["line"]) == 129
    assert np.isnan(frame["occlusion"]).all()
    figures = lab.panels(settings, frame)
    size = len(wire.encode(lab.draw(settings, frame)))
    assert size < 30_000
    assert len(figures["matrix"].layout.xaxis.ticktext) <= 30


# --- changes ---


def operated(*places):
    return presets.marked(config.NO_SURGERY, *places)


@pytest.mark.parametrize(("row", "head"), [(0, 1), (1, 0), (2, 1)])
def test_a_cut_head_is_one_whose_output_weights_are_zero(last, row, head):
    settings = Config(**SMALL)
    shape, w = model(settings, last)
    cut = Config(**SMALL, operated=operated((row + 1, head + 1, "0")))
    found = observe.observe(cut, last)
    w[f"{row}.o"][8 * head : 8 * head + 8] = 0.0
    one = example.example_of("copy", "attention")
    logits, _ = example.record(one, shape, w)
    right = np.array([logits[i, t] for i, t in enumerate(one.target[0])])
    wrong = [max(z for j, z in enumerate(line) if j != t)
             for line, t in zip(logits.tolist(), one.target[0].tolist(), strict=True)]  # fmt: skip
    np.testing.assert_allclose(found["after"], right - wrong, rtol=1e-3, atol=1e-3)
    usual = observe.observe(settings, last)
    lost = float(usual["after"].mean() - found["after"].mean())
    assert usual["cut"][row, head] == pytest.approx(lost, rel=1e-3, abs=1e-4)
    np.testing.assert_array_equal(found["before"], usual["before"])
    test = sources.test_set(settings).first(64)
    share = float(judging.right(shape, w, test)[0].float().mean())
    assert found["operated"] == pytest.approx(share)


def test_other_changes(last):
    same = {"text": "intention", "second": "intention", "row": 3, "head": 1}
    usual = observe.observe(Config(**SMALL, **same), last)
    patched = observe.observe(Config(**SMALL, **same, operated=operated((3, 1, "p"))), last)
    np.testing.assert_allclose(patched["weights"], usual["weights"], atol=1e-6)
    sharp = observe.observe(Config(**SMALL, **same, operated=operated((3, 1, "1"))), last)
    assert set(np.unique(sharp["weights"])) == {0.0, 1.0}
    np.testing.assert_array_equal(sharp["weights"].argmax(1), usual["weights"].argmax(1))
    warm = observe.observe(Config(**SMALL, **same, temperature=10, scope="all"), last)
    assert (warm["entropy"] > usual["entropy"]).all()
    wide = observe.observe(Config(**SMALL, **same, mask="window", scope="head"), last)
    assert (wide["weights"][0, 3:] == 0).all()
    scores = warm["scores"] / np.sqrt(8)
    expected = scipy.special.softmax(scores / 10, axis=1)
    np.testing.assert_allclose(warm["weights"], expected, atol=1e-5)
    unscaled = observe.observe(Config(**SMALL, **same, scaled="no"), last)
    soft = scipy.special.softmax(usual["scores"], axis=1)
    np.testing.assert_allclose(unscaled["weights"], soft, atol=1e-5)


@pytest.mark.parametrize("seed", range(3))
def test_painted_rows_sum_to_one(seed):
    random = np.random.default_rng(seed)
    weights = torch.softmax(torch.from_numpy(random.normal(size=(2, 6, 7))).float(), -1)
    cells = {
        (int(r), int(c)): str(random.choice(list("01mp")))
        for r, c in random.integers(0, 8, (12, 2))
    }
    given = torch.softmax(torch.from_numpy(random.normal(size=(6, 7))).float(), -1)
    painted = surgery.paint(weights, cells, given)
    torch.testing.assert_close(painted.sum(-1), torch.ones(2, 6))
    for (r, c), sign in cells.items():
        if r < 6 and c < 7 and sign == "0":
            assert (painted[:, r, c] == 0).all()
    for r in set(range(6)) - {r for r, _ in cells}:
        torch.testing.assert_close(painted[:, r], weights[:, r])
    alone = surgery.paint(weights, {(2, 3): "0"}, None)
    rest = weights[:, 2].clone()
    rest[:, 3] = 0
    torch.testing.assert_close(alone[:, 2], rest / rest.sum(-1, keepdim=True))
    none = surgery.paint(weights, {(0, c): "0" for c in range(7)}, None)
    assert (none[:, 0] == 0).all()


def test_a_mean_head_gives_the_same_everywhere(last):
    settings = Config(**SMALL, operated=operated((3, 2, "m")))
    shape, w = model(settings, last)
    means = torch.from_numpy(last.checkpoint["means"])
    look = surgery.operation(settings, means, None)
    _, recorder = example.record(example.example_of("copy", "abc"), shape, w, look)
    output = recorder.seen[2].attended.output[0]
    torch.testing.assert_close(output[1], means[2, 1].expand_as(output[1]))


# --- explanations ---


def test_gradient_times_weight_by_finite_differences(last):
    settings = Config(**SMALL)
    shape, w = model(settings, last)
    w = {name: part.double() for name, part in w.items()}
    one = example.example_of("copy", "dog")
    found = explain.gradient(one, shape, w, 2, 1)

    def lead(row, head, i, j, h):
        def look(r, q, k, v, mask):
            usual = attention.attention(q, k, v, mask=mask)
            if r != row:
                return usual
            weights = usual.weights.clone()
            weights[0, head, i, j] += h
            return usual._replace(output=weights @ v)

        return float(one.lead(one.logits(shape, w, look)).sum())

    _, recorder = example.record(one, shape, w)
    weights = recorder.seen[2].attended.weights[0, 1]
    for i, j in ((0, 0), (1, 3), (3, 2)):
        slope = (lead(2, 1, i, j, 1e-6) - lead(2, 1, i, j, -1e-6)) / 2e-6
        assert float(found[i, j]) == pytest.approx(slope * float(weights[i, j]), rel=1e-4)


def test_rollout():
    for settings in (Config(task="patches", layers=2), Config(task="copy", layers=2)):
        shape = config.shape_of(settings)
        theta = transformer.first_weights(shape, torch.Generator().manual_seed(1))
        w = transformer.views(shape, theta)
        one = example.example_of(settings.task, config.texts(settings)[0])
        _, recorder = example.record(one, shape, w)
        found = explain.rollout(shape, recorder.seen)
        mean = [recorder.seen[r].attended.weights[0].mean(0) for r in range(shape.rows)]
        eye = torch.eye(len(one.inputs))
        encoder = 0.5 * (mean[1] + eye) @ (0.5 * (mean[0] + eye))
        if shape.patch:
            torch.testing.assert_close(found, encoder[:1])
            assert float(found.sum()) == pytest.approx(1)
            continue
        m = len(one.written)
        whole = torch.cat([torch.zeros(m, len(eye)), torch.eye(m)], 1)  # input, then output
        for row in (2, 4):
            whole = 0.5 * (mean[row] + torch.eye(m)) @ whole
            look = torch.cat([mean[row + 1] @ encoder, torch.zeros(m, m)], 1)
            whole = 0.5 * whole + 0.5 * look
        torch.testing.assert_close(whole.sum(1), torch.ones(m))
        torch.testing.assert_close(found, whole[:, : len(eye)])


def test_copying_rests_on_the_token_that_is_copied(last):
    frame = observe.observe(Config(**SMALL, text="planet"), last)
    felt = frame["occlusion"][:6, :6]
    assert (felt.argmax(1) == np.arange(6)).mean() > 0.8
    a, b = frame["rollout"].ravel(), frame["occlusion"].ravel()
    assert frame["agreement"] == pytest.approx(np.corrcoef(a, b)[0, 1], rel=1e-4)


# --- the page ---


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"text": "31 february 2020"}, "no day of the calendar"),
        ({"task": "reverse", "text": "two words"}, "“ ” is not a letter"),
        ({"task": "sort", "second": "ab3"}, "“3” is not a letter"),
        ({"task": "patches", "text": "297"}, "from 0 to 296"),
        ({"painted": "x"}, "“x” is no change"),
        ({"task": "copy", "text": "a" * 129}, "at most 128"),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(settings, says):
    with pytest.raises(ValidationError, match=says):
        Config(**settings)


def test_odd_inputs():
    for settings in (
        {"task": "copy", "text": "a"},
        {"text": " 1 Mar 2000 "},
        {"operated": "p/ppp/0m1p", "painted": "1", "query": 129, "key": 129, "row": 9, "head": 8},
        {"task": "patches", "text": "0", "second": "296", "mask": "window", "painted": "m1p0"},
        {"position": "none", "layers": 3, "heads": "8", "width": "16"},
    ):
        given = Config(**{"steps": 48, **settings})
        frames = list(itertools.islice(lab.run(given), 2))
        figures = lab.panels(given, frames[0])
        for frame in frames:
            assert set(lab.draw(given, frame)) == set(figures)
            assert all(lab.readout(given, frame).values())


def test_presets_open_views_that_stand():
    for preset in lab.LAB.presets:
        given = Config(**preset.settings)
        frame = next(lab.run(given))
        figures = lab.panels(given, frame)
        assert set(lab.draw(given, frame)) == set(figures)
        assert not preset.view or set(lab.LAB.views[preset.view]) & set(figures)


def seen(step=240, **values):
    usual = {"accuracy": 1.0, "operated": 1.0, "loss": 0.01, "written": np.zeros(1, np.int32)}
    return [Frame(step, {**usual, **values})]


def test_challenges():
    cell = presets.marked(config.NO_PAINT, (0, 0, "1"))
    century = np.array(tasks.encode_text("dates", "1929-03-12"), np.int32)
    nonsense = np.array(tasks.encode_text("dates", "1929-13-12"), np.int32)
    three = operated((1, 4, "0"), (2, 1, "0"), (3, 4, "0"))
    assert challenges.forge(Config(painted=cell), seen(written=century)).passed
    assert not challenges.forge(Config(painted=cell), seen(written=nonsense)).passed
    assert not challenges.forge(Config(painted=cell, temperature=2), seen(written=century)).passed
    assert challenges.spare(Config(operated=three), seen(operated=0.96)).passed
    assert not challenges.spare(Config(operated=three), seen(operated=0.94)).passed
    assert not challenges.spare(Config(), seen()).passed
    assert challenges.bag(Config(task="sort", position="none"), seen()).passed
    assert not challenges.bag(Config(task="sort"), seen()).passed
    assert challenges.cheat(Config(), seen(accuracy=0.0)).passed
    assert not challenges.cheat(Config(), seen()).passed
    assert challenges.hurry(Config(), seen(step=120)).passed
    assert not challenges.hurry(Config(), seen()).passed
    assert not challenges.hurry(Config(), seen(accuracy=0.98, step=120)).passed
    assert challenges.lean(Config(heads="1", width="16"), seen()).passed
    assert not challenges.lean(Config(), seen()).passed


# --- rank and sinks ---


@pytest.mark.parametrize("seed", range(4))
def test_ranks(seed):
    random = np.random.default_rng(seed)
    matrix = scipy.special.softmax(3 * random.normal(size=(9, 6)) @ random.normal(size=(6, 12)), 1)
    rank, effective = measures.ranks(torch.from_numpy(matrix).float())
    sizes = scipy.linalg.svdvals(matrix)
    assert rank == np.linalg.matrix_rank(matrix, tol=0.01 * sizes[0])
    assert effective == pytest.approx(math.exp(scipy.stats.entropy(sizes)), rel=1e-4)
    assert 1 <= effective <= rank + 1
    even = measures.ranks(torch.full((7, 5), 0.2))
    assert even == (1, pytest.approx(1, abs=1e-4))
    assert measures.ranks(torch.eye(6)[[3, 1, 0, 5, 2, 4]]) == (6, pytest.approx(6))
    assert measures.ranks(torch.zeros(3, 4)) == (0, pytest.approx(1))


def test_sinks_are_columns_of_every_head(last):
    settings = Config(**SMALL, row=3, head=2)
    frame = observe.observe(settings, last)
    assert frame["sinks"].shape == (3, 2, 2)
    np.testing.assert_allclose(frame["sinks"][2, 1], frame["columns"][[0, -1]], rtol=1e-5)
    np.testing.assert_allclose(frame["columns"], frame["weights"].mean(0), rtol=1e-5)


@pytest.mark.parametrize("shape", [(1, 1), (3, 4), (3, 8), (9, 8), (6, 12)])
def test_the_grid_is_small(shape):
    rows, heads = shape
    side = measures.thumb(transformer.Shape(9, 8 * heads, heads, rows, "none", pretrained=True))
    assert 8 <= side <= measures.THUMB
    assert rows * heads * side**2 <= measures.GRID


def test_links_of_smaller_grids_still_mean_the_same():
    old = "/".join(["." * 9] * 3 + ["...." + "0" + "...."] + ["." * 9] * 6)
    given = Config(operated=old, painted="1")
    assert surgery.changed_heads(given) == {(2, 3): "0"}
    assert given.operated == operated((3, 4, "0"))
    assert given.painted == presets.marked(config.NO_PAINT, (0, 0, "1"))
    assert Config(operated=config.NO_SURGERY) == Config()
    assert Config.parse(given.texts()) == (given, [])


@pytest.mark.parametrize("seed", range(3))
def test_ranges_hold_their_values_and_seldom_change(seed):
    random = np.random.default_rng(seed)
    for scale in (1e-5, 0.3, 1.0, 7.7, 4e3):
        values = scale * random.normal(size=20)
        low, high = marks.fitting_room(values)
        assert low <= min(values.min(), 0)
        assert max(values.max(), 0) <= high <= 2 * max(values.max(), 1e-6)
        assert (low, high) == tuple(marks.fitting_room(values * 1.0001)) or scale == 0
    assert marks.room([np.nan, 1.0])[0] == 0


# --- two sentences in a pretrained model ---

TEXTS = (
    "The animal didn't cross the street because it was too tired.",
    "Ünïcode, naïve café: 3.14 % — attention_heads?",
    "x",
    "a very long text about nothing at all, " * 20,
)
BANKS = {"task": "sentence", "row": 6, "head": 8, "query": 2, "key": 5}


def installed():
    try:
        minilm.model_folder()
    except ValueError:
        return False
    return True


pretrained = pytest.mark.skipif(not installed(), reason="MiniLM is not here: `make language`")


@pytest.fixture(scope="module")
def theirs():
    """The same model and tokenizer by the transformers library."""
    transformers = pytest.importorskip("transformers")
    folder = minilm.model_folder()
    model = transformers.BertModel.from_pretrained(folder, attn_implementation="eager").eval()
    return model, transformers.BertTokenizerFast.from_pretrained(folder)


@pytest.fixture(scope="module")
def banks():
    return list(lab.run(Config(**BANKS)))


@pretrained
@pytest.mark.parametrize("text", TEXTS)
def test_minilm_is_the_librarys(theirs, text):
    bert, tokenizer = theirs
    given = tokenizer(text, return_tensors="pt", truncation=True, max_length=128)
    ids, pieces = minilm.wordpieces(text)
    assert ids == given["input_ids"][0].tolist()
    assert list(pieces) == tokenizer.convert_ids_to_tokens(ids)
    assert minilm.has_more(text) == (len(tokenizer(text)["input_ids"]) > 128)
    plain = transformer.plain_look(config.shape_of(Config(task="sentence")))
    ours = reading.reading(example.example_of("sentence", text), plain)
    with torch.no_grad():
        expected = bert(**given, output_hidden_states=True, output_attentions=True)
    for found, right in zip(ours.states, expected.hidden_states, strict=True):
        torch.testing.assert_close(found, right, rtol=0, atol=1e-5)
    for row, right in enumerate(expected.attentions):
        found = ours.recorder.seen[row].attended.weights
        torch.testing.assert_close(found, right, rtol=0, atol=1e-5)


@pretrained
def test_sentences_layer_by_layer(theirs, banks):
    bert, tokenizer = theirs
    assert [frame.step for frame in banks] == list(range(7))
    assert len(banks) == lab.LAB.length(Config(**BANKS))
    states = []
    for text in config.texts(Config(**BANKS)):
        with torch.no_grad():
            given = tokenizer(text, return_tensors="pt")
            states.append(bert(**given, output_hidden_states=True).hidden_states)
    for frame, one, two in zip(banks, *states, strict=True):
        a, b = one[0].mean(0).double().numpy(), two[0].mean(0).double().numpy()
        cosine = a @ b / np.linalg.norm(a) / np.linalg.norm(b)
        assert frame["similarity"] == frame["changed"] == pytest.approx(cosine, abs=1e-5)
        word = torch.cosine_similarity(one[0, 2], two[0, 2], 0)  # “bank” in both
        assert frame["word"] == pytest.approx(float(word), abs=1e-5)
        after = frame["after"]
        assert np.isfinite(after[: frame.step + 1]).all()
        assert np.isnan(after[frame.step + 1 :]).all()
        side = frame["grid"].shape[0] // 6
        assert (frame["grid"][frame.step * side :] == 0).all()
        assert frame["rollout"].sum() == pytest.approx(1, abs=1e-5)
    assert banks[0]["word"] == pytest.approx(1, abs=1e-5)  # same token at the same place
    assert banks[-1]["word"] < 0.95


@pretrained
@pytest.mark.parametrize(("row", "head"), [(0, 3), (3, 0), (5, 7)])
def test_a_cut_head_of_minilm_is_one_with_no_output_weights(theirs, banks, row, head):
    bert, tokenizer = theirs
    dense = bert.encoder.layer[row].attention.output.dense.weight
    columns = slice(32 * head, 32 * head + 32)
    kept = dense.detach()[:, columns].clone()
    one, two = (tokenizer(t, return_tensors="pt") for t in config.texts(Config(**BANKS)))
    with torch.no_grad():
        second = bert(**two).last_hidden_state.mean(1)
        dense[:, columns] = 0.0
        less = torch.cosine_similarity(bert(**one).last_hidden_state.mean(1), second)
        dense[:, columns] = kept
    lost = float(banks[-1]["similarity"]) - float(less)
    assert banks[-1]["cut"][row, head] == pytest.approx(lost, abs=1e-5)
    assert (banks[row]["cut"][row:] == 0).all()  # not read yet
    changed = Config(**BANKS, operated=operated((row + 1, head + 1, "0")))
    last = list(lab.run(changed))[-1]
    assert last["changed"] == pytest.approx(float(less), abs=1e-5)
    assert last["similarity"] == banks[-1]["similarity"]


@pretrained
def test_a_gap_and_a_slope_are_what_they_say(theirs, banks):
    bert, tokenizer = theirs
    given = tokenizer(config.texts(Config(**BANKS))[0], return_tensors="pt")
    with torch.no_grad():
        usual = bert(**given).last_hidden_state.mean(1)
        for place in (0, 2, 5):
            ids = given["input_ids"].clone()
            ids[0, place] = tokenizer.mask_token_id
            turned = bert(input_ids=ids).last_hidden_state.mean(1)
            expected = 1 - float(torch.cosine_similarity(usual, turned))
            assert banks[-1]["occlusion"][0, place] == pytest.approx(expected, abs=1e-5)
    plain, other, _ = reading.readings(Config(**BANKS))

    def alike(i, j, h):
        def look(row, q, k, v, mask):
            usual = attention.attention(q, k, v)
            weights = usual.weights.clone()
            weights[0, 7, i, j] += h
            return usual._replace(output=weights @ v)

        w = {name: part.double() for name, part in minilm.minilm().items()}
        state = minilm.read_on(w, plain.states[5].double(), look, 5, 6)[0].mean(1)
        return float(torch.cosine_similarity(state, other.vectors[6:].double()))

    weights = plain.recorder.seen[5].attended.weights[0, 7]
    for i, j in ((2, 5), (9, 0)):
        slope = (alike(i, j, 1e-6) - alike(i, j, -1e-6)) / 2e-6
        found = float(banks[-1]["gradient"][i, j])
        assert found == pytest.approx(slope * float(weights[i, j]), rel=1e-3, abs=1e-7)
    assert (banks[5]["gradient"] == 0).all()


@pretrained
def test_changes_of_minilm():
    """What is patched from the same text changes nothing; what is cut or painted does."""
    same = {**BANKS, "second": config.texts(Config(**BANKS))[0]}
    usual = list(lab.run(Config(**same)))[-1]
    assert usual["changed"] == pytest.approx(1, abs=1e-6)
    for changes, moves in (
        ({"operated": operated((6, 8, "p"))}, False),
        ({"operated": operated((6, 8, "m"))}, True),
        ({"operated": operated((6, 8, "1"))}, True),
        ({"painted": presets.marked(config.NO_PAINT, (2, 0, "1"))}, True),
        ({"temperature": 4.0}, True),
        ({"mask": "window", "scope": "all"}, True),
    ):
        frame = list(lab.run(Config(**{**same, **changes})))[-1]
        assert (frame["changed"] < 1 - 1e-5) == moves, changes
        assert frame["similarity"] == usual["similarity"]
        np.testing.assert_allclose(frame["weights"].sum(1), 1, atol=1e-5)


@pretrained
def test_long_and_odd_sentences():
    long = "The cat saw a dog and ran to the tree. " * 20
    for text, second, says in (
        (long, "short", "longer than 128"),
        (long[:780], "", "longer than 128"),
        ("The cat saw a dog and ran. " * 8, "", "up to 40"),
        ("∂x ≈ 漢字 🙂", "[SEP] [CLS] [MASK]", ""),
    ):
        given = Config(task="sentence", text=text, second=second, query=129, key=129)
        frames = list(lab.run(given))
        assert (says in frames[-1].note) if says else not frames[-1].note
        figures = lab.panels(given, frames[0])
        assert set(lab.draw(given, frames[-1])) == set(figures)
        assert all(lab.readout(given, frames[-1]).values())
        assert len(wire.encode(lab.draw(given, frames[-1]))) < 30_000


@pretrained
def test_the_prose_tells_the_truth_of_minilm(banks):
    """[CLS] draws over half of all weight in blocks 2 to 5, and roll-out misses what matters."""
    on_first = banks[-1]["sinks"][..., 0].mean(1)
    assert (on_first[1:5] > 0.5).all()
    assert (on_first[[0, 5]] < 0.5).all()
    assert banks[-1]["agreement"] < 0
    sink = list(lab.run(Config(task="sentence", row=3, head=3)))[-1]
    assert sink["columns"].argmax() == 0
    assert 0.6 < sink["columns"][0] < 0.7
    assert sink["lengths"][0] < 0.1 * sink["lengths"][1:].mean()
    dog = {"text": "The dog bit the man.", "second": "The man bit the dog."}
    assert list(lab.run(Config(task="sentence", **dog)))[-1]["similarity"] > 0.95


@pretrained
def test_strangers():
    def judged(**given):
        return challenges.stranger(Config(**given), list(lab.run(Config(**given))))

    alike = {"text": "How old are you?", "second": "What is your age?"}
    assert "0.761" in judged(task="sentence", **alike).says
    assert judged(task="sentence", **alike).passed
    assert "“bank”" in judged(task="sentence").says
    good = {"text": "My dad purchased an automobile.", "second": "A father bought his car."}
    assert judged(task="sentence", **good).says.startswith("No word in common")
    assert judged(task="sentence", **good).passed
    assert not judged(task="sentence", **good, temperature=2.0).passed
    other = {**good, "second": "A penguin eats cold fish."}
    assert not judged(task="sentence", **other).passed
    assert "three words" in judged(task="sentence", text="!!", second="??").says


def test_without_the_package_there_is_one_sentence(monkeypatch):
    monkeypatch.setattr(minilm.importlib.util, "find_spec", lambda name: None)
    minilm.model_folder.cache_clear()
    minilm.tokenizer.cache_clear()
    example.example_of.cache_clear()
    with pytest.raises(ValueError, match=r"not installed\. Run “make language”"):
        next(lab.run(Config(task="sentence")))
    minilm.model_folder.cache_clear()


@pretrained
def test_a_run_of_another_kind_is_no_start(last, banks):
    with pytest.raises(ValueError, match="MiniLM reads from its first layer"):
        next(lab.run(Config(**BANKS), last))
    with pytest.raises(ValueError, match="train from the start"):
        next(lab.run(Config(**SMALL), Start(3, banks[3].checkpoint)))
    rest = list(lab.run(Config(**BANKS), Start(3, banks[3].checkpoint)))
    assert [frame.step for frame in rest] == [4, 5, 6]
    np.testing.assert_array_equal(rest[-1]["cut"], banks[-1]["cut"])
