"""Sections and labs in order. Imports no lab and no torch, so navigation is instant.

A lab is listed here by slug and section, and nowhere else; its module is
`labcore.<section>.<slug>`, its page `pages/<section>/<slug>.py`, its URL `/<slug>`.
"""

from __future__ import annotations

import difflib
import importlib
import os
from dataclasses import dataclass
from functools import cache
from typing import cast

from labcore.lab import LabModule


@dataclass(frozen=True, slots=True)
class Section:
    """A shelf of labs; `part` is the heading it stands under in the navigation."""

    slug: str
    title: str
    part: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What the gallery needs to show a lab without importing it.

    paths: where the lab stands on the three paths through the house: the book's order is
           this file's; `ideas` and `families` are the two articles.
    extra: the module of a lab from outside the house (`LAB_EXTRA_LABS`).
    """

    slug: str
    section: str
    title: str
    teaser: str
    tags: tuple[str, ...]
    paths: tuple[str, ...] = ()
    extra: str = ""

    @property
    def module(self) -> str:
        return self.extra or f"labcore.{self.section}.{self.slug}"

    @property
    def page(self) -> str:
        return f"pages/{self.section}/{self.slug}.py"


SECTIONS = (
    Section("start", "Start here", "Foundations"),
    Section("preliminaries", "Preliminaries", "Foundations"),
    Section("mathematics", "Mathematics", "Foundations"),
    Section("linear", "Linear networks", "Networks"),
    Section("mlp", "Multilayer perceptrons", "Networks"),
    Section("builders", "Builders' guide", "Networks"),
    Section("cnn", "Convolutional networks", "Images"),
    Section("vision", "Computer vision", "Images"),
    Section("rnn", "Recurrent networks", "Sequences"),
    Section("attention", "Attention and Transformers", "Sequences"),
    Section("language", "Language", "Sequences"),
    Section("optimization", "Optimization", "Optimization"),
    Section("tuning", "Hyper-parameter tuning", "Optimization"),
    Section("performance", "Performance", "Optimization"),
    Section("reinforcement", "Reinforcement learning", "Decisions"),
    Section("gaussian_processes", "Gaussian processes", "Uncertainty"),
    Section("generation", "Generation", "Generation and recommendation"),
    Section("recommendation", "Recommendation", "Generation and recommendation"),
    Section("ideas", "Ideas", "Ideas"),
)

LABS = (
    Entry(
        "rules_vs_learning",
        "start",
        "Rules or learning",
        "Read digits by a rule of your own, beside a fitted line and a network, with the mistakes.",
        ("rules", "features", "logistic regression", "end-to-end learning", "MNIST", "exercises"),
    ),
    Entry(
        "playground",
        "start",
        "Neural network playground",
        "Build a network, paint your points, pull a weight, and watch every neuron learn.",
        (
            "neural network",
            "neuron",
            "hidden layer",
            "decision boundary",
            "feature",
            "activation",
            "overfitting",
            "regularization",
            "dropout",
            "dead neuron",
            "ensemble",
            "own data",
        ),
    ),
    Entry(
        "kinds_of_learning",
        "start",
        "Kinds of learning",
        "The same points with labels, without, for rewards, and asking each other.",
        (
            "supervised",
            "unsupervised",
            "reinforcement",
            "self-supervised",
            "classification",
            "regression",
            "tagging",
            "search",
            "recommendation",
            "sequence",
            "k-means",
            "anomaly",
            "bandit",
        ),
    ),
    Entry(
        "road_to_deep_learning",
        "start",
        "The road to deep learning",
        "Brush over ninety years of papers: what grew, how fast, and which driver came first.",
        (
            "history",
            "scaling",
            "compute",
            "data",
            "doubling time",
            "AlexNet",
            "word2vec",
            "GAN",
            "Transformer",
            "computer vision",
            "language",
            "speech recognition",
            "games",
        ),
        ("ideas",),
    ),
    Entry(
        "tensors",
        "preliminaries",
        "Tensors",
        "Slice, reshape, broadcast and reduce cell by cell; see what is a view and what a copy.",
        ("shape", "slice", "stride", "view", "broadcasting", "reduction", "NumPy", "in place"),
    ),
    Entry(
        "data_preparation",
        "preliminaries",
        "Preparing data",
        "Fill the gaps of a table by hand, turn words into numbers, and catch a leak in the act.",
        ("missing values", "one-hot", "scaling", "cross-validation", "leakage", "CSV"),
    ),
    Entry(
        "linear_algebra",
        "preliminaries",
        "Linear algebra",
        "Mix columns, multiply in four orders, drag a norm, and let an axis go.",
        ("matrix product", "norm", "outer product", "Hadamard", "reduction", "keepdim", "tensor"),
    ),
    Entry(
        "derivatives",
        "preliminaries",
        "Derivatives",
        "Turn a secant into a tangent, put functions in a chain, look around on a hillside.",
        ("derivative", "gradient", "chain rule", "directional derivative", "finite differences"),
    ),
    Entry(
        "autograd",
        "preliminaries",
        "Automatic differentiation",
        "Step through a program and back through PyTorch’s own graph; cut it, pull an input.",
        ("automatic differentiation", "backpropagation", "computational graph", "detach"),
        ("ideas",),
    ),
    Entry(
        "probability",
        "preliminaries",
        "Probability",
        "Load a die, cut a square into events, and see what a positive test is worth.",
        ("law of large numbers", "expectation", "variance", "conditional probability", "Bayes"),
    ),
    Entry(
        "vectors",
        "mathematics",
        "Vectors",
        "Drag two vectors: dot product, angle, projection, a plane’s two sides, many dimensions.",
        ("dot product", "cosine similarity", "projection", "hyperplane", "dimension", "angle"),
    ),
    Entry(
        "linear_maps",
        "mathematics",
        "Linear maps",
        "Drag a matrix by its columns: area, rank, eigenvectors, power iteration, SVD, a system.",
        ("matrix", "determinant", "rank", "eigenvector", "eigenvalue", "SVD", "power iteration"),
    ),
    Entry(
        "taylor_and_hessians",
        "mathematics",
        "Taylor series and Hessians",
        "Build a curve from what is known at one point, and lay a bowl on a hillside.",
        ("Taylor series", "Hessian", "curvature", "Newton’s method", "convergence"),
    ),
    Entry(
        "integrals",
        "mathematics",
        "Integrals",
        "Slice an area ever more finely, change the variable, stack columns under a surface.",
        ("integral", "Riemann sum", "substitution", "double integral", "fundamental theorem"),
    ),
    Entry(
        "distributions",
        "mathematics",
        "Distributions",
        "Watch samples fill a shape, average your own until it is a bell, blur a fitted line.",
        ("central limit theorem", "normal", "Poisson", "exponential", "variance", "noise"),
    ),
    Entry(
        "estimation_and_testing",
        "mathematics",
        "Estimation and testing",
        "Climb a likelihood, repeat an experiment a thousand times, and count what misleads.",
        ("likelihood", "bias", "variance", "p-value", "power", "confidence interval"),
    ),
    Entry(
        "information",
        "mathematics",
        "Information",
        "Drag two distributions and see entropy, cross-entropy and divergence as areas.",
        ("entropy", "cross-entropy", "KL divergence", "mutual information", "softmax"),
    ),
    Entry(
        "naive_bayes",
        "mathematics",
        "Naive Bayes",
        "Paint a digit, see every pixel vote, and find out why the model is too sure of itself.",
        ("Bayes", "independence", "smoothing", "posterior", "calibration", "MNIST"),
    ),
    Entry(
        "linear_regression",
        "linear",
        "Linear regression",
        "Drag a point and three lines disagree; walk to them, from scratch and by PyTorch.",
        ("least squares", "SGD", "normal equations", "outlier", "likelihood", "data loader"),
    ),
    Entry(
        "vectorization",
        "linear",
        "Vectorization",
        "Loops and single calls timed while you watch: overhead, work, and the roofs above both.",
        ("overhead", "minibatch", "roofline", "bandwidth", "NumPy", "loop", "speed"),
    ),
    Entry(
        "generalization",
        "linear",
        "Generalization",
        "Raise the degree, deal the folds, stop in time, and go beyond the number of points.",
        ("overfitting", "cross-validation", "learning curve", "early stopping", "double descent"),
    ),
    Entry(
        "weight_decay",
        "linear",
        "Weight decay",
        "Let λ fall and watch weights wake up; see why a diamond keeps most of them asleep.",
        ("ridge", "lasso", "L1", "L2", "regularization", "norm", "sparsity"),
    ),
    Entry(
        "softmax_regression",
        "linear",
        "Softmax regression",
        "Pull ten logits into probabilities, then watch ten templates of clothes form.",
        ("softmax", "cross-entropy", "logits", "temperature", "one-hot", "confusion matrix"),
    ),
    Entry(
        "image_data",
        "linear",
        "Image data",
        "Drag a ring over a map of clothes, hunt wrong labels, and time how pictures are loaded.",
        ("Fashion-MNIST", "minibatch", "data loader", "PCA", "LDA", "label noise"),
    ),
    Entry(
        "test_set_reuse",
        "linear",
        "Using a test set again",
        "Try a thousand equal models on one test set, sell coin flips as skill, and read bounds.",
        ("winner's curse", "Hoeffding", "VC dimension", "leaderboard", "generalization"),
    ),
    Entry(
        "distribution_shift",
        "linear",
        "Distribution shift",
        "Drag the test data away: weights mend what they can, and the page says what they cannot.",
        ("covariate shift", "label shift", "concept shift", "importance weights", "feedback"),
    ),
    Entry(
        "activations",
        "mlp",
        "Activation functions",
        "Send a number through fifty layers, compare nine functions, and watch units die.",
        ("ReLU", "sigmoid", "tanh", "GELU", "vanishing gradient", "dead units", "depth"),
    ),
    Entry(
        "universal_approximation",
        "mlp",
        "Universal approximation",
        "Draw a curve and watch bent lines add up to it; fold a line; see layers collapse.",
        ("ReLU", "hidden layer", "width", "depth", "least squares", "piecewise linear"),
    ),
    Entry(
        "backpropagation",
        "mlp",
        "Backpropagation",
        "One example forward and back, numbers on every edge; what is remembered, and what not.",
        ("backpropagation", "chain rule", "gradient", "weight decay", "memory", "checkpointing"),
        ("ideas",),
    ),
    Entry(
        "initialization",
        "mlp",
        "Initialization",
        "Drag the size of the first weights and see what arrives fifty layers on.",
        ("Xavier", "He", "orthogonal", "symmetry", "exploding gradient", "random matrices"),
    ),
    Entry(
        "dropout",
        "mlp",
        "Dropout",
        "Leave out units at random: see a gap close, a mean survive, and doubt fan out.",
        ("overfitting", "regularization", "mask", "expectation", "uncertainty", "Fashion-MNIST"),
    ),
    Entry(
        "mlp_training",
        "mlp",
        "Training a multilayer perceptron",
        "Garments appear in the first layer; the same network from scratch and from a library.",
        ("Fashion-MNIST", "hidden layer", "ReLU", "confusion matrix", "from scratch", "filters"),
    ),
    Entry(
        "training_loop",
        "builders",
        "The training loop",
        "Open the trainer, follow a batch from call to call, and leave out a line.",
        ("Trainer", "DataModule", "Module", "zero_grad", "backward", "dropout", "validation"),
    ),
    Entry(
        "modules",
        "builders",
        "Layers and modules",
        "Type a network, see its shapes appear at the first batch, and tie its weights.",
        ("nn.Module", "lazy", "parameters", "tied weights", "residual", "initialization", "hooks"),
    ),
    Entry(
        "checkpoints",
        "builders",
        "Checkpoints",
        "Flip a bit of a file of weights, see who notices, and train on from it bit for bit.",
        ("safetensors", "save", "load", "resume", "optimizer state", "random state", "float"),
    ),
    Entry(
        "devices",
        "builders",
        "Devices",
        "Time products on this server, and find the size from which a GPU is worth the way.",
        ("GPU", "CPU", "transfer", "dtype", "matrix product", "threads", "FLOP/s"),
    ),
    Entry(
        "convolution",
        "cnn",
        "Convolution",
        "Pull nine numbers and see a photograph change; learn them; shift the picture and compare.",
        ("kernel", "padding", "stride", "dilation", "channels", "1 × 1", "equivariance", "Sobel"),
        ("families",),
    ),
    Entry(
        "pooling",
        "cnn",
        "Pooling",
        "A window keeps one number of many: watch it slide, then drag the picture and measure.",
        ("max pooling", "average pooling", "stride", "padding", "shift", "invariance", "blur"),
        ("families",),
    ),
    Entry(
        "lenet",
        "cnn",
        "LeNet",
        "Train the net of 1998 beside a modern one, draw on what they see, and silence filters.",
        ("CNN", "filters", "feature maps", "saliency", "Grad-CAM", "MNIST", "Fashion-MNIST"),
        ("families",),
    ),
    Entry(
        "cnn_zoo",
        "cnn",
        "Famous convolutional networks",
        "Walk through AlexNet to ResNet-101 and read each layer's bill; then race small ones.",
        ("AlexNet", "VGG", "NiN", "GoogLeNet", "ResNet", "ResNeXt", "DenseNet", "FLOPs"),
    ),
    Entry(
        "batch_norm",
        "cnn",
        "Batch normalization",
        "Watch a LeNet wake up, put an image into other company, and see which rates are borne.",
        ("batch norm", "layer norm", "running statistics", "train and eval", "LeNet"),
    ),
    Entry(
        "residual",
        "cnn",
        "Residual networks",
        "Train 32 layers with and without skips, leave blocks out, and look around the end.",
        ("ResNet", "skip connection", "depth", "degradation", "stochastic depth", "loss surface"),
        ("families",),
    ),
    Entry(
        "design_spaces",
        "cnn",
        "Design spaces",
        "Train a hundred small networks from six spaces live, and see which rule made them better.",
        ("AnyNet", "RegNet", "ResNeXt", "group convolution", "error distribution", "bootstrap"),
    ),
    Entry(
        "attention_heads",
        "attention",
        "Attention heads",
        "Train small Transformers in seconds, watch heads form, then cut, paint and patch them.",
        ("attention", "Transformer", "softmax", "heads", "masks", "ablation"),
        ("ideas", "families"),
    ),
    Entry(
        "optimizer_trajectories",
        "optimization",
        "Optimizer trajectories",
        "Race thirteen optimizers over a dozen surfaces, your own formula, or a real network.",
        ("gradient descent", "momentum", "Adam", "learning rate", "loss surface", "divergence"),
    ),
    Entry(
        "optimization_challenges",
        "optimization",
        "Optimization challenges",
        "The wrong goal, saddles, plateaus and depth: four ways in which descent gets stuck.",
        ("risk", "local minimum", "saddle", "Hessian", "vanishing gradient", "exploding gradient"),
    ),
    Entry(
        "convexity",
        "optimization",
        "Convexity",
        "Sets and functions judged by a chord, Jensen's gap in your hand, and walls that push.",
        ("convex", "Jensen", "Lagrange multiplier", "penalty", "projection", "epigraph"),
    ),
    Entry(
        "gradient_descent",
        "optimization",
        "Gradient descent",
        "Drag the start and the step size on your own curve; rates foretold and measured.",
        ("gradient descent", "Newton", "preconditioning", "line search", "convergence rate"),
    ),
    Entry(
        "minibatch_sgd",
        "optimization",
        "Minibatch SGD",
        "Hold two weights, see what minibatches say of them, and race batch sizes by the clock.",
        ("minibatch", "stochastic gradient descent", "noise", "batch size", "learning rate decay"),
    ),
    Entry(
        "momentum",
        "optimization",
        "Momentum",
        "Drag step size and momentum over an exact map of rates, and watch each mode follow.",
        ("momentum", "heavy ball", "condition number", "eigenvalues", "leaky average"),
    ),
    Entry(
        "adaptive_methods",
        "optimization",
        "Adaptive methods",
        "Give every weight its own learning rate: rare words, moving targets, and Adam's failure.",
        ("Adagrad", "RMSProp", "Adadelta", "Adam", "Yogi", "bias correction", "sparse features"),
    ),
    Entry(
        "schedules",
        "optimization",
        "Learning rate schedules",
        "Draw a learning rate over time and train it beside five known ones on real clothes.",
        ("learning rate", "schedule", "warm-up", "cosine", "cyclical", "Fashion-MNIST"),
    ),
    Entry(
        "anchor_boxes",
        "vision",
        "Anchor boxes",
        "Drag boxes, assign anchors, watch suppression choose, and see what that does to AP.",
        ("object detection", "IoU", "anchors", "non-maximum suppression", "average precision"),
    ),
    Entry(
        "q_learning",
        "reinforcement",
        "Q-learning in a grid world",
        "Paint a world, watch values spread back from the goal, and race eight algorithms.",
        ("Q-learning", "SARSA", "temporal difference", "exploration", "grid world", "Dyna-Q"),
    ),
    Entry(
        "gp_posterior",
        "gaussian_processes",
        "Gaussian process posterior",
        "Put points down, drag them, and see every function that still fits.",
        ("Gaussian process", "kernel", "evidence", "uncertainty", "Bayesian optimization"),
    ),
    Entry(
        "gan",
        "generation",
        "Generative adversarial network",
        "Watch fakes chase real points, break the game in four ways, and compare three rivals.",
        ("GAN", "generator", "discriminator", "mode collapse", "Wasserstein", "diffusion", "VAE"),
        ("ideas",),
    ),
)

PATHS = {
    "book": "The book's order",
    "ideas": "Stunning ideas",
    "families": "CNN · RNN · Transformer",
}


def entries(path: str = "book") -> tuple[Entry, ...]:
    """The labs of one path, in its order."""
    return LABS if path == "book" else tuple(entry for entry in LABS if path in entry.paths)


def find(slug: str) -> Entry:
    """The entry of a lab.

    Raises:
        KeyError: a sentence, if there is no such lab.
    """
    for entry in (*LABS, *extra()):
        if entry.slug == slug:
            return entry
    near = difflib.get_close_matches(slug, [entry.slug for entry in LABS], 1)
    meant = f"did you mean {near[0]}?" if near else f"there is {LABS[0].slug}, for one."
    raise KeyError(f"There is no lab “{slug[:40]}”; {meant}")


@cache
def extra() -> tuple[Entry, ...]:
    """Labs the house can run but does not list: modules named in `LAB_EXTRA_LABS`.

    Tests and benchmarks bring theirs this way; so can a lab that is being written.
    """
    listed = {entry.module for entry in LABS}
    named = os.environ.get("LAB_EXTRA_LABS", "").split(",")
    modules = [name for name in named if name and name not in listed]
    return tuple(
        Entry(name.rpartition(".")[2], "", name.rpartition(".")[2], "", (), extra=name)
        for name in modules
    )


@cache
def load(slug: str) -> LabModule:
    """The module of a lab, imported on first use."""
    return cast(LabModule, importlib.import_module(find(slug).module))
