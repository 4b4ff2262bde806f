"""Training labs beside the textbook's own trainer: `python -m benchmarks.textbook FOLDER`.

FOLDER holds the package d2l 1.0.3, unpacked: it asks for a NumPy of 2022, so it cannot be installed
beside the house. `pip download --no-deps d2l==1.0.3` fetches it, `unzip` unpacks it.

Four ways through the same epochs, with the same model, data and batch size, in one process on one
thread, in turn, the best of several times:

    textbook   d2l's Trainer with a DataLoader, no worker processes, its drawing switched off
    bare       nn.Module, autograd and torch.optim.SGD over data that are in memory as one tensor
    lab        the lab's own run(), which also makes what each frame shows
    streamed   the same through the engine: panels, patches, encoding, verdicts

Machines differ and are noisy, so the ratios are what is to be compared.
"""

from __future__ import annotations

import argparse
import sys
import time
import types
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import nn

from labcore import catalog
from labcore.data import fashion_mnist
from labcore.engine.inline import InlineEngine
from labcore.engine.settings import Settings

REPEATS = 3


def main() -> None:
    arguments = argparse.ArgumentParser(prog="python -m benchmarks.textbook")
    arguments.add_argument("folder", help="where the unpacked package d2l 1.0.3 is")
    d2l = textbook(arguments.parse_args().folder)
    torch.set_num_threads(1)
    print(f"{'':22}" + "".join(f"{way:>12}" for way in ("textbook", "bare", "lab", "streamed"))
          + f"{'textbook/streamed':>20}{'streamed/bare':>15}{'lab/bare':>11}")  # fmt: skip
    for name, ways in (("linear regression", linear(d2l)), ("softmax regression", softmax(d2l)),
                       ("multilayer perceptron", perceptron(d2l)), ("LeNet", lenet(d2l)),
                       ("VGG, small", vgg(d2l)), ("ResNet, small", resnet(d2l))):  # fmt: skip
        spent = dict.fromkeys(ways, np.inf)
        for _ in range(REPEATS):
            for way, go in ways.items():
                began = time.perf_counter()
                go()
                spent[way] = min(spent[way], time.perf_counter() - began)
        ratios = (spent["textbook"] / spent["streamed"], spent["streamed"] / spent["bare"],
                  spent["lab"] / spent["bare"])  # fmt: skip
        print(f"{name:22}" + "".join(f"{1000 * s:9.0f} ms" for s in spent.values())
              + f"{ratios[0]:19.1f}×{ratios[1]:14.2f}×{ratios[2]:10.2f}×")  # fmt: skip


def textbook(folder: str) -> Any:
    """The package; what it imports for drawing only may be missing, as it does not draw here."""
    for name in ("IPython", "matplotlib", "matplotlib_inline"):
        if name not in sys.modules:
            stand_in = types.ModuleType(name)
            for part in ("display", "pyplot", "backend_inline"):
                setattr(stand_in, part, types.ModuleType(part))
            sys.modules[name] = stand_in
    sys.path.insert(0, folder)
    from d2l import torch as d2l  # ty: ignore[import-not-found]

    return d2l


def trained(d2l: Any, model: Any, data: Any, epochs: int) -> None:
    model.board.display = False
    d2l.Trainer(max_epochs=epochs).fit(model, data)


def bare(
    net: nn.Module, cost: Callable[..., torch.Tensor], given: dict[str, torch.Tensor],
    lr: float, batch: int, epochs: int,
) -> None:  # fmt: skip
    """The loop one would write, over data in memory; the test set once an epoch, as d2l does."""
    rule = torch.optim.SGD(net.parameters(), lr=lr)
    x, y = given["x"], given["y"]
    for _ in range(epochs):
        for chosen in torch.randperm(len(x)).split(batch):
            loss = cost(net(x[chosen]), y[chosen])
            rule.zero_grad()
            loss.backward()
            rule.step()
        with torch.no_grad():
            cost(net(given["test_x"]), given["test_y"])


def through_the_lab(slug: str, settings: dict[str, Any]) -> dict[str, Callable[[], Any]]:
    module = catalog.load(slug)
    config = module.Config(**settings)

    def streamed() -> None:
        run = InlineEngine(Settings()).submit(slug, config)
        assert run.state == "done", run.reason

    return {"lab": lambda: sum(1 for _ in module.run(config)), "streamed": streamed}


