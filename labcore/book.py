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
        "1 Introduction",
        (
            _passage(
                "B1.1", "A motivating example",
                ("Where rules end and learning begins", "rules_vs_learning"),
            ),
            _passage(
                "B1.2", "Key components",
                ("Data", "playground"),
                ("Models", "playground"),
                ("Objective functions", "playground"),
                ("Optimization algorithms", "playground optimizer_trajectories"),
            ),
            _passage(
                "B1.3", "Kinds of machine learning problems",
                ("Supervised learning", "kinds_of_learning"),
                ("Unsupervised learning", "kinds_of_learning"),
                ("Reinforcement learning", "kinds_of_learning q_learning"),
            ),
            _passage(
                "B1.4", "Roots",
                ("Statistics, optimization, neuroscience", "road_to_deep_learning"),
            ),
            _passage(
                "B1.5", "The road to deep learning",
                ("Data", "road_to_deep_learning"),
                ("Computing power", "road_to_deep_learning"),
                ("Algorithms", "road_to_deep_learning"),
            ),
            _passage(
                "B1.6", "Success stories",
                ("Vision, language, speech, games", "road_to_deep_learning"),
            ),
            _passage(
                "B1.7", "The essence of deep learning",
                ("Layers that build features out of features", "playground"),
            ),
            _passage(
                "B1.8", "Summary",
                ("Features of one’s own, and features that are learned", "rules_vs_learning"),
            ),
        ),
    ),
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
        "3 Linear neural networks for regression",
        (
            _passage(
                "B3.1", "Linear regression",
                ("The model: a weighted sum of features", "linear_regression"),
                ("Vectorization for speed", "vectorization"),
                ("The normal distribution and squared loss", "linear_regression"),
                ("Linear regression as a neural network", "linear_regression"),
            ),
            _passage(
                "B3.2", "Object-oriented design",
                ("Module, data module and trainer", "training_loop"),
            ),
            _passage(
                "B3.3", "Synthetic regression data",
                ("Making data, and reading it in batches", "linear_regression"),
            ),
            _passage(
                "B3.4", "From scratch",
                ("The model, the loss, the optimizer", "linear_regression"),
                ("Training", "linear_regression training_loop"),
            ),
            _passage(
                "B3.5", "Concisely",
                ("The same by the library’s layer, loss and optimizer", "linear_regression"),
            ),
            _passage(
                "B3.6", "Generalization",
                ("Training error and generalization error", "generalization"),
                ("Underfitting and overfitting", "generalization playground"),
                ("Choosing a model; cross-validation", "generalization"),
            ),
            _passage(
                "B3.7", "Weight decay",
                ("Norms, and the penalty", "weight_decay"),
                ("An implementation to read", "weight_decay"),
            ),
        ),
    ),
    Chapter(
        "4 Linear neural networks for classification",
        (
            _passage(
                "B4.1", "Softmax regression",
                ("Classes and one-hot labels", "softmax_regression"),
                ("A linear model for each class", "softmax_regression"),
                ("Softmax", "softmax_regression"),
            ),
            _passage(
                "B4.2", "Cross-entropy",
                ("The log-likelihood of the right class", "softmax_regression information"),
            ),
            _passage(
                "B4.3", "The image classification data set",
                ("Fashion-MNIST, and reading it", "image_data"),
            ),
            _passage(
                "B4.4", "From scratch",
                ("The model and the loss", "softmax_regression"),
                ("Training and prediction", "softmax_regression"),
            ),
            _passage(
                "B4.5", "Concisely",
                ("The same by the library", "softmax_regression"),
            ),
            _passage(
                "B4.6", "Generalization in classification",
                ("The test set", "test_set_reuse"),
                ("A test set used again and again", "test_set_reuse"),
                ("What learning theory promises", "test_set_reuse"),
            ),
            _passage(
                "B4.7", "Environment and distribution shift",
                ("Covariate, label and concept shift", "distribution_shift"),
                ("What can be put right, and how", "distribution_shift"),
            ),
        ),
    ),
    Chapter(
        "5 Multilayer perceptrons",
        (
            _passage(
                "B5.1", "Hidden layers",
                ("Layers of neurons", "playground"),
                ("Without an activation all is linear", "universal_approximation playground"),
                ("Universal approximation", "universal_approximation"),
            ),
            _passage(
                "B5.2", "Activation functions",
                ("ReLU", "activations"),
                ("Sigmoid and tanh", "activations"),
            ),
            _passage(
                "B5.3", "Forward and backward propagation",
                ("Forward", "backpropagation"),
                ("Backward", "backpropagation autograd"),
            ),
            _passage(
                "B5.4", "Numerical stability and initialization",
                ("Vanishing and exploding gradients", "initialization activations"),
                ("How to draw the first weights", "initialization"),
            ),
            _passage(
                "B5.5", "Generalization and regularization",
                ("Overfitting of deep networks", "generalization dropout"),
                ("Dropout", "dropout"),
            ),
            _passage(
                "B5.6", "In practice",
                ("From scratch", "mlp_training"),
                ("Concisely", "mlp_training"),
            ),
        ),
    ),
    Chapter(
        "6 Builders’ guide",
        (
            _passage(
                "B6.1", "Layers and modules",
                ("Layers, and modules of layers", "modules"),
                ("A module of one’s own", "modules"),
            ),
            _passage(
                "B6.2", "Parameters",
                ("Reading them", "modules"),
                ("Tied parameters", "modules"),
            ),
            _passage(
                "B6.3", "Initialization",
                ("Built in, and one’s own", "modules initialization"),
            ),
            _passage(
                "B6.4", "Lazy initialization",
                ("Shapes that follow from the first batch", "modules"),
            ),
            _passage(
                "B6.5", "Custom layers",
                ("Without parameters", "modules"),
                ("With parameters", "modules"),
            ),
            _passage(
                "B6.6", "Files",
                ("Saving and loading a model", "checkpoints"),
                ("Saving tensors", "checkpoints"),
            ),
            _passage(
                "B6.7", "GPUs",
                ("Computing devices and moving tensors", "devices"),
                ("Sharing the work between several", "devices"),
            ),
        ),
    ),
    Chapter(
        "7 Convolutional neural networks",
        (
            _passage(
                "B7.1", "From fully connected layers to convolutions",
                ("Invariance and locality", "convolution"),
                ("Parameters of a dense and of a convolutional layer", "convolution"),
            ),
            _passage(
                "B7.2", "Convolutions for images",
                ("Cross-correlation, product by product", "convolution"),
                ("Kernels that find edges, and one that is learned", "convolution"),
                ("Feature maps that become more abstract", "lenet"),
            ),
            _passage(
                "B7.3", "Padding and stride",
                ("Padding that keeps the size", "convolution pooling"),
                ("Stride that makes it smaller", "convolution pooling"),
            ),
            _passage(
                "B7.4", "Multiple input and output channels",
                ("Several input channels, summed", "convolution"),
                ("Several output channels, and 1 × 1", "convolution"),
            ),
            _passage(
                "B7.5", "Pooling",
                ("Maximum and average", "pooling"),
                ("Padding and stride", "pooling"),
            ),
            _passage(
                "B7.6", "LeNet",
                ("The layers", "lenet"),
                ("Training it", "lenet"),
            ),
        ),
    ),
    Chapter(
        "8 Modern convolutional neural networks",
        (
            _passage(
                "B8.1", "AlexNet",
                ("Eight layers, from a window of 11 × 11 on", "cnn_zoo"),
                ("What training it costs", "cnn_zoo road_to_deep_learning"),
            ),
            _passage(
                "B8.2", "VGG",
                ("Blocks of 3 × 3 convolutions", "cnn_zoo"),
                ("VGG-11 layer by layer", "cnn_zoo"),
            ),
            _passage("B8.3", "NiN", ("1 × 1 in the place of dense layers", "cnn_zoo")),
            _passage(
                "B8.4", "GoogLeNet",
                ("Branches of the Inception block", "cnn_zoo"),
                ("Few parameters, as few are dense", "cnn_zoo"),
            ),
            _passage(
                "B8.5", "Batch normalization",
                ("Activations by layer, with and without", "batch_norm"),
                ("Higher learning rates", "batch_norm"),
            ),
            _passage(
                "B8.6", "ResNet",
                ("Blocks that start as the identity", "residual"),
                ("ResNet-18, -50, -101", "cnn_zoo"),
            ),
            _passage(
                "B8.7", "DenseNet",
                ("Dense blocks", "cnn_zoo"),
                ("Transition layers", "cnn_zoo"),
            ),
            _passage(
                "B8.8", "Designing convolutional network architectures",
                ("AnyNet and RegNet", "design_spaces"),
                ("What a constraint is worth, and costs", "design_spaces"),
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
