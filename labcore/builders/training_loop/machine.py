"""The book's three classes, small: a Module, a DataModule and a Trainer that calls both.

Each call is told to a log while that is open, so that one can see what comes when.
"""

from __future__ import annotations

import contextlib
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.utils import skip_init

from labcore.builders.training_loop.config import (
    BACKWARD,
    EVAL,
    HELD_OUT,
    NO_GRAD,
    SHUFFLE,
    STEP,
    TRAIN,
    ZERO,
    Config,
)
from labcore.builders.training_loop.houses import FEATURES, Batch, Houses
from labcore.rng import torch_generator

HIDDEN = 32
LOST = 1e6
"""Above this the loss is lost, and the training stops."""


class Call(NamedTuple):
    """A call, and how all stood as it began.

    shapes: of the tensors there were, by name. size: length of all that stands in .grad; grad,
    weight: of one weight of the last layer.
    """

    box: str
    name: str
    depth: int
    line: int
    epoch: int
    shapes: dict[str, str]
    size: float
    grad: float
    weight: float
    training: bool
    recording: bool


class Log:
    """What was called, while it is open."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.open, self.depth, self.line, self.epoch, self.kept = True, 0, -1, 0, 0
        self.shapes: dict[str, str] = {}
        self.model: Net | None = None

    def call(self, box: str, function: Any, *given: Any) -> Any:
        """Note a call, and make it."""
        if self.open:
            size, grad, weight = self.model.watched() if self.model else (0.0, 0.0, 0.0)
            training = bool(self.model and self.model.training)
            self.calls.append(Call(box, function.__name__, self.depth, self.line, self.epoch,
                                   dict(self.shapes), size, grad, weight, training,
                                   torch.is_grad_enabled()))  # fmt: skip
        self.depth += 1
        try:
            return function(*given)
        finally:
            self.depth -= 1

    def saw(self, **tensors: Tensor) -> None:
        """Note shapes."""
        for name, tensor in tensors.items():
            self.shapes[name] = " × ".join(map(str, tensor.shape)) or "a number"

    def weigh(self, tensor: Tensor) -> Tensor:
        """Note what autograd keeps for a way back."""
        self.kept += tensor.nbytes
        return tensor


class Dropout(nn.Module):
    """nn.Dropout with random numbers of its own."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.p, self.random = config.dropout, torch_generator(config.seed, "dropout")

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or self.p == 0:
            return x
        return x * (torch.rand(x.shape, generator=self.random) >= self.p) / (1 - self.p)


def network(config: Config) -> nn.Sequential:
    """11 → 32, ReLU, dropout → 1, with weights as He et al. (2015) draw them."""
    random = torch_generator(config.seed, "weights")
    first, last = skip_init(nn.Linear, FEATURES, HIDDEN), skip_init(nn.Linear, HIDDEN, 1)
    for weight, bias in (first.parameters(), last.parameters()):
        nn.init.normal_(weight, 0, (2 / weight.shape[1]) ** 0.5, generator=random)
        nn.init.zeros_(bias)
    return nn.Sequential(first, nn.ReLU(), Dropout(config), last)


class Net(nn.Module):
    """A Module of the book: a network that also knows its loss, its steps and its optimizer."""

    def __init__(self, config: Config, log: Log) -> None:
        super().__init__()
        self.config, self.log, self.net = config, log, network(config)

    def forward(self, x: Tensor) -> Tensor:
        guess = self.net(x)
        self.log.saw(ŷ=guess)
        return guess

    def loss(self, guess: Tensor, y: Tensor) -> Tensor:
        return nn.functional.mse_loss(guess, y)

    def training_step(self, batch: Batch) -> Tensor:
        guess = self.log.call("Module", self.forward, batch[0])
        loss = self.log.call("Module", self.loss, guess, batch[1])
        self.log.saw(loss=loss)
        return loss

    def validation_step(self, batch: Batch) -> Tensor:
        guess = self.log.call("Module", self.forward, batch[0])
        return self.log.call("Module", self.loss, guess, batch[1])

    def configure_optimizers(self) -> torch.optim.Optimizer:
        return torch.optim.SGD(self.parameters(), lr=self.config.lr)

    def watched(self) -> tuple[float, float, float]:
        """Length of all gradients; gradient and value of one weight of the last layer."""
        grads = [p.grad for p in self.parameters() if p.grad is not None]
        size = float(sum((g**2).sum() for g in grads)) ** 0.5 if grads else 0.0
        last = list(self.parameters())[2]
        grad = 0.0 if last.grad is None else float(last.grad[0, 0])
        return size, grad, float(last.detach()[0, 0])


