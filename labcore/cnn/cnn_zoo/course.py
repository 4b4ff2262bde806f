"""What is worth finding, goals, a guided way, formulas and references."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from labcore import Challenge, Frame, Preset, Reference, TourStep, Verdict
from labcore.cnn.cnn_zoo.config import Config, chosen
from labcore.cnn.cnn_zoo.lesson import FRAMES, counted
from labcore.cnn.cnn_zoo.net_view import big
from labcore.cnn.cnn_zoo.small import RACERS

FORMULAS = {
    "Side of the output": r"\left\lfloor \frac{n + 2p - k}{s} \right\rfloor + 1 = "
    r"\left\lfloor \frac{\slot{s.n} + 2 \cdot \slot{s.p} - \slot{s.k}}{\slot{s.s}} \right\rfloor "
    r"+ 1 = \slot{s.m}",
    "Parameters of a convolution": r"k^2 \, \frac{c_{\text{in}}}{g} \, c_{\text{out}} + b = "
    r"\slot{c.k}^2 \cdot \slot{c.in} \cdot \slot{c.out} + \slot{c.b} = \slot{c.all}",
    "Multiply–adds of a convolution": r"k^2 \, \frac{c_{\text{in}}}{g} \, c_{\text{out}} \, m^2 = "
    r"\slot{m.w} \cdot \slot{m.n}^2 = \slot{m.all}",
    "Parameters of a dense layer": r"c \, n^2 \cdot d + d = \slot{d.in} \cdot \slot{d.out} + "
    r"\slot{d.b} = \slot{d.all}",
    "Activations of a layer": r"4 \text{ bytes} \cdot c \, m^2 = "
    r"4 \cdot \slot{a.c} \cdot \slot{a.n}^2 = \slot{a.bytes}",
    "Equal cost": r"\text{images of } \slot{r.name} = \frac{B}{3 \cdot \text{multiply–adds}} = "
    r"\frac{\slot{r.b} \cdot 10^9}{3 \cdot \slot{r.m}} \approx \slot{r.n}",
}

RACE: dict = {"part": "race"}
PRESETS = (
    Preset("AlexNet: where the parameters sit", "Three dense layers hold 96 % of them and do 8 % "
           "of the work; convolutions the other way round.", {"picked": 9}),
    Preset("VGG-11: one layer of 103 million", "The first dense layer reads 512 × 7². Pull the "
           "corner of the image: by the book’s definition the layer grows with it.",
           {"net": "vgg11", "by": "book", "picked": 13}),
    Preset("NiN: no dense layer at all", "A channel a class, and each channel’s mean is the score.",
           {"net": "nin", "picked": 12}),
    Preset("What 1×1 saves in Inception", "Without it the large kernels read all channels: switch "
           "it on again and compare the bill.", {"net": "googlenet", "narrow": False}),
    Preset("DenseNet grows by little", "Each layer adds 32 channels, yet reads all before it: the "
           "1×1 in front grows from step to step.", {"net": "densenet", "picked": 170}),
    Preset("101 layers of one block", "The same block again and again: walk it, and watch the "
           "receptive field outgrow the image.", {"net": "resnet101"}),
    Preset("ResNeXt: split into groups", "32 groups; with one the 3×3 costs 32 times as much.",
           {"net": "resnext50", "picked": 3}),
    Preset("Accuracy against cost", "Between AlexNet and ResNet-50 lie three years. GoogLeNet "
           "reached VGG’s accuracy with a twentieth of its parameters.", {}, "Compare"),
    Preset("A race at equal cost", "Seven small networks may each spend the same. The cheap ones "
           "see more images.", RACE, "Race"),
    Preset("A race at ten times the rate", "η = 0.04: the dense layers of AlexNet and VGG have no "
           "norm and suffer; skips and averages bear it.", {**RACE, "budget": 10, "lr": 0.04},
           "Race"),
    Preset("A race with little to spend", "An eighth of the budget: who learns quickly, and who "
           "needs time?", {**RACE, "budget": 2}, "Race"),
)  # fmt: skip


def walk_only(config: Config) -> Verdict | None:
    """A sentence if this is a race."""
    return (
        Verdict(False, "Walk through the layers for this one.") if config.part == "race" else None
    )


def heaviest(config: Config, frames: Sequence[Frame]) -> Verdict:
    """The costliest layer of ResNet-50 was picked."""
    if config.net != "resnet50":
        return walk_only(config) or Verdict(False, "Choose ResNet-50.")
    found = counted(config)
    i = min(config.picked, len(found) - 1)
    products = [c.multiplies for c in found]
    says = f"Layer {i + 1} does {big(products[i])} multiply–adds; the most is {big(max(products))}."
    return Verdict(products[i] == max(products), says)


def slim(config: Config, frames: Sequence[Frame]) -> Verdict:
    """AlexNet by the book below a limit, by the image and the classes alone."""
    if config.net != "alexnet" or config.by != "book" or config.side < 150:
        return walk_only(config) or Verdict(
            False, "Choose AlexNet by the book, with an image of 150 pixels or more."
        )
    total = sum(c.parameters for c in counted(config))
    return Verdict(total < 32e6, f"It has {big(total)} parameters.")


def lean(config: Config, frames: Sequence[Frame]) -> Verdict:
    """DenseNet-121 with another growth rate, below ResNet-18's multiply–adds."""
    if config.net != "densenet" or config.by != "torchvision" or config.side < 224:
        return walk_only(config) or Verdict(
            False, "Choose DenseNet by torchvision, at 224 pixels or more."
        )
    own = sum(c.multiplies for c in counted(config))
    other = sum(c.multiplies for c in counted(config, "resnet18"))
    says = f"{big(own)} multiply–adds at a growth of {config.growth}; ResNet-18 has {big(other)}."
    return Verdict(own < other and config.growth >= 24, says)


