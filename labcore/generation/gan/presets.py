"""Links to what is worth finding."""

from __future__ import annotations

from labcore import Preset

BARE = {"restraint": "none", "ema": 0.0, "schedule": "constant"}
"""Nothing that tames the game."""

PRESETS = (
    Preset(
        "Eight blobs, all covered",
        "The default. D is told to be flat at the data (R1), G’s weights are averaged, rates fade: "
        "three small brakes, and the game settles.",
        {},
    ),
    Preset(
        "Mode collapse",
        "D takes five steps for each of G’s and is steep where the data are. Whatever fakes have "
        "found a blob stay there; half of the blobs are never visited, and nothing asks G why.",
        {**BARE, "k_d": 5, "lr_d": 0.004, "lr_g": 0.004, "spread": 0.05, "activation": "relu",
         "steps": 800},
    ),
    Preset(
        "Oscillation",
        "G takes five large steps for each small one of D. It always finds a place where D is "
        "blind, and moves everything there; by the time D has followed, it is elsewhere.",
        {**BARE, "k_g": 5, "lr_d": 0.0005, "lr_g": 0.005, "steps": 1200},
    ),
    Preset(
        "Looking ahead",
        "G takes two steps for each of D’s and goes through three steps of D first (unrolled). "
        "Train it with 0 unrolled steps too: most blobs are then lost.",
        {**BARE, "k_g": 2, "lr_d": 0.0005, "lr_g": 0.002, "unroll": 3, "steps": 600},
    ),
    Preset(
        "Vanishing gradient",
        "D had 200 steps ahead and is perfect: flat orange where the fakes are. The minimax G, "
        "with plain SGD, hardly moves. Go on from there with the non-saturating loss: the slope is "
        "back at once.",
        {**BARE, "objective": "minimax", "head_start": 200, "optimizer_g": "sgd", "lr_d": 0.02,
         "lr_g": 0.00003, "spread": 0.03, "steps": 900},
        view="Discriminator",
    ),
    Preset(
        "One step, slowly",
        "Step through a young game. Where will D’s next step raise its verdict, and where will "
        "G’s next step take the fakes? Drag the star. Where on its way is the slope lost?",
        {"steps": 400, "schedule": "constant"},
        view="One step",
    ),
    Preset(
        "Memorising",
        "Sixteen points of the Swiss roll are all there is to see. In the end the fakes sit on "
        "them; the losses do not tell.",
        {"data": "roll", "samples": "16", "spread": 0.15, "strength": 0.1, "steps": 1600},
    ),
    Preset(
        "WGAN-GP on 25 blobs",
        "Wasserstein with the gradient penalty. D’s score has no ½ to come to rest at; its loss "
        "is an estimate of a distance and falls as the fakes improve.",
        {"data": "grid", "objective": "wasserstein", "restraint": "gp", "k_d": 3, "steps": 1600},
        view="Progress",
    ),
    Preset(
        "Was that luck?",
        "Five races from five random starts. How wide is the band, and when is it widest?",
        {"seeds": 5, "steps": 1200},
        view="Progress",
    ),
    Preset(
        "A flow on the same points",
        "It must not tear the plane, so thin bridges stay between the blobs. But its density is "
        "exact.",
        {"model": "flow"},
        view="Discriminator",
    ),
    Preset(
        "A diffusion model on the same points",
        "Trained by guessing noise, which cannot collapse. Drag the star in the view "
        "“Generator”: where does the map from noise to points break?",
        {"model": "diffusion"},
        view="Generator",
    ),
    Preset(
        "A variational autoencoder on the same points",
        "One latent for all blobs and a normal noise around each decoded point: everything is "
        "covered, nothing is sharp.",
        {"model": "vae"},
    ),
    Preset(
        "One latent number",
        "All fakes lie on one line, and some of it is always on the way between blobs. This loss "
        "gives half of the blobs up rather than pay for the way. Would a distance?",
        {"latent": "1"},
        view="Generator",
    ),
    Preset(
        "Blobs you place",
        "Click to add one, drag one, then train. What shape is hardest?",
        {"data": "own", "steps": 1600},
    ),
    Preset(
        "Handwritten digits",
        "The same game with 784 pixels and about a million weights. It takes half a minute or "
        "more; first blots, then strokes, in the end digits, most of them grainy.",
        {"data": "mnist", "lr_d": 0.0003, "lr_g": 0.0003, "batch": 64, "restraint": "none",
         "schedule": "constant", "steps": 1200},
    ),
)  # fmt: skip
