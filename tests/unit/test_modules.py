"""The grammar; modules against the code they export; tied gradients against autograd."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from labcore import Start
from labcore.builders import modules as lab
from labcore.builders.modules.build import Builder, code, initialise
from labcore.builders.modules.grammar import calls, parse, widths
from labcore.builders.modules.lesson import SHARES, told
from labcore.rng import torch_generator

SPECS = (
    "linear 8, relu, residual(linear 8, relu), linear 1",
    "a = linear 4, tanh, a, tanh, a, linear 1",
    "repeat 2(residual(linear 4, tanh), gain), center, linear 2",
    "b = linear 4, repeat 2(b, gelu), block(halve, gain, sigmoid), linear 3",
    "linear 5",
    "relu",
)
TIED = "a = linear 4, tanh, a, tanh, a, linear 1"


def made(spec: str, lazy: bool, inputs: int = 4) -> torch.nn.Module:
    with torch.random.fork_rng(devices=[]):
        net = Builder(inputs, lazy).sequential(parse(spec))
        net(torch.zeros(2, inputs))
    return net


@pytest.mark.parametrize("spec", SPECS)
@pytest.mark.parametrize("lazy", [True, False])
@pytest.mark.parametrize("weights", ["default", "he", "sparse"])
def test_the_code_builds_the_same_module(spec: str, lazy: bool, weights: str) -> None:
    ours, space = made(spec, lazy), {}
    with torch.random.fork_rng(devices=[]):
        exec("\n".join(code(parse(spec), 4, lazy, weights, "zero")), space)
    theirs = space["net"]
    shapes = [{name: tuple(p.shape) for name, p in net.state_dict().items()}
              for net in (ours, theirs)]  # fmt: skip
    assert shapes[0] == shapes[1]
    assert len(list(ours.parameters())) == len(list(theirs.parameters())), "tied is tied"
    theirs.load_state_dict(ours.state_dict())
    x = torch.randn(5, 4, generator=torch_generator(1, "x"))
    assert torch.equal(ours(x), theirs(x))


@pytest.mark.parametrize("spec", SPECS)
@pytest.mark.parametrize("inputs", [4])
def test_lazy_or_not_the_shapes_are_the_same(spec: str, inputs: int) -> None:
    lazy, told_ = (told(lab.Config(spec=spec, inputs=inputs, lazy=flag)) for flag in (True, False))
    assert lazy.shapes == told_.shapes
    assert all(np.array_equal(lazy.values[i], told_.values[i]) for i in lazy.values)
    assert lazy.after == told_.after
    assert lazy.after[-1].endswith(f" {widths(parse(spec), inputs)}")
    assert len(lazy.ran) == calls(parse(spec))


@pytest.mark.parametrize("spec", [SPECS[0], TIED, SPECS[2], SPECS[3]])
@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("weights", ["default", "he"])
def test_shares_add_up_to_autograds_gradient(spec: str, seed: int, weights: str) -> None:
    config = lab.Config(spec=spec, seed=seed, weights=weights, biases="one")
    story = told(config)
    for row, exact in story.sums.items():
        shares = [g for i, g in zip(story.ran, story.grads, strict=True)
                  if story.rows[i].first == story.rows[row].first]  # fmt: skip
        assert np.sum(shares, axis=0) == pytest.approx(exact, rel=1e-4, abs=1e-7)


def test_the_last_frame_shows_the_whole_sum() -> None:
    config = lab.Config(spec=TIED, pick=1)
    last = list(lab.run(config))[-1]
    assert last["uses"] == 3
    assert last["sum"] == pytest.approx(told(config).sums[1], rel=1e-4, abs=1e-8)
    assert np.nansum(last["shares"], 0) == pytest.approx(last["sum"], rel=1e-5, abs=1e-9)


def test_shapes_appear_one_after_the_other() -> None:
    config = lab.Config()
    totals = [int(frame["total"]) for frame in lab.run(config)]
    assert totals[:6] == [0, 40, 40, 112, 112, 121]
    assert {int(f["total"]) for f in lab.run(lab.Config(lazy=False))} == {121}
    first = next(iter(lab.run(config)))
    assert "6 parameters have no shape" in first.note


@pytest.mark.parametrize(
    ("rule", "mean", "spread"),
    [("xavier", 0, (2 / 128) ** 0.5), ("he", 0, (2 / 64) ** 0.5), ("small", 0, 0.01),
     ("ones", 1, 0), ("default", 0, (1 / 64 / 3) ** 0.5),
     ("sparse", 0, (0.5 * (1000 - 125) / 15) ** 0.5)],
)  # fmt: skip
def test_rules_have_the_spread_they_promise(rule: str, mean: float, spread: float) -> None:
    net = made("linear 64", False, 64)
    initialise(net, rule, "zero", torch_generator(3, "w"))
    weight = net[0].weight.detach()
    assert float(weight.mean()) == pytest.approx(mean, abs=0.08 * max(spread, 1e-9))
    assert float(weight.std()) == pytest.approx(spread, rel=0.05, abs=1e-9)
    assert not net[0].bias.any()
    if rule == "sparse":
        assert ((weight == 0) | (weight.abs() >= 5)).all()


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ("liner 8", "At 1: there is no layer “liner”"),
        ("linear", "At 7: linear needs a number"),
        ("linear 8 relu", "At 10: a comma"),
        ("linear 8,", "At 10: a layer has to stand here"),
        ("linear 99", "At 8: 99 is outside 1 to 64"),
        ("residual(linear 3)", "At 1: residual adds"),
        ("residual linear 3", "“(” has to follow residual"),
        ("a = linear 8, a", "At 15: a was made for 4 numbers"),
        ("repeat 3(linear 4", "“)” has to follow"),
        ("relu; relu", "At 5: “;” means nothing"),
        ("for = linear 4", "has a meaning already"),
        ("a = relu", "only a linear layer"),
        ("repeat 2(a = linear 4)", "names outside of repeat"),
        ("repeat 4(repeat 4(relu))", "16 layers run"),
        ("block(block(block(block(relu))))", "deep at most"),
        ("__import__('os')", "means nothing here"),
        ("", "a layer has to stand here"),
        ("2", "a layer has to stand here, not “2”"),
    ],
)
def test_mistakes_are_sentences_with_a_place(spec: str, says: str) -> None:
    with pytest.raises(ValidationError) as caught:
        lab.Config(spec=spec)
    assert says in str(caught.value)


def test_halve_turns_as_often_as_the_batch_asks() -> None:
    big = told(lab.Config(spec="linear 8, halve, linear 1", weights="sparse"))
    assert big.turns > told(lab.Config(spec="linear 8, halve, linear 1")).turns


def test_one_looks_into_any_row() -> None:
    for pick in range(20):
        config = lab.Config(spec=SPECS[3], pick=pick)
        frame = lab.answer(config, Start(5, {}))
        assert frame["shares"].shape[1] == SHARES
        assert lab.draw(config, frame)
        lab.readout(config, frame)
    before = torch.get_rng_state()
    told(lab.Config(seed=77))
    assert torch.equal(before, torch.get_rng_state())
