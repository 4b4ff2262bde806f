"""Taylor series and Hessians: polynomials that touch a curve, a quadratic model on a surface.

series   Taylor coefficients by arithmetic on truncated series
lesson   the controls, quadratic model and Newton's step, run and answer
levels   level lines of the quadratic model
figure   panels, draw and readout
course   presets, challenges, tour and formulas
"""

from __future__ import annotations

from labcore import Lab
from labcore.mathematics.taylor_and_hessians.course import (
    CHALLENGES,
    FORMULAS,
    PRESETS,
    REFERENCES,
    TOUR,
)
from labcore.mathematics.taylor_and_hessians.figure import GRABS, VIEWS, draw, panels, readout
from labcore.mathematics.taylor_and_hessians.lesson import (
    ORDERS,
    Config,
    answer,
    look,
    newton_path,
    newton_step,
    polynomial,
    quadratic,
    run,
)
from labcore.mathematics.taylor_and_hessians.series import (
    exponential,
    power,
    product,
    quotient,
    taylor,
)

__all__ = ["LAB", "Config", "answer", "draw", "panels", "readout", "run"]

LAB = Lab(
    slug="taylor_and_hessians",
    title="Taylor series and Hessians",
    question="How much of a function is known at a single point?",
    tip="Play to raise the order; drag the purple point, and the polynomial follows.",
    covers=("B22.A.2",),
    config=Config,
    length=lambda config: ORDERS,
    quick={},
    references=REFERENCES,
    presets=PRESETS,
    challenges=CHALLENGES,
    tour=TOUR,
    formulas=FORMULAS,
    grabs=GRABS,
    views=VIEWS,
    tells={
        "Series": ("Order", "Error at the ring", "Converges within", "Taylor polynomial"),
        "Bowl": ("Shape of the model", "Curvatures", "Newton’s step"),
        "Relief": ("Shape of the model", "Curvatures", "Newton’s step"),
    },
    verb="Play",
    live=True,
    stays=True,
    code=(taylor, product, quotient, exponential, power, polynomial, quadratic, newton_step,
          newton_path, look),
)  # fmt: skip
