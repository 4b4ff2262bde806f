"""The words of the house: each said once, in plain words, wherever a lab uses it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the field.

    says:   what it is, in one or two sentences.
    also:   other words for it, and other forms by which prose names it.
    labs:   where to see it, most telling first.
    """

    name: str
    says: str
    also: tuple[str, ...] = ()
    labs: tuple[str, ...] = ()


TERMS = (
    Term("ablation", "Taking a part away, such as an attention head, to see what it was good for.",
         ("ablate", "cut a head"), ("attention_heads",)),
    Term("acquisition function", "A number that says how much one would learn or gain by trying "
         "a place next. Bayesian optimization tries where it is highest.",
         ("expected improvement", "UCB", "Thompson"), ("gp_posterior",)),
    Term("activation function", "What bends a neuron’s sum, such as ReLU or the sigmoid. Without "
         "it, layers in a row are one linear map.", ("activation", "ReLU", "sigmoid", "tanh"),
         ("activations", "playground")),
    Term("adaptive method", "An optimizer that gives each parameter a step of its own, by the size "
         "of the gradients it has seen.", ("Adagrad", "RMSProp", "Adam"),
         ("optimizer_trajectories",)),
    Term("anchor", "A box of fixed size and shape, tiled over a picture. A detector says how to "
         "move each one onto an object.", ("anchors", "anchor box", "anchor boxes"),
         ("anchor_boxes",)),
    Term("attention", "A weighted mean of vectors. The weights come from how well a query matches "
         "each key.", ("attention weights",), ("attention_heads",)),
    Term("attention head", "One attention with its own queries, keys and values; several run side "
         "by side in a layer.", ("head", "heads"), ("attention_heads",)),
    Term("attention sink", "A token that takes the weight a head has no better use for.",
         ("sink",), ("attention_heads",)),
    Term("autograd", "Derivatives by the chain rule, worked backwards through the steps of a "
         "computation.", ("automatic differentiation",), ("autograd",)),
    Term("average precision", "The area under the precision–recall curve; averaged over classes "
         "it is called mAP.", ("AP", "mAP"), ("anchor_boxes",)),
    Term("backpropagation", "The chain rule walked from the loss back to every weight, so that "
         "each product is computed once.", ("backward pass",), ("backpropagation", "autograd")),
    Term("basin", "All starting points from which descent ends at the same minimum.", ("basins",),
         ("optimizer_trajectories",)),
    Term("batch", "The examples on which one gradient is computed.", ("minibatch", "batches"),
         ("minibatch_sgd", "optimizer_trajectories")),
    Term("batch normalization", "Giving each unit’s values over a batch mean 0 and variance 1, "
         "and then a learned scale and shift.", ("batch norm",), ("batch_norm",)),
    Term("Bayesian optimization", "Searching for the best place with few trials, guided by a "
         "model that knows what it does not know.", (), ("gp_posterior",)),
    Term("Bayes’ theorem", "How evidence changes a probability: prior times likelihood, divided "
         "by what makes all of them sum to 1.", ("Bayes’ rule",), ("probability", "naive_bayes")),
    Term("channel", "One of several maps that lie over one another, such as the red part of an "
         "image.", ("channels",), ("convolution",)),
    Term("checkpoint", "All that training needs to go on from a moment: weights, the optimizer’s "
         "memory, the place in the data.", ("checkpoints",), ("checkpoints",)),
    Term("condition number", "The largest curvature over the smallest. When it is large, a step "
         "that is safe across a ravine is tiny along it.", ("κ",),
         ("optimizer_trajectories", "gp_posterior")),
    Term("confusion matrix", "How often each class was taken for each of the others.", (),
         ("softmax_regression", "lenet")),
    Term("convexity", "Curving upwards everywhere, so that a lowest place nearby is the lowest of "
         "all.", ("convex",), ("convexity",)),
    Term("convolution", "The same few weights laid over every place of an image; each place gives "
         "a weighted sum.", ("convolutions", "convolutional"), ("convolution", "lenet")),
    Term("covariance", "How two numbers vary together. A kernel gives it for function values at "
         "two places.", ("covariance matrix",), ("gp_posterior",)),
    Term("cross-attention", "Attention in which the queries come from one sequence and keys and "
         "values from another.", (), ("attention_heads",)),
    Term("cross-entropy", "Minus the log of the probability that a model gave to what happened.",
         ("log loss",), ("softmax_regression", "information")),
    Term("cross-validation", "Holding out every part of the data once, and taking the mean of the "
         "scores.", ("k-fold",), ("generalization",)),
    Term("diffusion model", "A generator that learns to take noise away step by step.",
         ("diffusion",), ("gan",)),
    Term("discount", "How much a reward counts for each step one must wait for it, written γ.",
         ("discount factor", "γ"), ("q_learning",)),
    Term("discriminator", "The network of a GAN that tells real from made.", ("critic",), ("gan",)),
    Term("distribution shift", "The data a model is asked about are not like those it learned "
         "from.", ("covariate shift", "label shift", "concept shift"), ("distribution_shift",)),
    Term("divergence", "A run whose numbers grow without bound.", ("diverges", "diverge"),
         ("optimizer_trajectories",)),
    Term("dropout", "Silencing random units in each training step, so that none can lean on a "
         "single other one.", (), ("dropout",)),
    Term("eigenvector", "A direction that a matrix only stretches; its eigenvalue says by how "
         "much.", ("eigenvectors", "eigenvalue", "eigenvalues"), ("linear_maps", "momentum")),
    Term("entropy", "How spread out a distribution is; zero when one outcome has it all.", (),
         ("information", "attention_heads")),
    Term("episode", "One game of an agent, from the start to an end.", ("episodes",),
         ("q_learning",)),
    Term("epoch", "Once through all training data.", ("epochs",), ("playground", "minibatch_sgd")),
    Term("evidence", "How probable a model's prior makes the data, with its functions averaged "
         "out; also marginal likelihood. It weighs fit against complexity by itself.",
         ("marginal likelihood",), ("gp_posterior",)),
    Term("exploration", "Doing what does not look best, to find out.", ("ε-greedy", "explore"),
         ("q_learning",)),
    Term("feature", "A number about an example that a model is given, or makes for itself.",
         ("features",), ("rules_vs_learning", "playground")),
    Term("Gaussian process", "A distribution over functions: any values at any places are jointly "
         "Gaussian, with covariances from a kernel.", ("GP",), ("gp_posterior",)),
    Term("generalization", "Doing well on data that were not there in training.",
         ("generalize", "generalizes"), ("generalization", "test_set_reuse")),
    Term("generator", "The network of a GAN that makes samples from noise.", (), ("gan",)),
    Term("gradient", "The vector of derivatives; it points where a function rises fastest.",
         ("gradients", "slope"), ("derivatives", "gradient_descent")),
    Term("Hessian", "The matrix of second derivatives: curvature in every direction.", (),
         ("taylor_and_hessians", "optimizer_trajectories")),
    Term("initialization", "How weights are drawn before training. Their size decides whether "
         "signals die out or explode on the way.", ("Xavier",), ("initialization",)),
    Term("intersection over union", "The area two boxes share, over the area they cover together.",
         ("IoU",), ("anchor_boxes",)),
    Term("kernel", "A function of two places that says how similar function values there are. In "
         "a convolution the word means the weights that slide over a picture.", ("kernels",),
         ("gp_posterior",)),
    Term("latent", "Not seen in the data but assumed behind it, such as the noise a generator "
         "starts from.", ("latent space",), ("gan",)),
    Term("layer normalization", "Mean 0 and variance 1 over the units of a single example, "
         "whatever batch it stands in.", ("layer norm",), ("batch_norm",)),
    Term("learning rate", "What the gradient is multiplied by to give a step, written η.", ("η",),
         ("gradient_descent", "optimizer_trajectories")),
    Term("length-scale", "How far apart two places must be for function values to be nearly "
         "independent.", ("length scale",), ("gp_posterior",)),
    Term("likelihood", "How probable the data are, seen as a function of the parameters.",
         ("likelihoods",), ("estimation_and_testing", "linear_regression")),
    Term("linear regression", "Predicting a number by a weighted sum of features.",
         ("least squares",), ("linear_regression",)),
    Term("logit", "A score before the softmax or sigmoid makes a probability of it.", ("logits",),
         ("softmax_regression", "attention_heads")),
    Term("loss", "The number that training makes small.", (), ("optimizer_trajectories",)),
    Term("mask", "A rule on which positions attention may look at; causal masks hide what is still "
         "to come.", ("causal mask",), ("attention_heads",)),
    Term("mode collapse", "A generator that makes only some of the kinds of sample there are.", (),
         ("gan",)),
    Term("momentum", "A running sum of past gradients that a step follows in place of the newest.",
         ("velocity",), ("momentum", "optimizer_trajectories")),
    Term("non-maximum suppression", "Keeping the best of boxes that overlap and dropping the "
         "rest.", ("NMS",), ("anchor_boxes",)),
    Term("off-policy", "Learning the value of one way to act while acting in another. Q-learning "
         "is; SARSA is not.", ("on-policy",), ("q_learning",)),
    Term("one-hot vector", "Zeros and a single 1, which names a class.", ("one-hot",),
         ("softmax_regression",)),
    Term("overfitting", "Learning what is true of the training data only.", ("overfit", "overfits"),
         ("generalization", "playground")),
    Term("padding", "Zeros laid around an image, so that a window fits over its border too.", (),
         ("convolution",)),
    Term("pooling", "One number for each window of a map: its largest, or its mean.",
         ("max pooling", "average pooling"), ("pooling",)),
    Term("positional encoding", "What tells a Transformer where in the sequence a token stands.",
         ("position encoding",), ("attention_heads",)),
    Term("posterior", "What is believed after the data have been seen.", (), ("gp_posterior",)),
    Term("precision", "Of what was reported, the share that is right.", (), ("anchor_boxes",)),
    Term("preconditioning", "Changing coordinates so that all directions curve alike.", (),
         ("optimizer_trajectories",)),
    Term("prior", "What is believed before any data.", (), ("gp_posterior",)),
    Term("query, key, value", "The three vectors of attention: what a position asks for, what each "
         "position offers to be found by, and what it hands over.", ("queries", "query"),
         ("attention_heads",)),
    Term("recall", "Of what is there, the share that was found.", (), ("anchor_boxes",)),
    Term("receptive field", "The part of the image on which a unit depends.", (), ("cnn_zoo",)),
    Term("regularization", "What keeps a model simple while it learns, such as weight decay, "
         "dropout or stopping early.", ("regularize", "early stopping"),
         ("weight_decay", "generalization")),
    Term("residual connection", "The input of a block added to its output, so that the block has "
         "only the change to learn.", ("residual block", "residual network", "skip connection"),
         ("residual",)),
    Term("reward", "The number a world gives an agent after a step.", ("rewards",),
         ("q_learning",)),
    Term("saddle", "A place of zero slope that is a valley in one direction and a ridge in "
         "another.", ("saddle point",), ("optimizer_trajectories",)),
    Term("saliency", "How much a score changes with each pixel.", ("saliency map",), ("lenet",)),
    Term("seed", "The number from which all randomness of a run follows: the same seed, the same "
         "run.", ()),
    Term("sharpness", "The largest curvature of the loss. Plain descent is stable only below 2/η.",
         (), ("optimizer_trajectories",)),
    Term("softmax", "Scores made into weights that are positive and sum to one.", (),
         ("softmax_regression", "attention_heads")),
    Term("spectral normalization", "Dividing a layer by its largest stretch, so that a "
         "discriminator cannot become too steep.", ("spectral norm",), ("gan",)),
    Term("stochastic gradient descent", "Descent along gradients of a few examples at a time.",
         ("SGD",), ("minibatch_sgd", "optimizer_trajectories")),
    Term("stride", "How many cells a window moves from one place to the next.", ("strides",),
         ("convolution", "pooling")),
    Term("temperature", "What scores are divided by before the softmax: low makes it choose, high "
         "makes it even.", (), ("attention_heads",)),
    Term("temporal difference", "The gap between what was expected and what one step and the next "
         "expectation say.", ("TD error",), ("q_learning",)),
    Term("tensor", "Numbers in a block with any number of axes.", ("tensors",), ("tensors",)),
    Term("test set", "Data that are kept apart, and asked when everything is chosen.",
         ("test images", "held out"), ("test_set_reuse",)),
    Term("token", "A piece of text that a model treats as one: a letter, a word or part of one.",
         ("tokens",), ("attention_heads",)),
    Term("Transformer", "A network of attention and small feed-forward parts, with sums that carry "
         "everything past them.", ("Transformers",), ("attention_heads",)),
    Term("uncertainty", "What a model knows about what it does not know.", (), ("gp_posterior",)),
    Term("universal approximation", "One hidden layer, if it is wide enough, comes as near as one "
         "likes to any continuous function.", (), ("universal_approximation",)),
    Term("value function", "How much reward can be expected from a state on; Q says it for each "
         "action too.", ("Q-value", "value of a state"), ("q_learning",)),
    Term("vanishing gradient", "A gradient so small that nothing is learnt, as from a flat part of "
         "a sigmoid.", ("vanishing gradients",), ("gan",)),
    Term("variational autoencoder", "A network that squeezes data through a noisy narrow place and "
         "learns to put it back together; noise then makes samples.", ("VAE",), ("gan",)),
    Term("vectorization", "Computing with whole arrays at once, not number by number.",
         ("vectorize", "vectorized"), ("vectorization",)),
    Term("Wasserstein distance", "The least work that moves one heap of points onto another.",
         ("Wasserstein", "earth mover"), ("gan",)),
    Term("weight decay", "Shrinking every weight a little at each step; under plain gradient "
         "descent, a penalty on their squares.", ("ridge regression",), ("weight_decay",)),
)  # fmt: skip


def find(name: str) -> Term | None:
    """The term of a name or another word for it."""
    wanted = name.casefold()
    for term in TERMS:
        if wanted in {word.casefold() for word in (term.name, *term.also)}:
            return term
    return None


@cache
def used(prose: str, texts: tuple[str, ...] = ()) -> tuple[Term, ...]:
    """The terms that a lab's prose or other texts name, in the order of the glossary."""
    plain = " ".join((re.sub(r"\$[^$]*\$", " ", prose), *texts))
    return tuple(term for term in TERMS if _pattern(term).search(plain))


@cache
def _pattern(term: Term) -> re.Pattern[str]:
    """Any of a term's words. Short ones and capitals mean what they are; others any case."""
    parts = []
    for word in (term.name, *term.also):
        exact = len(word) < 4 or word.isupper()
        parts.append(re.escape(word) if exact else f"(?i:{re.escape(word)})")
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)")
