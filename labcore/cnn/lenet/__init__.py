"""LeNet as it was and as one would build it now: trained in step, drawn on, cut into, questioned.

config    the controls                       pictures   images, and the one under the pen
nets      both networks, and nn.Sequential   lesson     run, observe and answer
reasons   saliency, occlusion, Grad-CAM      hierarchy  SqueezeNet's maps of a photograph
figure    panels and draw, from learning_view, response_view, reasons_view, mistakes_view and
          hierarchy_view                     words      readout
course    presets, challenges, tour, formulas, references
"""

from __future__ import annotations

from labcore import Lab
from labcore.cnn.lenet.config import SEEN, Config, observed
from labcore.cnn.lenet.course import CHALLENGES, FORMULAS, PRESETS, REFERENCES, TOUR
from labcore.cnn.lenet.figure import VIEWS, draw, panels
from labcore.cnn.lenet.hierarchy import liveliest
from labcore.cnn.lenet.lesson import answer, observe, run, silenced, train
from labcore.cnn.lenet.nets import begin, concise, forward
from labcore.cnn.lenet.reasons import grad_cam, occlusion, saliency
from labcore.cnn.lenet.response_view import RESPONSE_GRABS
from labcore.cnn.lenet.words import TELLS, readout

__all__ = ["LAB", "Config", "answer", "draw", "observe", "panels", "readout", "run"]

LAB = Lab(
    slug="lenet",
    title="LeNet",
    question="What do the layers of a convolutional network look for?",
    tip="Watch filters form; then open “Response”, draw on the picture and silence a map.",
    covers=("B7.2", "B7.6"),
    config=Config,
    length=lambda config: len(observed(config)),
    quick={"nets": "modern", "data": "digits", "epochs": 1, "batch": 256},
    references=REFERENCES,
    presets=PRESETS,
    challenges=CHALLENGES,
    formulas=FORMULAS,
    grabs=RESPONSE_GRABS,
    views=VIEWS,
    tells=TELLS,
    tour=TOUR,
    resumable=True,
    observes=SEEN,
    code=(train, begin, forward, concise, silenced, saliency, occlusion, grad_cam, liveliest),
    data="Fashion-MNIST (Xiao, Rasul & Vollgraf, 2017; MIT, © Zalando SE): 10,000 images to train "
    "on and 2,000 test images; MNIST (LeCun, Cortes & Burges): 4,000 and 1,000. Photographs from "
    "scikit-image (CC0, public domain) and scikit-learn (CC BY 2.0). SqueezeNet 1.1: torchvision’s "
    "weights, learned on ImageNet.",
)
