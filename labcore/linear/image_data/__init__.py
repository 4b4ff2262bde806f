"""Image data before training: batches, a map, wrong labels, and the speed of loading.

config    the controls
lesson    batches and the map, run and answer
suspects  wrong labels and how they are found
loader    measured seconds
figure    panels and draw; words: readout
course    presets, challenges, tour, formulas, references
"""

from __future__ import annotations

from labcore import Grab, Lab
from labcore.linear.image_data.config import Config
from labcore.linear.image_data.course import CHALLENGES, FORMULAS, PRESETS, REFERENCES, TOUR
from labcore.linear.image_data.figure import draw, panels
from labcore.linear.image_data.lesson import answer, frames, look_batch, look_map, order, run
from labcore.linear.image_data.loader import batches, resident, timed
from labcore.linear.image_data.suspects import learn, look_labels
from labcore.linear.image_data.words import readout

__all__ = ["LAB", "Config", "answer", "draw", "panels", "readout", "run"]

LAB = Lab(
    slug="image_data",
    title="Image data",
    question="What is in a data set before anything is trained?",
    tip="Drag the ring over the map: the nearest pictures follow. Then look for wrong labels.",
    covers=("B4.3",),
    config=Config,
    length=frames,
    quick={"clock": False},
    references=REFERENCES,
    presets=PRESETS,
    challenges=CHALLENGES,
    formulas=FORMULAS,
    grabs=(Grab("map", "probe", "probe_x", "probe_y", "Where you point"),),
    tour=TOUR,
    verb="Play",
    live=True,
    stays=True,
    code=(order, look_batch, look_map, learn, look_labels, batches, resident, timed),
    data="Fashion-MNIST (Xiao, Rasul & Vollgraf, 2017; MIT, © Zalando SE): 1,000 training and 200 "
    "test images of each class, a sixth of the original. The map is made from 200 of each and "
    "draws 60; 2,000 others have their labels looked at. Speeds are of the machine that "
    "computes, in one process, with threads as workers.",
)
