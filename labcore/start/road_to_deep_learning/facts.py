"""What was published when, with the numbers that the papers themselves state.

Where a number is somebody else's estimate, `whose` says so. The month is that of the first
publication, mostly of the arXiv version; old papers have January.
"""

from __future__ import annotations

from typing import NamedTuple

COUNTED = "estimated by Amodei & Hernandez (2018), AI and compute, appendix"
TABLE = "as in Brown et al. (2020), table D.1"
ARXIV, DOI = "https://arxiv.org/abs/", "https://doi.org/"


class Fact(NamedTuple):
    """One publication.

    lane: what it belongs to; said: what it is known for, with its numbers in words.
    flop: of the training; words: or tokens; images: to train on. None where not stated.
    whose: who estimated the FLOP, if the paper does not state it.
    """

    year: int
    month: int
    lane: str
    name: str
    said: str
    source: str
    url: str
    flop: float | None = None
    parameters: float | None = None
    words: float | None = None
    images: float | None = None
    whose: str = ""

    @property
    def when(self) -> float:
        return self.year + (self.month - 0.5) / 12


STATISTICS, OPTIMIZATION, NEUROSCIENCE = "Statistics", "Optimization", "Neuroscience"
VISION, LANGUAGE, SPEECH, GAMES = "Vision", "Language", "Speech", "Games"
LANES = (STATISTICS, OPTIMIZATION, NEUROSCIENCE, VISION, LANGUAGE, SPEECH, GAMES)
"""Three roots of learning machines, then four fields they changed."""

