"""What the textbook's chapters say, point by point, and the labs in which each can be seen.

A chapter is listed here once all of its points have a lab. Numbers are those of Zhang, Lipton, Li
and Smola (2023), Dive into Deep Learning; the titles of the points are our own.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Point:
    """Something a section teaches, and the labs that show it, the best one first."""

    says: str
    labs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """A section of the book; `number` as the labs' `covers` has it, such as “B12.6”."""

    number: str
    title: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter with all of its sections."""

    title: str
    passages: tuple[Passage, ...]


def _passage(number: str, title: str, *points: tuple[str, str]) -> Passage:
    return Passage(number, title, tuple(Point(says, tuple(labs.split())) for says, labs in points))


CHAPTERS = (
    Chapter(
        "2 Preliminaries",
        (
            _passage(
                "B2.1", "Data manipulation",
                ("Tensors and their shapes", "tensors"),
                ("Indexing and slicing", "tensors"),
                ("Element-wise operations, broadcasting, reshaping, reducing", "tensors"),
                ("Saving memory in place", "tensors"),
                ("Conversion to NumPy and to lists", "tensors"),
            ),
            _passage(
                "B2.2", "Data preprocessing",
                ("Reading a data set", "data_preparation"),
                ("Cleaning, transforming and scaling", "data_preparation"),
                ("Conversion to a tensor", "data_preparation"),
            ),
            _passage(
                "B2.3", "Linear algebra",
                ("Scalars, vectors, matrices and tensors", "linear_algebra"),
                ("Arithmetic and reductions", "linear_algebra tensors"),
                ("Matrix–vector products", "linear_algebra linear_maps"),
                ("Matrix–matrix products", "linear_algebra"),
                ("Norms", "linear_algebra"),
            ),
            _passage(
                "B2.4", "Calculus",
                ("Derivatives", "derivatives"),
                ("Partial derivatives and gradients", "derivatives"),
                ("The chain rule", "derivatives autograd"),
            ),
            _passage(
                "B2.5", "Automatic differentiation",
                ("Backward propagation", "autograd"),
                ("Results that are no numbers but vectors", "autograd"),
                ("Detaching", "autograd"),
                ("Gradients through loops and conditions", "autograd"),
            ),
            _passage(
                "B2.6", "Probability and statistics",
                ("Random variables", "probability distributions"),
                ("Expectation and variance", "probability"),
                ("Conditional probability and Bayes’ theorem", "probability naive_bayes"),
            ),
        ),
    ),
    Chapter(
        "12 Optimization algorithms",
        (
            _passage(
                "B12.1", "Optimization and deep learning",
                ("The empirical risk is not the risk", "optimization_challenges"),
                ("Local minima of a loss that is not convex", "optimization_challenges"),
                ("Saddle points", "optimization_challenges taylor_and_hessians"),
                ("Vanishing and exploding gradients", "optimization_challenges"),
            ),
            _passage(
                "B12.2", "Convexity",
                ("Convex sets and functions, by chords", "convexity"),
                ("Strict convexity", "convexity"),
                ("The first-order condition", "convexity"),
                ("A local minimum is the global one", "convexity"),
                ("Constraints: penalty, projection, Lagrangian", "convexity"),
            ),
            _passage(
                "B12.3", "Gradient descent",
                ("In one dimension", "gradient_descent"),
                ("The learning rate: too small, too large", "gradient_descent"),
                ("In many dimensions", "gradient_descent optimizer_trajectories"),
                ("Newton, preconditioning, line search", "gradient_descent"),
                ("Rules that adapt", "optimizer_trajectories adaptive_methods"),
            ),
            _passage(
                "B12.4", "Stochastic gradient descent",
                ("Updates from single examples", "minibatch_sgd"),
                ("A learning rate that falls", "minibatch_sgd schedules"),
                ("Convergence on convex objectives", "minibatch_sgd"),
                ("Finite samples, with and without replacement", "minibatch_sgd"),
            ),
            _passage(
                "B12.5", "Minibatch stochastic gradient descent",
                ("Vectorization: the time a batch takes", "minibatch_sgd"),
                ("The noise of a minibatch gradient by its size", "minibatch_sgd"),
                ("An implementation to read", "minibatch_sgd"),
            ),
            _passage(
                "B12.6", "Momentum",
                ("The velocity and its leaky average", "momentum"),
                ("Ravines: why it oscillates less", "momentum optimizer_trajectories"),
                ("Which step size and β converge", "momentum"),
            ),
            _passage(
                "B12.7", "Adagrad",
                ("Sparse features and their learning rates", "adaptive_methods"),
                ("Preconditioning by past gradients", "adaptive_methods"),
                ("The algorithm", "adaptive_methods optimizer_trajectories"),
            ),
            _passage(
                "B12.8", "RMSProp",
                ("A leaky average of squares", "adaptive_methods"),
                ("Objectives that change on the way", "adaptive_methods"),
            ),
            _passage("B12.9", "Adadelta", ("No learning rate to choose", "adaptive_methods")),
            _passage(
                "B12.10", "Adam",
                ("Both moments, and their bias correction", "adaptive_methods"),
                ("Yogi, and where Adam fails", "adaptive_methods"),
            ),
            _passage(
                "B12.11", "Learning rate scheduling",
                ("A problem to try schedules on", "schedules optimizer_trajectories"),
                ("Step and exponential decay", "schedules minibatch_sgd"),
                ("Cosine and cyclical schedules, warm-up", "schedules"),
                ("What a schedule does to the test error", "schedules"),
            ),
        ),
    ),
    Chapter(
        "22 Mathematics for deep learning",
        (
            _passage(
                "B22.A.1", "Geometry and linear algebra",
                ("Vectors as points and directions", "vectors"),
                ("Dot products and angles", "vectors"),
                ("Cosine similarity", "vectors"),
                ("Matrices as transformations", "linear_maps"),
                ("Eigenvalues and eigenvectors", "linear_maps"),
                ("Eigendecomposition, and solving with it", "linear_maps"),
            ),
            _passage(
                "B22.A.2", "Calculus",
                ("The derivative as a limit", "derivatives"),
                ("Descending a gradient with different steps", "gradient_descent"),
                ("Taylor series", "taylor_and_hessians"),
                ("Functions of several variables", "derivatives taylor_and_hessians"),
                ("Hessians and Newton’s method", "taylor_and_hessians"),
            ),
            _passage(
                "B22.A.3", "Probability and statistics",
                ("Random variables", "distributions"),
                ("Probability distributions", "distributions"),
                ("Maximum likelihood", "estimation_and_testing"),
                ("Hypothesis tests", "estimation_and_testing"),
                ("What a parameter of a distribution does to a model", "distributions"),
            ),
            _passage(
                "B22.A.4", "Information theory",
                ("Entropy", "information"),
                ("Kullback–Leibler divergence", "information"),
            ),
            _passage(
                "B22.5", "Integral calculus",
                ("Slices, change of variables, double integrals", "integrals"),
            ),
            _passage("B22.9", "Naive Bayes", ("Digits by counting pixels", "naive_bayes")),
        ),
    ),
)  # fmt: skip