class Trainer:
    """It calls the two others in the order of training. A line may be left out."""

    def __init__(self, config: Config, log: Log) -> None:
        self.config, self.log = config, log
        self.train_losses: list[float] = []
        self.val_losses: list[float] = []
        self.sizes: list[float] = []

    def on(self, line: int) -> bool:
        """Whether this line is there; the log notes that it comes now."""
        self.log.line = line
        return self.config.cut != line

    def fit(self, model: Net, data: Houses) -> None:
        self.log.call("Trainer", self.prepare_data, data)
        self.log.call("Trainer", self.prepare_model, model)
        self.optimizer = self.log.call("Module", model.configure_optimizers)
        for epoch in range(self.config.epochs):
            self.on(0)
            self.log.epoch = epoch
            self.log.call("Trainer", self.fit_epoch)
            self.log.open = False
            if not self.train_losses[-1] < LOST:
                return

    def prepare_data(self, data: Houses) -> None:
        self.data = data
        self.log.call("DataModule", data.prepare_data)

    def prepare_model(self, model: Net) -> None:
        self.model = self.log.model = model

    def prepare_batch(self, batch: Batch) -> Batch:
        """Where the book moves a batch to the GPU, if there is one."""
        device = next(self.model.parameters()).device
        self.log.shapes.clear()  # of the batch before
        self.log.saw(X=batch[0], y=batch[1])
        return batch[0].to(device), batch[1].to(device)

    def fit_epoch(self) -> None:
        call, model = self.log.call, self.model
        if self.on(TRAIN):
            call("Module", model.train)
        shuffle = self.on(SHUFFLE)
        for number, batch in enumerate(call("DataModule", self.data.train_dataloader, shuffle)):
            if number == 2:
                self.log.open = False  # two batches have been told; the others are alike
            self.on(3)
            batch = call("Trainer", self.prepare_batch, batch)
            self.on(4)
            loss = call("Module", model.training_step, batch)
            if self.on(ZERO):
                call("Optimizer", self.optimizer.zero_grad)
            if self.on(BACKWARD):
                call("Autograd", loss.backward)
            self.sizes.append(model.watched()[0])
            if self.on(STEP):
                call("Optimizer", self.optimizer.step)
            self.train_losses.append(loss.item())
            if not self.train_losses[-1] < LOST:
                return
        self.log.open = self.log.epoch == 0
        if self.on(EVAL):
            call("Module", model.eval)
        quiet = torch.no_grad() if self.on(NO_GRAD) else contextlib.nullcontext()
        with quiet, torch.autograd.graph.saved_tensors_hooks(self.log.weigh, lambda t: t):
            self.validate()

    def validate(self) -> None:
        call, right = self.log.call, self.on(HELD_OUT)
        batches = call("DataModule", self.data.val_dataloader) if right else call(
            "DataModule", self.data.train_dataloader, False)  # fmt: skip
        total = count = 0.0
        self.log.kept = 0
        for number, batch in enumerate(batches):
            if number == 1:
                self.log.open = False
            self.on(11)
            batch = call("Trainer", self.prepare_batch, batch)
            self.on(12)
            loss = call("Module", self.model.validation_step, batch)
            total, count = total + len(batch[1]) * loss.item(), count + len(batch[1])
        self.val_losses.append(total / count)
