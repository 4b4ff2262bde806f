"""What is worth finding about first weights, what to try, and a guided way."""

from __future__ import annotations

from collections.abc import Sequence

from labcore import Challenge, Frame, Preset, Reference, TourStep, Verdict, shown
from labcore.mlp.initialization.config import Config

FORMULAS = {
    "Variance through a layer": r"\operatorname{Var}(z^{(\slot{v.l})}) = n \, \sigma^2 \, E[a^2] = "
    r"\slot{v.n} \cdot \slot{v.s}^2 \cdot \slot{v.q} = \slot{v.said}, \quad "
    r"\text{measured } \slot{v.seen}",
    "Xavier and He": r"n \sigma^2 = 1 \Rightarrow \sigma = \frac{1}{\sqrt{\slot{x.n}}} = "
    r"\slot{x.x}, \qquad \frac{n \sigma^2}{2} = 1 \Rightarrow \sigma = "
    r"\sqrt{\frac{2}{n}} = \slot{x.h}",
    "A product of matrices": r"\log_{10} \Vert M_k \cdots M_1 e_1 \Vert \approx k \left( \log_{10} "
    r"\sigma + \frac{\log 2 + \psi(n / 2)}{2 \log 10} \right) = \slot{m.k} \cdot \slot{m.rate} = "
    r"\slot{m.said}, \; \text{seen } \slot{m.seen}, \; n = \slot{m.n}, \sigma = \slot{m.s}",
}

PRESETS = (
    Preset(
        "A little too small",
        "σ = 0.1 where He would take 0.177: each layer keeps a third of the power. Drag σ until "
        "both lines are level.",
        {"sigma": 0.1},
    ),
    Preset(
        "He for ReLU, Xavier for tanh",
        "He’s weights make up for the half that ReLU drops. Change the activation and look at the "
        "gradient again.",
        {"scheme": "he"},
    ),
    Preset(
        "Only the deviation counts",
        "Uniform weights of the same deviation do the same, though none is larger than √3 σ.",
        {"scheme": "uniform", "sigma": 0.177},
    ),
    Preset(
        "A rotation loses nothing",
        "Orthogonal weights keep every length exactly, in a linear network.",
        {"scheme": "orthogonal", "activation": "linear"},
    ),
    Preset(
        "Four units, one opinion",
        "All start alike, get the same gradient and stay alike: four units learn no more than one.",
        {},
        view="Symmetry",
    ),
    Preset(
        "A grain of noise",
        "A thousandth is enough: the distance doubles again and again, until the units part.",
        {"noise": 0.001},
        view="Symmetry",
    ),
    Preset(
        "A hundred matrices",
        "4 × 4, standard normal: numbers of 24 digits. Drag σ to where nothing happens; most "
        "products still come out far from 1.",
        {},
        view="Product",
    ),
)


def level(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Values and gradients of one size through fifty layers, by a σ of one's own."""
    values = float(frames[0]["values"][0, 50])
    back = float(frames[0]["gradients"][0, 0])
    ours = config.scheme in ("normal", "uniform") and config.activation == "relu"
    passed = ours and 1 / 3 <= values <= 3 and 1 / 3 <= back <= 3
    return Verdict(passed, f"At the ends: values {shown(values)}, gradient {shown(back)}.")


def parted(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Equal units part without any noise."""
    loss = float(frames[-1]["loss"][-1])
    passed = config.noise == 0 and frames[-1].step == 50 and loss <= 0.15
    return Verdict(passed, f"Noise {config.noise:g}; the loss ends at {shown(loss)}.")


def tamed(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A product of 100 large matrices that is neither huge nor tiny."""
    end = float(frames[-1]["logs"][0, -1])
    passed = config.size >= 6 and abs(end) <= 1
    return Verdict(passed, f"{config.size} × {config.size}: it ends at 10^{shown(end)}.")


def bounded(config: Config, frames: Sequence[Frame]) -> Verdict:
    """tanh: large values and a gradient of the right size."""
    values = float(frames[0]["values"][0, 50])
    back = float(frames[0]["gradients"][0, 0])
    ours = config.scheme in ("normal", "uniform") and config.activation == "tanh"
    passed = ours and values >= 0.35 and 0.7 <= back <= 2
    return Verdict(passed, f"At the ends: values {shown(values)}, gradient {shown(back)}.")


CHALLENGES = (
    Challenge(
        "level", "ReLU, normal or uniform weights: keep values and gradient between 1/3 and 3 at "
        "both ends.",
        "The small picture says by how much one layer multiplies. Put the mark on 1.", level,
    ),
    Challenge(
        "parted", "Without noise, make the four equal units reach a loss of 0.15.",
        "What else treats units differently? It draws at random, and should do so gently.", parted,
    ),
    Challenge(
        "tamed", "Have a product of 100 matrices, 6 × 6 or larger, end between 0.1 and 10.",
        "The line of the typical growth crosses 0 at some σ. Then fine steps, or another seed.",
        tamed,
    ),
    Challenge(
        "bounded", "tanh, normal or uniform weights: values of size 0.35 or more at the end, and a "
        "gradient of 0.7 to 2 at the first layer.",
        "A little more than Xavier’s. Too much, and the gradient explodes though no value can.",
        bounded, hard=True,
    ),
)  # fmt: skip

TOUR = (
    TourStep(
        "Fifty layers of ReLU, weights normal with σ = 0.14. Values shrink layer by layer; so does "
        "the gradient on its way back.",
        {}, "Layers",
    ),
    TourStep(
        "A sum of n products has variance n σ² E[a²]. The formula below has this layer’s numbers; "
        "the dotted line is what it foretells for all.",
        {}, "Layers", "Drag the purple mark until the measured line is level.",
        lambda config: 0.165 <= config.sigma <= 0.19,
    ),
    TourStep(
        "Xavier asks n σ² = 1, for functions that are straight around 0. He asks 2, as ReLU drops "
        "half.",
        {"scheme": "xavier", "activation": "tanh"}, "Layers",
        "Choose He with tanh: the values stay, but what happens to the gradient?",
        lambda config: config.scheme == "he",
    ),
    TourStep(
        "If all units of a layer start with equal weights, they compute the same, get the same "
        "gradient, and never part.",
        {}, "Symmetry", "Break the symmetry with a little noise.", lambda config: config.noise > 0,
    ),
    TourStep(
        "Depth multiplies matrices. Lengths change by a factor each time, so their logarithm walks "
        "on a line.",
        {}, "Product", "Drag σ to where the typical growth is 0.",
        lambda config: 0.5 <= config.scale <= 0.65 and config.size == 4,
    ),
)  # fmt: skip

REFERENCES = (
    Reference("Zhang, Lipton, Li & Smola, Dive into Deep Learning, 5.4",
              "https://d2l.ai/chapter_multilayer-perceptrons/numerical-stability-and-init.html"),
    Reference(
        "Glorot & Bengio (2010), Understanding the difficulty of training deep feedforward neural "
        "networks", "https://proceedings.mlr.press/v9/glorot10a.html",
    ),
    Reference("He, Zhang, Ren & Sun (2015), Delving deep into rectifiers",
              "https://arxiv.org/abs/1502.01852"),
    Reference("Saxe, McClelland & Ganguli (2014), Exact solutions to the nonlinear dynamics of "
              "learning in deep linear neural networks", "https://arxiv.org/abs/1312.6120"),
    Reference("Newman (1986), The distribution of Lyapunov exponents: exact results for random "
              "matrices", "https://doi.org/10.1007/BF01464284"),
)  # fmt: skip