FACTS = tuple(sorted((
    Fact(1936, 1, STATISTICS, "Iris", "three kinds of flowers told apart; 150 flowers measured",
         "Fisher (1936), Annals of Eugenics 7", DOI + "10.1111/j.1469-1809.1936.tb02137.x"),
    Fact(1948, 1, STATISTICS, "Information", "entropy, and English guessed letter by letter",
         "Shannon (1948), Bell System Technical Journal 27",
         DOI + "10.1002/j.1538-7305.1948.tb01338.x"),
    Fact(1971, 1, STATISTICS, "VC theory", "when a rule learned from examples holds for others",
         "Vapnik & Chervonenkis (1971), Theory of Probability 16", DOI + "10.1137/1116025"),
    Fact(1995, 1, STATISTICS, "Support vectors", "the widest margin between two classes",
         "Cortes & Vapnik (1995), Machine Learning 20", DOI + "10.1007/BF00994018"),
    Fact(1951, 1, OPTIMIZATION, "Stochastic approximation", "steps that shrink, along noisy slopes",
         "Robbins & Monro (1951), Annals of Mathematical Statistics 22",
         DOI + "10.1214/aoms/1177729586"),
    Fact(1964, 1, OPTIMIZATION, "Momentum", "a heavy ball rolls through ravines",
         "Polyak (1964), USSR Computational Mathematics 4", DOI + "10.1016/0041-5553(64)90137-5"),
    Fact(1986, 10, OPTIMIZATION, "Backpropagation", "errors sent back through hidden units",
         "Rumelhart, Hinton & Williams (1986), Nature 323", DOI + "10.1038/323533a0"),
    Fact(2014, 12, OPTIMIZATION, "Adam", "a step size for every weight",
         "Kingma & Ba (2014)", ARXIV + "1412.6980"),
    Fact(2015, 2, OPTIMIZATION, "Batch norm", "each layer's inputs brought to one scale",
         "Ioffe & Szegedy (2015)", ARXIV + "1502.03167"),
    Fact(1943, 1, NEUROSCIENCE, "Artificial neuron", "nerve cells as logic with thresholds",
         "McCulloch & Pitts (1943), Bulletin of Mathematical Biophysics 5",
         DOI + "10.1007/BF02478259"),
    Fact(1949, 1, NEUROSCIENCE, "Hebb's rule", "cells that take part in firing a cell grow closer",
         "Hebb (1949), The organization of behavior", DOI + "10.4324/9781410612403"),
    Fact(1958, 1, NEUROSCIENCE, "Perceptron", "weights learned from examples",
         "Rosenblatt (1958), Psychological Review 65", DOI + "10.1037/h0042519"),
    Fact(1962, 1, NEUROSCIENCE, "Visual cortex", "cells of a cat that answer to edges",
         "Hubel & Wiesel (1962), J. of Physiology 160", DOI + "10.1113/jphysiol.1962.sp006837"),
    Fact(1980, 1, NEUROSCIENCE, "Neocognitron", "layers of such cells, unmoved by shifts",
         "Fukushima (1980), Biological Cybernetics 36", DOI + "10.1007/BF00344251"),
    Fact(1989, 1, VISION, "Zip code net", "handwritten digits; 9,760 weights, 7,291 images",
         "LeCun et al. (1989), Neural Computation 1", DOI + "10.1162/neco.1989.1.4.541",
         parameters=9760, images=7291),
    Fact(1998, 11, VISION, "LeNet-5", "60,000 weights and the 60,000 images of MNIST",
         "LeCun, Bottou, Bengio & Haffner (1998), Proceedings of the IEEE 86",
         DOI + "10.1109/5.726791", parameters=6e4, images=6e4),
    Fact(2009, 6, VISION, "ImageNet", "3.2 million images of 5,247 kinds, sorted by people",
         "Deng et al. (2009), CVPR", DOI + "10.1109/CVPR.2009.5206848", images=3.2e6),
    Fact(2012, 9, VISION, "AlexNet ★", "60 million weights, 1.2 million images, two game cards",
         "Krizhevsky, Sutskever & Hinton (2012), NIPS", DOI + "10.1145/3065386",
         4.7e17, 6e7, None, 1.2e6, COUNTED),
    Fact(2013, 11, VISION, "Zeiler & Fergus", "what the layers of such a network look for",
         "Zeiler & Fergus (2013)", ARXIV + "1311.2901", 5.3e17, None, None, 1.3e6, COUNTED),
    Fact(2014, 6, VISION, "GAN ★", "two networks, one makes images, one doubts them",
         "Goodfellow et al. (2014)", ARXIV + "1406.2661"),
    Fact(2014, 9, VISION, "VGG-16", "138 million weights, all filters 3 × 3",
         "Simonyan & Zisserman (2014), table 2", ARXIV + "1409.1556",
         8.5e18, 1.38e8, None, 1.3e6, COUNTED),
    Fact(2015, 12, VISION, "ResNet-152", "152 layers that add to what is there",
         "He, Zhang, Ren & Sun (2015)", ARXIV + "1512.03385", 1.0e19, None, None, 1.28e6, COUNTED),
    Fact(2016, 10, VISION, "Xception", "22.9 million weights, 350 million images of JFT",
         "Chollet (2016), table 3", ARXIV + "1610.02357", 4.5e20, 2.29e7, None, 3.5e8, COUNTED),
    Fact(2020, 10, VISION, "ViT-H", "632 million weights, 303 million images, no convolution",
         "Dosovitskiy et al. (2020), table 1", ARXIV + "2010.11929",
         parameters=6.32e8, images=3.03e8),
    Fact(2021, 3, VISION, "CLIP", "400 million images with their captions",
         "Radford et al. (2021)", ARXIV + "2103.00020", images=4e8),
    Fact(2021, 12, VISION, "Latent diffusion", "1.45 billion weights draw what a text says",
         "Rombach et al. (2021)", ARXIV + "2112.10752", parameters=1.45e9, images=4e8),
    Fact(1997, 11, LANGUAGE, "LSTM", "a memory that keeps its gradient",
         "Hochreiter & Schmidhuber (1997), Neural Comp. 9", DOI + "10.1162/neco.1997.9.8.1735"),
    Fact(2003, 2, LANGUAGE, "Neural language model", "words as vectors, from 14 million of them",
         "Bengio, Ducharme, Vincent & Jauvin (2003), JMLR 3",
         "https://www.jmlr.org/papers/v3/bengio03a.html", words=1.4e7),
    Fact(2013, 1, LANGUAGE, "word2vec ★", "vectors from 1.6 billion words in less than a day",
         "Mikolov, Chen, Corrado & Dean (2013)", ARXIV + "1301.3781", words=1.6e9),
    Fact(2014, 9, LANGUAGE, "Seq2seq", "384 million weights, 652 million words in two languages",
         "Sutskever, Vinyals & Le (2014)", ARXIV + "1409.3215",
         8.1e18, 3.84e8, 6.52e8, None, COUNTED),
    Fact(2014, 9, LANGUAGE, "Attention", "look back at every word of the source",
         "Bahdanau, Cho & Bengio (2014)", ARXIV + "1409.0473",
         1.6e18, None, 3.48e8, None, COUNTED),
    Fact(2016, 9, LANGUAGE, "GNMT", "Google Translate goes over to a network",
         "Wu et al. (2016)", ARXIV + "1609.08144", 6.9e21, None, None, None, COUNTED),
    Fact(2017, 6, LANGUAGE, "Transformer ★", "attention is all; 213 million weights if big",
         "Vaswani et al. (2017), tables 2 and 3", ARXIV + "1706.03762", 2.3e19, 2.13e8),
    Fact(2018, 10, LANGUAGE, "BERT-large", "340 million weights, 3.3 billion words with gaps",
         "Devlin, Chang, Lee & Toutanova (2018)", ARXIV + "1810.04805",
         5.33e20, 3.4e8, 3.3e9, None, TABLE),
    Fact(2019, 2, LANGUAGE, "GPT-2", "1.5 billion weights and a page of text to go on with",
         "Radford et al. (2019), Language models are unsupervised multitask learners",
         "https://openai.com/research/better-language-models", parameters=1.5e9),
    Fact(2019, 10, LANGUAGE, "T5-11B", "11 billion weights, every task as text to text",
         "Raffel et al. (2019)", ARXIV + "1910.10683", 3.3e22, 1.1e10, 1e12, None, TABLE),
    Fact(2020, 5, LANGUAGE, "GPT-3", "175 billion weights, 300 billion tokens",
         "Brown et al. (2020), table D.1", ARXIV + "2005.14165", 3.14e23, 1.75e11, 3e11),
    Fact(2021, 12, LANGUAGE, "Gopher", "280 billion weights, 300 billion tokens",
         "Rae et al. (2021)", ARXIV + "2112.11446", parameters=2.8e11, words=3e11),
    Fact(2022, 3, LANGUAGE, "Chinchilla", "a quarter of Gopher's weights, 1.4 trillion tokens",
         "Hoffmann et al. (2022)", ARXIV + "2203.15556", 5.76e23, 7e10, 1.4e12),
    Fact(2022, 4, LANGUAGE, "PaLM", "540 billion weights, 780 billion tokens",
         "Chowdhery et al. (2022)", ARXIV + "2204.02311", 2.56e24, 5.4e11, 7.8e11),
    Fact(2023, 2, LANGUAGE, "LLaMA-65B", "65 billion weights, 1.4 trillion tokens",
         "Touvron et al. (2023)", ARXIV + "2302.13971", parameters=6.5e10, words=1.4e12),
    Fact(2024, 7, LANGUAGE, "Llama 3.1", "405 billion weights, 15.6 trillion tokens",
         "Grattafiori et al. (2024)", ARXIV + "2407.21783", 3.8e25, 4.05e11, 1.56e13),
    Fact(1987, 1, SPEECH, "NETtalk", "18,629 weights learn to read English aloud",
         "Sejnowski & Rosenberg (1987), Complex Systems 1",
         "https://www.complex-systems.com/abstracts/v01_i01_a10/", parameters=18629),
    Fact(1989, 3, SPEECH, "Time delays", "one filter slides along the sound",
         "Waibel et al. (1989), IEEE Transactions 37", DOI + "10.1109/29.21701"),
    Fact(2012, 11, SPEECH, "Deep acoustic models", "four groups replace mixtures by networks",
         "Hinton et al. (2012), IEEE Signal Processing Magazine 29",
         DOI + "10.1109/MSP.2012.2205597"),
    Fact(2015, 12, SPEECH, "Deep Speech 2", "11,940 hours of English, 9,400 of Mandarin",
         "Amodei et al. (2015)", ARXIV + "1512.02595", 2.6e19, whose=COUNTED),
    Fact(2016, 9, SPEECH, "WaveNet", "sound made sample by sample",
         "van den Oord et al. (2016)", ARXIV + "1609.03499"),
    Fact(2022, 12, SPEECH, "Whisper", "1.55 billion weights, 680,000 hours from the web",
         "Radford et al. (2022)", ARXIV + "2212.04356", parameters=1.55e9),
    Fact(1959, 7, GAMES, "Checkers", "a program that plays better than its author",
         "Samuel (1959), IBM Journal 3", DOI + "10.1147/rd.33.0210"),
    Fact(1995, 3, GAMES, "TD-Gammon", "backgammon learned against itself",
         "Tesauro (1995), Communications of the ACM 38", DOI + "10.1145/203330.203343"),
    Fact(2013, 12, GAMES, "DQN", "seven Atari games from the screen alone",
         "Mnih et al. (2013)", ARXIV + "1312.5602", 2.3e15, whose=COUNTED),
    Fact(2016, 1, GAMES, "AlphaGo", "beats a Go professional, after 30 million positions",
         "Silver et al. (2016), Nature 529", DOI + "10.1038/nature16961"),
    Fact(2017, 10, GAMES, "AlphaGo Zero", "29 million games against itself, none of people's",
         "Silver et al. (2017), Nature 550", DOI + "10.1038/nature24270"),
    Fact(2019, 12, GAMES, "OpenAI Five", "770 petaflop/s-days beat the world champions of Dota 2",
         "Berner et al. (2019)", ARXIV + "1912.06680", 6.7e22, 1.59e8),
), key=lambda fact: fact.when))  # fmt: skip


