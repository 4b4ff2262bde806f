"""The playground against torch.nn, scikit-learn and plain sense."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from pydantic import ValidationError
from sklearn.datasets import load_wine
from sklearn.metrics import confusion_matrix, r2_score
from torch import nn

from labcore import Frame, Start, own
from labcore.rng import torch_generator
from labcore.start.playground import LAB, Config, answer, draw, observe, panels, run
from labcore.start.playground.config import CELLS, CLASSES, yin_yang
from labcore.start.playground.descent import Learner, beginner, drawn_masks, learn_epoch, pace
from labcore.start.playground.lesson import last_epoch, length, observed
from labcore.start.playground.look import places, turn
from labcore.start.playground.losses import losses
from labcore.start.playground.network import (
    ACTIVATE,
    features,
    first_weights,
    forward,
    grown,
    layers_of,
    no_history,
    shape_of,
)
from labcore.start.playground.points import problem
from labcore.start.playground.presets import of_width

MODULES = {"tanh": nn.Tanh(), "relu": nn.ReLU(), "sigmoid": nn.Sigmoid(), "gelu": nn.GELU(),
           "silu": nn.SiLU(), "leaky": nn.LeakyReLU(0.1), "linear": nn.Identity()}  # fmt: skip


def module_of(learner: Learner, member: int = 0) -> nn.Sequential:
    """The same network of torch.nn, with the same weights."""
    shape, parts = learner.shape, []
    for number, layer in enumerate(layers_of(learner.theta, shape)):
        free = shape.norm == "batch" and number < shape.layers - 1
        linear = nn.Linear(*layer.w.shape[1:], bias=not free)
        linear.weight.data = layer.w[member].T.clone()
        if not free:
            linear.bias.data = layer.b[member, 0].clone()
        parts.append(linear)
        if number < shape.layers - 1:
            width = shape.sizes[number + 1]
            if shape.norm != "none":
                parts.append(
                    nn.BatchNorm1d(width) if shape.norm == "batch" else nn.LayerNorm(width)
                )
            parts.append(MODULES[shape.activations[number]])
    return nn.Sequential(*parts)


def torch_loss(config: Config, classes: int, scores: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    if classes == 0:
        return nn.functional.mse_loss(scores[:, 0], y) / 2
    if classes == 2 and config.loss == "entropy":
        return nn.functional.binary_cross_entropy_with_logits(scores[:, 0], y)
    if classes == 2:
        return nn.functional.mse_loss(torch.tanh(scores[:, 0]), 2 * y - 1) / 2
    if config.loss == "entropy":
        return nn.functional.cross_entropy(scores, y.long())
    hot = nn.functional.one_hot(y.long(), classes).float()
    return nn.functional.mse_loss(scores.softmax(1), hot) * classes / 2


def orders(config: Config, epoch: int, n: int) -> torch.Tensor:
    return torch.randperm(n, generator=torch_generator(config.seed, f"epoch/{epoch}/0"))


OPTIMIZERS: dict[str, Any] = {
    "sgd": lambda p, lr: torch.optim.SGD(p, lr),
    "momentum": lambda p, lr: torch.optim.SGD(p, lr, momentum=0.9),
    "adam": torch.optim.Adam,
    "rmsprop": torch.optim.RMSprop,
    "adagrad": torch.optim.Adagrad,
}


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize(
    "given",
    [
        {},
        {"activation": "relu", "depth": 3, "loss": "squared"},
        {"activation": "gelu", "data": "rings"},
        {"activations": "silu leaky", "data": "rings", "loss": "squared"},
        {"data": "hills", "activation": "sigmoid", "schedule": "cosine"},
        {"norm": "batch"},
        {"norm": "layer", "data": "pinwheel"},
        {"depth": 0},
    ],
)
def test_training_is_that_of_torch_nn(given: dict[str, Any], optimizer: Any) -> None:
    lr = {"sgd": 0.1, "momentum": 0.03, "adam": 0.01, "rmsprop": 0.003, "adagrad": 0.05}[optimizer]
    config = Config(samples=60, batch=8, epochs=20, optimizer=optimizer, lr=lr, seed=3, **given)
    data = problem(config)
    learner = beginner(config, data)
    module = module_of(learner)
    theirs = OPTIMIZERS[optimizer](module.parameters(), lr)
    for epoch in range(4):
        order = orders(config, epoch, data.train)
        for number, chosen in enumerate(order.split(config.batch)):
            theirs.param_groups[0]["lr"] = lr * pace(config, learner.batches, epoch)[number]
            theirs.zero_grad()
            scores = module(learner.inputs[chosen])
            torch_loss(config, data.classes, scores, learner.y[chosen]).backward()
            theirs.step()
        learn_epoch(learner, epoch)
    module.eval()
    everywhere = features(config, places())
    with torch.no_grad():
        ours = forward(learner.theta, everywhere, learner.shape, learner.running).scores[0]
        assert torch.allclose(ours, module(everywhere), atol=2e-4, rtol=1e-3)


@pytest.mark.parametrize("name", MODULES)
def test_activations_are_torchs(name: str) -> None:
    a = torch.linspace(-4, 4, 101)
    assert torch.equal(ACTIVATE[name](a), MODULES[name](a))


@pytest.mark.parametrize("penalty", ["l1", "l2"])
def test_regularization_is_the_gradient_of_the_penalty(penalty: Any) -> None:
    given: dict[str, Any] = {"samples": 40, "batch": 512, "optimizer": "sgd", "lr": 1.0}
    plain, pulled = Config(**given), Config(penalty=penalty, rate=0.05, **given)
    one, other = (beginner(c, problem(c)) for c in (plain, pulled))
    before = one.theta.clone().requires_grad_()
    for learner in (one, other):
        learn_epoch(learner, 0)
    weights = [layer.w for layer in layers_of(before, one.shape)]
    parts = [(w.abs() if penalty == "l1" else w.square() / 2).sum() for w in weights]
    total = torch.stack(parts).sum()
    (gradient,) = torch.autograd.grad(0.05 * total, before)
    assert torch.allclose(one.theta - other.theta, gradient, atol=1e-6)


@pytest.mark.parametrize("given", [{}, {"dropout": 30}, {"norm": "batch"}, {"data": "rings"}])
def test_a_network_does_not_mind_its_companions(given: dict[str, Any]) -> None:
    alone, many = (Config(samples=40, epochs=20, members=m, **given) for m in (1, 3))
    first, second = list(run(alone))[-1], list(run(many))[-1]
    assert np.allclose(first["weights"], second["weights"], atol=1e-4)
    assert np.allclose(first["test"][0], second["test"][0], atol=1e-4)
    assert len(set(second["test"].tolist())) == 3, "each has other first weights"


def test_dropout_keeps_the_mean() -> None:
    config = Config(dropout=40, depth=1, activation="linear", samples=40)
    learner = beginner(config, problem(config))
    inputs = learner.inputs[:1].expand(40_000, -1)
    random = [torch_generator(0, "masks")]
    masks = [drawn_masks(config, 8, 40_000, random)]
    with torch.no_grad():
        whole = forward(learner.theta, inputs[:1], learner.shape, learner.running).scores
        dropped = forward(
            learner.theta, inputs, learner.shape, learner.running, masks=masks
        ).scores[0, :, 0]
    error = dropped.std() / 200
    assert abs(dropped.mean() - whole[0, 0, 0]) < 4 * error
    assert 0.59 < (masks[0] > 0).float().mean() < 0.61


def test_a_layer_grows_without_a_change_of_mind() -> None:
    small, large = Config(widths=of_width(3, 4)), Config(widths=of_width(6, 7))
    data = problem(small)
    old, new = shape_of(small, 2), shape_of(large, 2)
    theta = first_weights(old, 1.0, 5, 2)
    fresh = first_weights(new, 1.0, 6, 2)
    kept = grown(theta.numpy(), old, fresh, new)
    inputs = features(small, torch.from_numpy(data.x))
    before = forward(theta, inputs, old, no_history(old, 2)).scores
    after = forward(kept, inputs, new, no_history(new, 2)).scores
    assert torch.allclose(before, after, atol=1e-6)
    back = grown(kept.numpy(), new, first_weights(old, 1.0, 7, 2), old)
    assert torch.equal(back, theta)


def test_another_number_of_layers_starts_anew() -> None:
    one, two = Config(depth=1), Config(depth=2)
    fresh = first_weights(shape_of(two, 2), 1.0, 0, 1)
    theta = first_weights(shape_of(one, 2), 1.0, 0, 1)
    assert torch.equal(grown(theta.numpy(), shape_of(one, 2), fresh, shape_of(two, 2)), fresh)


def test_scores_are_those_of_scikit_learn() -> None:
    config = Config(data="rings", noise=30, samples=200, epochs=20)
    data, frame = problem(config), list(run(config))[-1]
    learner = beginner(config, data)
    learner.theta = torch.from_numpy(start_of(frame).checkpoint["theta"])
    x = features(config, torch.from_numpy(data.x[data.train :]))
    guess = forward(learner.theta, x, learner.shape, learner.running).scores[0].argmax(1)
    assert np.array_equal(frame["told"], confusion_matrix(data.y[data.train :], guess))
    assert frame["test_good"][0] == pytest.approx((guess.numpy() == data.y[data.train :]).mean())
    config = Config(data="hills", epochs=20)
    data, frame = problem(config), list(run(config))[-1]
    score = r2_score(data.y[data.train :], frame["predicted"])
    assert frame["test_good"][0] == pytest.approx(score, abs=1e-5)


def test_the_losses_of_a_frame_are_those_of_its_weights() -> None:
    config = Config(samples=60, epochs=20)
    frame = list(run(config))[-1]
    learner = beginner(config, problem(config))
    learner.theta = torch.from_numpy(start_of(frame).checkpoint["theta"])
    with torch.no_grad():
        scores = module_of(learner)(learner.inputs)
    assert frame["train"][0] == pytest.approx(
        float(torch_loss(config, 2, scores, learner.y)), rel=1e-4
    )
    z = torch.tensor([[[60.0]], [[-60.0]]])
    assert losses(config, 2, z, torch.tensor([0.0])).isfinite().all(), "no overflow"


@pytest.mark.parametrize("seed", range(5))
def test_the_spiral_is_solved_by_default(seed: int) -> None:
    frame = list(run(Config(seed=seed)))[-1]
    assert frame["test"][0] < 0.1
    assert frame["test_good"][0] > 0.95


def start_of(frame: Frame) -> Start:
    assert frame.checkpoint is not None
    return Start(frame.step, frame.checkpoint)


def run_to_end(**given: Any) -> Frame:
    return list(run(Config(**given)))[-1]


def test_the_presets_show_what_they_say() -> None:
    by_title = {preset.title: preset.settings for preset in LAB.presets}
    assert run_to_end(**by_title["A line is not enough"])["test_good"][0] < 0.8
    right = {**by_title["A line is not enough"], "features": ("xx", "yy")}
    assert run_to_end(**right)["test_good"][0] > 0.98
    assert run_to_end(**by_title["Three neurons fold the plane"])["test_good"][0] > 0.95
    heart = list(run(Config(**by_title["Learned by heart"])))
    test = [float(frame["test"][0]) for frame in heart]
    assert heart[-1]["train"][0] < 0.1 < 2 * min(test) < test[-1]
    norms = run_to_end(**by_title["Nothing arrives in front"])["gradient"]
    assert norms[0] < norms[-1] / 50
    assert (run_to_end(**by_title["Neurons die"])["state"] == 1).any()
    last = run_to_end(**by_title["It breaks"])
    assert "hidden layer" in last.note or "output" in last.note or "loss" in last.note
    assert "learning rate 10 is too large" in last.note
    alike = run_to_end(**by_title["All alike"])
    thumbs = alike["thumbs"][2:10]
    assert all(np.array_equal(thumb, thumbs[0]) for thumb in thumbs)
    together = run_to_end(**by_title["Where twenty networks disagree"])
    assert together["spread"].max() > 40
    assert together["test_good"].min() > 0.95
    assert run_to_end(**by_title["Three wines by two numbers"])["test_good"][0] > 0.8


def test_no_challenge_is_passed_by_default_and_each_can_be() -> None:
    frames = list(run(Config()))
    assert not any(c.check(Config(), frames).passed for c in LAB.challenges)
    solutions: dict[str, dict[str, Any]] = {
        "no-layer": {"data": "circle", "depth": 0, "features": ("xx", "yy")},
        "thrifty": {"data": "xor", "features": ("x", "y"), "depth": 1, "widths": of_width(4),
                    "epochs": 300},
        "by-heart": {"data": "xor", "noise": 50, "samples": 40, "features": ("x", "y"),
                     "epochs": 600},
        "spiral-alone": {"features": ("x", "y"), "depth": 3, "activation": "relu", "share": 80,
                         "samples": 1000, "epochs": 300, "schedule": "cosine", "seed": 1},
    }  # fmt: skip
    for challenge in LAB.challenges:
        config = Config(**solutions[challenge.slug])
        verdict = challenge.check(config, list(run(config)))
        assert verdict.passed, (challenge.slug, verdict.says)


def test_a_hand_sets_one_weight_and_the_run_goes_on_with_it() -> None:
    config = Config(samples=40, epochs=40)
    frames = list(run(config))
    start = start_of(frames[20])
    pulled = config.model_copy(update={"layer": 2, "unit": 3, "source": 5, "weight": 4.0})
    shown = answer(pulled, start)
    changed = np.flatnonzero(shown["weights"] != frames[20]["weights"])
    assert len(changed) == 1
    assert shown["weights"][changed[0]] == 4.0
    learner = beginner(config, problem(config))
    learner.theta = torch.from_numpy(shown["weights"][None])
    assert layers_of(learner.theta, learner.shape)[1].w[0, 4, 3] == 4.0
    assert "You set the weight of input 5 of neuron 4 of layer 2 to 4" in shown.note
    later = list(run(pulled, start))
    assert later[0].step > start.step
    assert np.abs(later[0]["weights"][changed[0]] - 4.0) < 0.5
    held = start_of(later[0])  # it is in the hand already: no other neuron gets it, none again
    assert np.array_equal(answer(pulled, held)["weights"], later[0]["weights"])
    other = pulled.model_copy(update={"unit": 1})
    assert np.array_equal(answer(other, held)["weights"], later[0]["weights"])
    seen = start_of(observe(other, held))
    assert np.array_equal(answer(other, seen)["weights"], later[0]["weights"])
    bias = pulled.model_copy(update={"source": 0, "weight": -2.0})
    learner.theta = torch.from_numpy(answer(bias, start)["weights"][None].copy())
    assert layers_of(learner.theta, learner.shape)[1].b[0, 0, 3] == -2.0


def test_a_run_that_goes_on_from_its_end_trains_on() -> None:
    config = Config(samples=40, epochs=40)
    whole = list(run(config))
    assert [f.step for f in whole] == observed(config).tolist()
    assert len(whole) == length(config)
    end = start_of(whole[-1])
    more = list(run(config, end))
    assert more[-1].step == last_epoch(config, end) == 50
    assert "xaxis.range" in draw(config, more[-1])["loss"]["layout"]
    middle = whole[len(whole) // 2]
    again = list(run(config, start_of(middle)))
    assert np.array_equal(again[-1]["weights"], whole[-1]["weights"])


def test_what_is_observed_is_the_neuron_asked_for() -> None:
    config = Config(samples=40, epochs=20)
    frame = list(run(config))[-1]
    start = start_of(frame)
    seen = {}
    for layer, unit in ((0, 1), (1, 2), (2, 7), (3, 0)):
        other = config.model_copy(update={"layer": layer, "unit": unit})
        seen[layer] = observe(other, start)["field"]
    assert np.array_equal(seen[0][0], seen[0][0][::1])
    rows = seen[0].astype(int)
    assert (np.diff(rows[:, 0]) > 0).all(), "x₂ grows upwards"
    assert (rows == rows[:, :1]).all()
    assert np.array_equal(seen[3], frame["field"])
    assert len({field.tobytes() for field in seen.values()}) == 4


def test_the_hidden_space_is_turned_and_never_bent() -> None:
    random = np.random.default_rng(4)
    points = torch.from_numpy(random.standard_normal((50, 2)))
    angle = 1.1
    rotation = torch.tensor([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    mirror = torch.tensor([[1.0, 0], [0, -1.0]], dtype=torch.float64)
    for moved in (points @ rotation, points @ rotation @ mirror):
        found = turn(moved, points)
        assert torch.allclose(found @ found.T, torch.eye(2, dtype=torch.float64))
        assert torch.allclose(moved @ found, points, atol=1e-9)


def test_first_weights_have_glorots_variance() -> None:
    config = Config(depth=1, widths=of_width(8), features=("x", "y", "xx", "yy"))
    theta = first_weights(shape_of(config, 2), 1.0, 0, 2000)
    w = layers_of(theta, shape_of(config, 2))[0].w
    assert float(w.var()) == pytest.approx(2 / (4 + 8), rel=0.03)


@pytest.mark.parametrize("data", [name for name in CLASSES if name not in ("own", "table")])
def test_data_lie_in_the_picture_and_are_balanced(data: Any) -> None:
    found = problem(Config(data=data))
    assert np.abs(found.x).max() <= 3.2
    assert len(found.names) == found.classes
    if data != "wine":
        counts = np.bincount(found.y.astype(int))
        assert counts.max() - counts.min() <= 1
        assert found.train == 200


def test_wine_is_wine() -> None:
    found, wine = problem(Config(data="wine", across=1, up=7)), load_wine()
    assert found.axes == ("alcohol", "flavanoids")
    assert np.bincount(found.y.astype(int)).tolist() == np.bincount(wine.target).tolist()


def hold(text: str) -> str:
    token = own.new_token()
    own.hold(token, own.read("table", text.encode()))
    return token


def test_a_table_of_ones_own() -> None:
    rows = [f"{i},{i * i},{'cat' if i % 3 else 'dog'}" for i in range(30)]
    found = problem(Config(data="table", table=hold("a,b,kind\n" + "\n".join(rows)), up=2))
    assert (found.names, found.classes, len(found.y)) == (("cat", "dog"), 2, 30)
    assert found.axes == ("a", "b")
    numbers = "\n".join(f"{i},{-i},{i / 7}" for i in range(40))
    found = problem(Config(data="table", table=hold("a,b,c\n" + numbers), up=2))
    assert found.classes == 0
    assert abs(float(found.y.mean())) < 1e-6
    few = "\n".join(f"{i},{-i},{i % 3}" for i in range(40))
    assert problem(Config(data="table", table=hold("a,b,c\n" + few), up=2)).names == ("0", "1", "2")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "choose a table"),
        ("a,b\n1,2\n3,4\n5,6\n7,8\n", "two columns of numbers and one"),
        ("a,kind\n1,x\n2,y\n3,x\n4,y\n", "two columns of numbers beside"),
        ("a,b,kind\n1,2,x\n3,4,x\n5,6,x\n7,8,x\n", "one class only"),
        ("a,b,kind\n" + "".join(f"{i},{i},c{i}\n" for i in range(9)), "9 classes"),
        ("a,b,kind\n1,,x\n2,,y\n3,4,x\n4,5,y\n", "fewer than four whole rows"),
    ],
)
def test_a_table_of_no_use_is_named_and_the_spiral_stays(text: str, says: str) -> None:
    config = Config(data="table", table=hold(text) if text else "", up=2, epochs=20)
    frame = next(run(config))
    assert says in frame.note.replace("C", "c")
    assert "the spiral is used instead" in frame.note
    panels(config, frame)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"data": "own", "own": "ab/ba"}, "24 rows"),
        ({"data": "own", "own": "/".join(["." * CELLS] * CELLS)}, "four cells"),
        ({"data": "own", "own": yin_yang().replace("a", "x")}, "letters a, b, c"),
        ({"activations": "relu swish"}, "no activation “swish”"),
    ],
)
def test_bad_input_gets_a_sentence(given: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        Config(**given)


def test_a_painting_of_one_letter_is_learned_too() -> None:
    rows = [["."] * CELLS for _ in range(CELLS)]
    for i in range(6):
        rows[i][i] = "c"
    painting = "/".join("".join(row) for row in rows)
    frame = run_to_end(data="own", own=painting, epochs=20)
    assert frame["told"].sum() == frame["told"][2].sum()
    assert not frame.note