def ended(config: Config, frames: Sequence[Frame]) -> np.ndarray | None:
    """The shares of test images at the end of a race, (7,)."""
    if config.part != "race" or frames[-1].step < FRAMES:
        return None
    return np.nan_to_num(frames[-1]["test"])


def good(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A small network of at most 50,000 parameters that reads well."""
    test = ended(config, frames)
    if test is None:
        return Verdict(False, "Let a race come to its end.")
    small = np.where(np.nan_to_num(frames[-1]["parameters"]) <= 50_000, test, 0)
    best = int(small.argmax())
    return Verdict(bool(small[best] >= 0.84),
                   f"{list(RACERS.values())[best]} reads {100 * small[best]:.1f} %.")  # fmt: skip


def upset(config: Config, frames: Sequence[Frame]) -> Verdict:
    """ResNeXt beats AlexNet, with all seven in the race."""
    test = ended(config, frames)
    if test is None or len(config.racers) < len(RACERS):
        return Verdict(False, "Let all seven race to the end.")
    names = list(RACERS)
    grouped, old = test[names.index("resnext")], test[names.index("alexnet")]
    return Verdict(bool(grouped > old + 0.005),
                   f"ResNeXt {100 * grouped:.1f} %, AlexNet {100 * old:.1f} %.")  # fmt: skip


CHALLENGES = (
    Challenge("heaviest", "Pick a layer of ResNet-50 that does the most multiply–adds.",
              "The first layer has few channels, the last ones few places. Look at the middle row "
              "of bars; several are equally tall.", heaviest),
    Challenge("slim", "Bring the book’s AlexNet below 32 million parameters, with an image of 150 "
              "pixels or more.",
              "The convolutions do not care how large the image is. What does?", slim),
    Challenge("lean", "Let DenseNet-121 do fewer multiply–adds than ResNet-18, at 224 pixels and "
              "with a growth of 24 or more.",
              "Turn the growth rate down, one step at a time, and see what the bill does.", lean),
    Challenge("good", "Reach 84 % of the test images with at most 50,000 parameters.",
              "Larger images, or a larger budget? Try one racer at a time: it is quicker.", good,
              hard=True),
    Challenge("upset", "All seven race, and ResNeXt ends half a point or more ahead of AlexNet.",
              "A longer race is not enough. Which control could hurt three dense layers without a "
              "norm more than one?", upset,
              hard=True),
)  # fmt: skip

TOUR = (
    TourStep("Each slab is a layer of AlexNet, as tall as its maps are wide. Below stands its "
             "bill: parameters, multiply–adds, memory. Play, and see the dark bars wander.",
             {}, "Walk"),
    TourStep("Most parameters stand at the right, most work at the left. A click on the network "
             "picks a layer, and its shares are told above.", {}, "Walk",
             "Pick the layer with the tallest bar of parameters.",
             lambda config: config.net == "alexnet" and at_most_parameters(config)),
    TourStep("An Inception block looks at its input with four kernels at once. Each large one is "
             "preceded by a convolution of 1×1 that thins the channels out.",
             {"net": "googlenet"}, "Walk", "Take the 1×1 away, and read the totals.",
             lambda config: config.net == "googlenet" and not config.narrow),
    TourStep("A residual block adds its input to its output. The second panel shows the way past; "
             "where the shape changes, a 1×1 stands in it.", {"net": "resnet18"}, "Walk"),
    TourStep("The orange square is what one place of the layer can see. Pull the corner of the "
             "image: which counts move, "
             "and which do not?", {}, "Field", "Make the image smaller than 160 pixels.",
             lambda config: config.side < 160),
    TourStep("Seven small networks, each with one family’s idea, spend the same number of "
             "multiply–adds. Let them finish.", RACE, "Race"),
    TourStep("With so little to spend, those that are cheap for each image have seen most. Give "
             "them more.", RACE, "Race", "Raise the budget to 24 or more.",
             lambda config: config.part == "race" and config.budget >= 24),
)  # fmt: skip


def at_most_parameters(config: Config) -> bool:
    """Whether the layer picked has most of the network's parameters."""
    own = [c.parameters for c in counted(config)]
    return own[min(config.picked, len(chosen(config).layers) - 1)] == max(own)


REFERENCES = (
    Reference("Zhang, Lipton, Li & Smola (2023), Dive into Deep Learning, chapter 8",
              "https://d2l.ai/chapter_convolutional-modern/index.html"),
    Reference("Krizhevsky, Sutskever & Hinton (2012), ImageNet classification with deep "
              "convolutional neural networks",
              "https://papers.nips.cc/paper/4824-imagenet-classification-with-deep-convolutional-neural-networks"),
    Reference("Simonyan & Zisserman (2015), Very deep convolutional networks (VGG)",
              "https://arxiv.org/abs/1409.1556"),
    Reference("Lin, Chen & Yan (2014), Network in network", "https://arxiv.org/abs/1312.4400"),
    Reference("Szegedy et al. (2015), Going deeper with convolutions (GoogLeNet)",
              "https://arxiv.org/abs/1409.4842"),
    Reference("He, Zhang, Ren & Sun (2016), Deep residual learning",
              "https://arxiv.org/abs/1512.03385"),
    Reference("Xie, Girshick, Dollár, Tu & He (2017), Aggregated residual transformations "
              "(ResNeXt)", "https://arxiv.org/abs/1611.05431"),
    Reference("Huang, Liu, van der Maaten & Weinberger (2017), Densely connected networks",
              "https://arxiv.org/abs/1608.06993"),
    Reference("Araujo, Norris & Sim (2019), Computing receptive fields",
              "https://distill.pub/2019/computing-receptive-fields/"),
    Reference("torchvision, models and pretrained weights: counts and accuracies",
              "https://docs.pytorch.org/vision/stable/models.html"),
    Reference("Lin, NIN for ImageNet, Caffe model: 59.36 % top-1",
              "https://gist.github.com/mavenlin/d802a5849de39225bcc6"),
)  # fmt: skip
