"""The oracle of the zoo: torchvision's networks, PyTorch's counter, gradients, and the book."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
import torchvision.models as tv
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from labcore import Start
from labcore.clothes import pictures
from labcore.cnn import cnn_zoo
from labcore.cnn.cnn_zoo.config import Config
from labcore.cnn.cnn_zoo.layers import Layer, count, windows
from labcore.cnn.cnn_zoo.lesson import BATCH, Racer, answer, counted, length, run
from labcore.cnn.cnn_zoo.nets import NAMES, full
from labcore.cnn.cnn_zoo.small import RACERS, Built, begin, small
from labcore.cnn.cnn_zoo.table_view import PUBLISHED

TORCHVISION: dict[str, Callable[..., nn.Module]] = {
    "alexnet": tv.alexnet, "vgg11": tv.vgg11, "resnet18": tv.resnet18, "resnet50": tv.resnet50,
    "googlenet": lambda **k: tv.googlenet(aux_logits=False, init_weights=False, **k),
    "resnet101": tv.resnet101, "resnext50": tv.resnext50_32x4d, "densenet": tv.densenet121,
}  # fmt: skip
WEIGHTS = {
    "alexnet": tv.AlexNet_Weights, "vgg11": tv.VGG11_Weights, "googlenet": tv.GoogLeNet_Weights,
    "resnet18": tv.ResNet18_Weights, "resnet50": tv.ResNet50_Weights,
    "resnet101": tv.ResNet101_Weights, "resnext50": tv.ResNeXt50_32X4D_Weights,
    "densenet": tv.DenseNet121_Weights,
}  # fmt: skip


def measured(
    net: nn.Module, channels: int, side: int
) -> tuple[int, int, list[tuple[int, int, int]]]:
    """Parameters, multiply–adds, and what each convolution and dense layer has and gives."""
    told: list[tuple[int, int, int]] = []

    def note(module: nn.Module, _given: Any, out: Tensor) -> None:
        own = sum(p.numel() for p in module.parameters())
        told.append((own, out.shape[1], out.shape[-1] if out.ndim == 4 else 1))

    for module in net.modules():
        if isinstance(module, nn.Conv2d | nn.Linear):
            module.register_forward_hook(note)
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        device = next(net.parameters()).device
        net.eval()(torch.empty(1, channels, side, side, device=device))
    return sum(p.numel() for p in net.parameters()), counter.get_total_flops() // 2, sorted(told)


def ours(
    layers: list[Layer], channels: int, side: int
) -> tuple[int, int, list[tuple[int, int, int]]]:
    """The same by arithmetic. A norm beside a convolution is not the convolution's."""
    found = count(layers, channels, side)
    told = []
    for layer, cost in zip(layers, found, strict=True):
        if layer.kind in ("conv", "dense"):
            came = found[layer.after[0]].channels if layer.after[0] >= 0 else channels
            norm = {"after": 2 * layer.out, "before": 2 * came}.get(layer.norm, 0)
            told.append((cost.parameters - norm, cost.channels, cost.side))
    total = sum(c.parameters for c in found), sum(c.multiplies for c in found)
    return *total, sorted(told)


@pytest.mark.parametrize(("name", "side", "classes"), [
    *((name, 224, 1000) for name in TORCHVISION), ("alexnet", 131, 7), ("googlenet", 99, 10),
    ("resnet18", 320, 10),
])  # fmt: skip
def test_counts_and_shapes_are_torchvisions(name: str, side: int, classes: int) -> None:
    with torch.device("meta"):
        net = TORCHVISION[name](num_classes=classes)
    assert ours(full(name, "torchvision", classes).layers, 3, side) == measured(net, 3, side)