def linear(d2l: Any) -> dict[str, Callable[[], Any]]:
    """One feature of 546 houses, standardised; 10 epochs of batches of 32."""
    from labcore.linear.linear_regression.lesson import houses

    lr, batch, epochs = 0.03, 32, 10
    found = houses(("lotsize",))
    x, y = (torch.tensor(part, dtype=torch.float32) for part in (found.X, found.y[:, None]))

    class Houses(d2l.DataModule):
        batch_size, num_workers = batch, 0

        def get_dataloader(self, train: bool) -> Any:
            return self.get_tensorloader((x, y), train)

    given = {"x": x, "y": y, "test_x": x, "test_y": y}
    settings = {"data": "houses", "lr": lr, "batch": batch, "epochs": epochs}
    return {
        "textbook": lambda: trained(d2l, d2l.LinearRegression(lr), Houses(), epochs),
        "bare": lambda: bare(nn.Linear(1, 1), nn.functional.mse_loss, given, lr, batch, epochs),
        **through_the_lab("linear_regression", settings),
    }


class Pictures(torch.utils.data.Dataset):
    """Images as torchvision's own class of them hands them out: as PIL's, then transformed."""

    def __init__(self, images: np.ndarray, labels: np.ndarray, transform: Any) -> None:
        self.images, self.labels, self.transform = torch.tensor(images), labels, transform

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple[Any, int]:
        picture = Image.fromarray(self.images[index].numpy(), mode="L")
        return self.transform(picture), int(self.labels[index])


def clothes(d2l: Any, batch: int) -> tuple[Any, dict[str, torch.Tensor]]:
    """The bundled Fashion-MNIST, as d2l hands it out and as tensors in memory."""
    data = fashion_mnist()

    class FashionMNIST(d2l.DataModule):
        batch_size = batch

        def get_dataloader(self, train: bool) -> Any:
            transforms = d2l.transforms
            resize = [transforms.Resize((28, 28)), transforms.ToTensor()]
            parts = (data.images, data.labels) if train else (data.test_images, data.test_labels)
            pictures = Pictures(*parts, transforms.Compose(resize))
            return torch.utils.data.DataLoader(pictures, batch, shuffle=train, num_workers=0)

    given = {
        "x": torch.tensor(data.images).float().div(255).reshape(-1, 784),
        "y": torch.tensor(data.labels).long(),
        "test_x": torch.tensor(data.test_images).float().div(255).reshape(-1, 784),
        "test_y": torch.tensor(data.test_labels).long(),
    }
    return FashionMNIST(), given


def softmax(d2l: Any) -> dict[str, Callable[[], Any]]:
    """784 → 10; 10 epochs of batches of 256, η = 0.1."""
    lr, batch, epochs = 0.1, 256, 10
    module, given = clothes(d2l, batch)
    cost = nn.functional.cross_entropy
    return {
        "textbook": lambda: trained(d2l, d2l.SoftmaxRegression(10, lr), module, epochs),
        "bare": lambda: bare(nn.Linear(784, 10), cost, given, lr, batch, epochs),
        **through_the_lab("softmax_regression", {}),
    }


def perceptron(d2l: Any) -> dict[str, Callable[[], Any]]:
    """784 → 256 ReLU → 10; 10 epochs of batches of 256, η = 0.1."""
    lr, batch, epochs = 0.1, 256, 10
    module, given = clothes(d2l, batch)

    class MLP(d2l.Classifier):
        def __init__(self) -> None:
            super().__init__()
            self.lr = lr
            self.net = nn.Sequential(nn.Flatten(), nn.LazyLinear(256), nn.ReLU(), nn.LazyLinear(10))

    def net() -> nn.Module:
        return nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 10))

    cost = nn.functional.cross_entropy
    return {
        "textbook": lambda: trained(d2l, MLP(), module, epochs),
        "bare": lambda: bare(net(), cost, given, lr, batch, epochs),
        **through_the_lab("mlp_training", {"beside": "none"}),
    }