class Decade(NamedTuple):
    """The book's table: a typical data set, memory in bytes and FLOP/s, as orders of magnitude."""

    year: int
    examples: float
    memory: float
    speed: float
    said: str


DECADES = (
    Decade(1970, 1e2, 1e3, 1e5, "Iris; Intel 8080"),
    Decade(1980, 1e3, 1e5, 1e6, "Boston house prices; Intel 80186"),
    Decade(1990, 1e4, 1e7, 1e7, "handwritten characters; Intel 80486"),
    Decade(2000, 1e7, 1e8, 1e9, "web pages; Intel Core"),
    Decade(2010, 1e10, 1e9, 1e12, "advertising; NVIDIA C2050"),
    Decade(2020, 1e12, 1e11, 1e15, "social network; NVIDIA DGX-2"),
)  # fmt: skip
"""Zhang, Lipton, Li & Smola (2023), Dive into deep learning, table 1.5.1."""


class Card(NamedTuple):
    """A card for arithmetic: peak FLOP/s in the precision named, and memory in bytes."""

    when: float
    name: str
    speed: float
    memory: float
    source: str


CARDS = (
    Card(2006.9, "8800 GTX", 3.456e11, 7.68e8, "NVIDIA, GeForce 8800 GTX, 32 bit"),
    Card(2010.9, "GTX 580", 1.58e12, 1.5e9, "NVIDIA, GeForce GTX 580, 32 bit"),
    Card(2013.8, "K40", 4.29e12, 1.2e10, "NVIDIA, Tesla K40 data sheet, 32 bit"),
    Card(2017.5, "V100", 1.2e14, 1.6e10, "NVIDIA, Tesla V100 data sheet (PCIe: 112, SXM2: 120–125 "
         "TFLOP/s), tensor cores, 16 bit"),
    Card(2020.4, "A100", 3.12e14, 4e10, "NVIDIA, A100 data sheet, tensor cores, 16 bit"),
    Card(2022.7, "H100", 9.89e14, 8e10, "NVIDIA, H100 SXM data sheet, tensor cores, 16 bit, dense"),
)  # fmt: skip