def test_what_can_be_turned_is_torchvisions_too() -> None:
    for groups in (4, 128):
        with torch.device("meta"):
            net = tv.ResNet(tv.resnet.Bottleneck, [3, 4, 6, 3], groups=groups,
                            width_per_group=128 // groups)  # fmt: skip
        layers = full("resnext50", "torchvision", 1000, groups=groups).layers
        assert ours(layers, 3, 160) == measured(net, 3, 160)
    for growth in (20,):
        with torch.device("meta"):
            dense = tv.DenseNet(growth, (6, 12, 24, 16), 64)
        # torchvision's bottleneck is four times the growth as well
        layers = full("densenet", "torchvision", 1000, growth=growth).layers
        assert ours(layers, 3, 160) == measured(dense, 3, 160)


class Beside(nn.Module):
    """Branches side by side, added or concatenated."""

    def __init__(self, *branches: nn.Module, add: bool = False) -> None:
        super().__init__()
        self.branches, self.add = nn.ModuleList(branches), add

    def forward(self, x: Tensor) -> Tensor:
        ends = [branch(x) for branch in self.branches]
        return sum(ends[1:], ends[0]) if self.add else torch.cat(ends, 1)


def lazy(out: int, k: int, stride: int = 1, pad: int = 0) -> nn.Module:
    return nn.LazyConv2d(out, k, stride, pad)


def ended(*parts: nn.Module) -> nn.Module:
    return nn.Sequential(*parts, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.LazyLinear(10))


def three(*parts: nn.Module) -> nn.Module:
    widths = (4096, 4096, 10)
    return nn.Sequential(*parts, nn.Flatten(), *(nn.LazyLinear(out) for out in widths))


def books_alexnet() -> nn.Module:
    pool = nn.MaxPool2d(3, 2)
    return three(lazy(96, 11, 4, 1), pool, lazy(256, 5, 1, 2), pool, lazy(384, 3, 1, 1),
                 lazy(384, 3, 1, 1), lazy(256, 3, 1, 1), pool)  # fmt: skip


def books_vgg() -> nn.Module:
    parts: list[nn.Module] = []
    for convs, out in ((1, 64), (1, 128), (2, 256), (2, 512), (2, 512)):
        parts += [lazy(out, 3, 1, 1) for _ in range(convs)] + [nn.MaxPool2d(2, 2)]
    return three(*parts)


def books_nin() -> nn.Module:
    parts: list[nn.Module] = []
    for given in ((96, 11, 4, 0), (256, 5, 1, 2), (384, 3, 1, 1), (10, 3, 1, 1)):
        parts += [lazy(*given), lazy(given[0], 1), lazy(given[0], 1), nn.MaxPool2d(3, 2)]
    return nn.Sequential(*parts[:-1], nn.AdaptiveAvgPool2d(1), nn.Flatten())


def books_googlenet() -> nn.Module:
    def inception(c1: int, c2: tuple, c3: tuple, c4: int) -> nn.Module:
        return Beside(lazy(c1, 1), nn.Sequential(lazy(c2[0], 1), lazy(c2[1], 3, 1, 1)),
                      nn.Sequential(lazy(c3[0], 1), lazy(c3[1], 5, 1, 2)),
                      nn.Sequential(nn.MaxPool2d(3, 1, 1), lazy(c4, 1)))  # fmt: skip

    pool = nn.MaxPool2d(3, 2, 1)
    return ended(
        lazy(64, 7, 2, 3), pool, lazy(64, 1), lazy(192, 3, 1, 1), pool,
        inception(64, (96, 128), (16, 32), 32), inception(128, (128, 192), (32, 96), 64), pool,
        inception(192, (96, 208), (16, 48), 64), inception(160, (112, 224), (24, 64), 64),
        inception(128, (128, 256), (24, 64), 64), inception(112, (144, 288), (32, 64), 64),
        inception(256, (160, 320), (32, 128), 128), pool,
        inception(256, (160, 320), (32, 128), 128), inception(384, (192, 384), (48, 128), 128),
    )  # fmt: skip


def books_resnet() -> nn.Module:
    parts = [lazy(64, 7, 2, 3), nn.LazyBatchNorm2d(), nn.MaxPool2d(3, 2, 1)]
    for stage in range(4):
        for i in range(2):
            turn, out = stage > 0 and i == 0, 64 * 2**stage
            way = nn.Sequential(lazy(out, 3, 1 + turn, 1), nn.LazyBatchNorm2d(),
                                lazy(out, 3, 1, 1), nn.LazyBatchNorm2d())  # fmt: skip
            parts.append(Beside(way, lazy(out, 1, 2) if turn else nn.Identity(), add=True))
    return ended(*parts)


def books_densenet() -> nn.Module:
    parts, channels = [lazy(64, 7, 2, 3), nn.LazyBatchNorm2d(), nn.MaxPool2d(3, 2, 1)], 64
    for i in range(4):
        for _ in range(4):
            new = nn.Sequential(nn.LazyBatchNorm2d(), nn.ReLU(), lazy(32, 3, 1, 1))
            parts.append(Beside(nn.Identity(), new))
        channels += 128
        if i < 3:
            channels //= 2
            parts += [nn.LazyBatchNorm2d(), nn.ReLU(), lazy(channels, 1), nn.AvgPool2d(2, 2)]
    return ended(*parts, nn.LazyBatchNorm2d())


@pytest.mark.parametrize(("name", "make", "side", "known"), [
    ("alexnet", books_alexnet, 224, 46_764_746), ("vgg11", books_vgg, 224, 128_806_154),
    ("nin", books_nin, 224, 1_992_166), ("googlenet", books_googlenet, 96, 5_977_530),
    ("resnet18", books_resnet, 96, 11_178_378), ("densenet", books_densenet, 96, 758_226),
])  # fmt: skip
def test_counts_and_shapes_are_the_books(
    name: str, make: Callable[[], nn.Module], side: int, known: int
) -> None:
    """As sections 8.1 to 8.7 define them, for Fashion-MNIST: one channel, ten classes.

    That of ResNet-18 was also computed from the package d2l 1.0.3, made of its `d2l.Residual`.
    """
    with torch.device("meta"):
        net = make()
        net(torch.empty(2, 1, side, side))
    found = ours(full(name, "book", 10).layers, 1, side)
    assert found == measured(net, 1, side)
    assert found[0] == known


def test_where_both_define_alike() -> None:
    layers = [full("vgg11", by, 1000).layers for by in ("book", "torchvision")]
    assert ours(layers[0], 3, 224)[:2] == ours(layers[1], 3, 224)[:2] == (132_863_336, 7609090048)
    assert full("nin", "book", 10).layers == full("nin", "torchvision", 10).layers


def test_windows_are_pytorchs() -> None:
    random = np.random.default_rng(3)
    for _ in range(300):
        side, k, stride = (int(n) for n in random.integers((1, 1, 1), (30, 8, 5)))
        pad, ceil = int(random.integers(0, k // 2 + 1)), bool(random.integers(2))
        layer = Layer("", "max", (-1,), k=k, stride=stride, pad=pad, ceil=ceil)
        if side + 2 * pad < k:
            with pytest.raises(ValueError, match="does not fit"):
                windows(side, layer)
            continue
        pool = nn.MaxPool2d(k, stride, pad, ceil_mode=ceil)
        assert windows(side, layer) == pool(torch.zeros(1, side, side)).shape[-1]


def support(layers: list[Layer], number: int, side: int) -> int:
    """How wide the part of the image is on which the middle output of a layer depends.

    Pooling is made a convolution of ones, so that all it reads has a gradient.
    """
    found, kept = count(layers, 1, side), []
    for layer in layers[: number + 1]:
        came = found[layer.after[0]].channels if layer.after[0] >= 0 else 1
        plain = layer._replace(norm="")
        if layer.kind in ("max", "avg"):
            plain = plain._replace(kind="conv", out=came, groups=came, bias=False)
        kept.append(plain)
    net = Built(kept, 1, side).double()
    for p in net.parameters():
        nn.init.constant_(p, 0.01)
    x = torch.ones(1, 1, side, side, dtype=torch.float64, requires_grad=True)
    out, middle = net(x).reshape(found[number].channels, found[number].side, -1), None
    middle = found[number].side // 2
    out[:, middle, middle].sum().backward()
    assert x.grad is not None
    places = torch.nonzero(x.grad[0, 0].sum(0))
    return int(places.max() - places.min()) + 1


@pytest.mark.parametrize("name", list(RACERS))
def test_the_receptive_field_is_where_gradients_come_from(name: str) -> None:
    layers, side = small(name, 4).layers, 192
    found = count(layers, 1, side)
    for number in range(0, len(layers), 3):
        if layers[number].kind in ("adaptive", "dense"):
            break
        if found[number].field < side // 2:
            assert support(layers, number, side) == found[number].field


def test_the_receptive_field_of_famous_layers() -> None:
    """Araujo, Norris & Sim (2019) and the gradient: AlexNet's last pooling sees 195 pixels."""
    alexnet = full("alexnet", "torchvision", 10).layers
    assert count(alexnet, 3, 224)[7].field == 195
    assert support(alexnet, 7, 320) == 195
    nin = full("nin", "book", 10).layers
    assert support(nin, 7, 224) == count(nin, 1, 224)[7].field


@pytest.mark.parametrize(("name", "side"), [("resnet18", 64), ("googlenet", 64)])
def test_built_layers_are_torchvisions_network(name: str, side: int) -> None:
    with torch.random.fork_rng():
        torch.manual_seed(5)
        theirs = TORCHVISION[name](num_classes=10).eval()
        x = torch.randn(2, 3, side, side)
    net = Built(full(name, "torchvision", 10).layers, 3, side).eval()
    with torch.no_grad():
        for own, given in zip(net.parameters(), theirs.parameters(), strict=True):
            assert own.shape == given.shape
            own.copy_(given)
        for module in net.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.eps = 1e-3 if name == "googlenet" else 1e-5
        scores = theirs(x)
        assert torch.allclose(net(x), scores, rtol=1e-4, atol=1e-5 * float(scores.abs().max()))


@pytest.mark.parametrize("name", list(RACERS))
@pytest.mark.parametrize("width", [6, 12])
def test_small_networks_are_what_is_counted(name: str, width: int) -> None:
    layers = small(name, width).layers
    for side in (14, 28):
        net = Built(layers, 1, side)
        assert ours(layers, 1, side) == measured(net, 1, side)
        assert count(layers, 1, side)[-1].channels == 10


def test_the_ideas_are_kept() -> None:
    kinds = {name: [layer.kind for layer in small(name, 8).layers] for name in RACERS}
    assert small("alexnet", 8).layers[0].k > max(
        layer.k for layer in small("alexnet", 8).layers[1:6]
    )
    assert kinds["alexnet"].count("dense") == kinds["vgg"].count("dense") == 3
    assert all(layer.k == 3 for layer in small("vgg", 8).layers if layer.kind == "conv")
    assert "dense" not in kinds["nin"]
    assert kinds["nin"][-1] == "adaptive"
    assert kinds["googlenet"].count("concat") == 3
    assert kinds["resnet"].count("add") == 6
    assert any(layer.groups > 1 for layer in small("resnext", 8).layers)
    assert kinds["densenet"].count("concat") == 8
    assert "avg" in kinds["densenet"]


def test_adam_is_pytorchs() -> None:
    config = Config(part="race", width=6, budget=2)
    racer, data = Racer("vgg", config), pictures()
    twin = begin(Built(small("vgg", 6).layers, 1, 14), config.seed, "vgg")
    twin.to(memory_format=torch.channels_last)
    rule = torch.optim.Adam(twin.parameters(), lr=0.01)
    for step in range(4):
        x, y = data.images[64 * step : 64 * step + 64], data.labels[64 * step : 64 * step + 64]
        for net in (racer.net, twin):
            loss = nn.functional.cross_entropy(net(x), y)
            if net is twin:
                rule.zero_grad()
                loss.backward()
                rule.step()
            else:
                racer.adam(list(torch.autograd.grad(loss, list(net.parameters()))), 0.01)
    for own, given in zip(racer.net.parameters(), twin.parameters(), strict=True):
        assert torch.allclose(own, given, rtol=1e-3, atol=2e-5)


def test_a_race_is_at_equal_cost_and_learns() -> None:
    config = Config(part="race", racers=("vgg", "resnet"), budget=3, width=6, seed=1)
    frames = list(run(config))
    assert len(frames) == length(config)
    last = frames[-1]
    there = np.isfinite(last["parameters"])
    assert there.tolist() == [name in config.racers for name in RACERS]
    spent = 3 * last["multiplies"][there] * last["seen"][there]
    step = 3 * last["multiplies"][there] * BATCH
    assert np.all((spent <= 3e9) & (spent > 3e9 - step))
    assert np.all(last["test"][there] > 0.7)
    assert np.isnan(frames[-2]["test"]).all()


def test_a_race_that_is_lost_is_named() -> None:
    config = Config(part="race", racers=("densenet",), budget=2, width=6, lr=1e-4)
    frames = list(run(config))
    assert not any("not a number" in frame.note for frame in frames)
    assert "test images" in frames[-1].note or "guessing" in frames[-1].note


def test_what_is_told_on_the_page() -> None:
    found, layers = counted(Config()), full("alexnet", "torchvision", 1000).layers
    dense = [c for c, layer in zip(found, layers, strict=True) if layer.kind == "dense"]
    share = sum(c.parameters for c in dense) / sum(c.parameters for c in found)
    work = sum(c.multiplies for c in dense) / sum(c.multiplies for c in found)
    assert round(100 * share) == 96
    assert round(100 * work) == 8
    assert found[9].parameters == max(c.parameters for c in found)
    googlenet, vgg = PUBLISHED["googlenet"], PUBLISHED["vgg11"]
    assert googlenet[0] > vgg[0]
    assert 19 < vgg[1] / googlenet[1] < 21
    one, many = (counted(Config(net="resnext50", groups=g))[3].multiplies for g in ("1", "32"))
    assert one == 32 * many
    wide = counted(Config(net="googlenet", narrow=False))
    assert sum(c.multiplies for c in wide) > 5 * sum(c.multiplies for c in counted(
        Config(net="googlenet")))  # fmt: skip


def test_what_was_published() -> None:
    for name, weights in WEIGHTS.items():
        told = weights.IMAGENET1K_V1.meta
        found = ours(full(name, "torchvision", 1000).layers, 3, 224)
        assert PUBLISHED[name] == (told["_metrics"]["ImageNet-1K"]["acc@1"], *found[:2])
        assert told["num_params"] == found[0]
    assert PUBLISHED["nin"][1:] == ours(full("nin", "book", 1000).layers, 3, 224)[:2]
    assert set(PUBLISHED) == set(NAMES)


@pytest.mark.parametrize("by", ["book", "torchvision"])
def test_every_network_at_every_size(by: str) -> None:
    for name in NAMES:
        for side in (96, 97, 191, 320):
            config = Config(net=name, by=by, side=side, classes=2, colour=False, picked=200,  # ty: ignore[invalid-argument-type]
                            narrow=side % 2 == 0)  # fmt: skip
            frame = answer(config, Start(500, {}))
            patches = cnn_zoo.draw(config, frame)
            told = cnn_zoo.readout(config, frame)
            assert frame["layer"] == length(config) - 1
            assert all(told.values())
            assert set(patches) == {"net", "inside", "field", "costs"}
            assert frame["parameters_until"] == frame["parameters_all"]


def test_the_exported_table_adds_up() -> None:
    frames = list(run(Config(net="googlenet", side=128, classes=10)))
    assert sum(f["parameters"] for f in frames) == frames[-1]["parameters_all"]
    assert sum(f["multiplies"] for f in frames) == frames[0]["multiplies_all"]
    assert sum(f["bytes"] for f in frames) == frames[0]["bytes_all"]