def lenet(d2l: Any) -> dict[str, Callable[[], Any]]:
    """The book's LeNet, of sigmoids and means; 6 epochs of batches of 128, η = 0.1."""
    lr, batch, epochs = 0.1, 128, 6
    module, given = clothes(d2l, batch)
    shaped = {name: x.view(-1, 1, 28, 28) if name.endswith("x") else x for name, x in given.items()}

    def net() -> nn.Module:
        return nn.Sequential(
            nn.Conv2d(1, 6, 5, padding=2), nn.Sigmoid(), nn.AvgPool2d(2),
            nn.Conv2d(6, 16, 5), nn.Sigmoid(), nn.AvgPool2d(2), nn.Flatten(),
            nn.Linear(400, 120), nn.Sigmoid(), nn.Linear(120, 84), nn.Sigmoid(), nn.Linear(84, 10),
        )  # fmt: skip

    def textbook_way() -> None:
        model = d2l.LeNet(lr)
        model.apply_init([torch.zeros(1, 1, 28, 28)], d2l.init_cnn)
        trained(d2l, model, module, epochs)

    settings = {"nets": "original", "first": "xavier", "lr": lr, "momentum": 0.0, "decay": "none",
                "batch": batch, "epochs": epochs}  # fmt: skip
    return {
        "textbook": textbook_way,
        "bare": lambda: bare(net(), nn.functional.cross_entropy, shaped, lr, batch, epochs),
        **through_the_lab("lenet", settings),
    }


def raced(d2l: Any, name: str) -> dict[str, Callable[[], Any]]:
    """A small network of the zoo at 14 × 14 pixels: about an epoch of batches of 64, with Adam.

    All ways see as many images as the lab's budget affords, and that is not quite all there are.
    """
    from labcore.clothes import pictures
    from labcore.cnn.cnn_zoo.config import Config
    from labcore.cnn.cnn_zoo.layers import count
    from labcore.cnn.cnn_zoo.lesson import BATCH
    from labcore.cnn.cnn_zoo.small import Built, begin, small

    layers, data, raw = small(name, Config().width).layers, pictures(), fashion_mnist()
    products = 3 * sum(cost.multiplies for cost in count(layers, 1, 14))
    budget = int(len(raw.labels) * products / 2e9) * 2
    images = int(budget * 1e9 // (products * BATCH)) * BATCH
    settings: dict[str, Any] = {"part": "race", "racers": (name,), "budget": budget}
    config = Config(**settings)

    class Clothes(d2l.DataModule):
        batch_size = BATCH

        def get_dataloader(self, train: bool) -> Any:
            transforms = d2l.transforms
            resize = [transforms.Resize((14, 14)), transforms.ToTensor()]
            parts = (raw.images[:images], raw.labels[:images])
            pairs = Pictures(*(parts if train else (raw.test_images, raw.test_labels)),
                             transforms.Compose(resize))  # fmt: skip
            return torch.utils.data.DataLoader(pairs, BATCH, shuffle=train, num_workers=0)

    class Network(d2l.Classifier):
        def __init__(self) -> None:
            super().__init__()
            self.lr, self.net = config.lr, begin(Built(layers, 1, 14), 0, name)

        def configure_optimizers(self) -> Any:
            return torch.optim.Adam(self.parameters(), lr=self.lr)

    def loop() -> None:
        net = begin(Built(layers, 1, 14), 0, name).to(memory_format=torch.channels_last)
        rule = torch.optim.Adam(net.parameters(), lr=config.lr, foreach=True)
        for chosen in torch.randperm(images).split(BATCH):
            loss = nn.functional.cross_entropy(net(data.images[chosen]), data.labels[chosen])
            rule.zero_grad()
            loss.backward()
            rule.step()
        net.eval()
        with torch.no_grad():
            for x in data.test_images.split(250):
                net(x)

    return {
        "textbook": lambda: trained(d2l, Network(), Clothes(), 1),
        "bare": loop,
        **through_the_lab("cnn_zoo", settings),
    }


def vgg(d2l: Any) -> dict[str, Callable[[], Any]]:
    """Blocks of 3 × 3 convolutions with batch norm, and three dense layers."""
    return raced(d2l, "vgg")


def resnet(d2l: Any) -> dict[str, Callable[[], Any]]:
    """Six residual blocks in three stages."""
    return raced(d2l, "resnet")


main()
