"""A learner's own file: what is read, what is refused, and in which words."""

from __future__ import annotations

import io
import re
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from labcore import own
from labcore.config import Accepts
from tests.helpers import is_sentence

KINDS: tuple[Accepts, ...] = ("image", "table", "text", "weights")


def picture(form: str = "PNG", size: tuple[int, int] = (40, 30), mode: str = "RGB") -> bytes:
    """A picture with a red left half."""
    pixels = np.zeros((size[1], size[0], 3), np.uint8)
    pixels[:, : size[0] // 2, 0] = 255
    out = io.BytesIO()
    Image.fromarray(pixels).convert(mode).save(out, form)
    return out.getvalue()


def outcome(accepts: Accepts, body: bytes) -> dict[str, np.ndarray] | str:
    """What a file is read as, or the sentence it is refused with."""
    try:
        return own.read(accepts, body)
    except ValueError as error:
        return str(error)


def refused(accepts: Accepts, body: bytes) -> str:
    """The sentence a file is refused with."""
    said = outcome(accepts, body)
    assert isinstance(said, str)
    assert is_sentence(said), said
    return said


# Pictures


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF", "BMP"])
def test_a_picture_is_read_as_it_is(form: str) -> None:
    image = own.read("image", picture(form))["image"]
    assert image.shape == (30, 40, 3)
    assert image.dtype == np.uint8
    assert image[15, 5, 0] > 240
    assert image[15, 35].max() < 15


@pytest.mark.parametrize("mode", ["L", "P", "1", "LA", "RGBA", "CMYK"])
def test_a_picture_of_any_mode_has_three_channels(mode: str) -> None:
    form = "TIFF" if mode == "CMYK" else "PNG"
    if form == "TIFF":
        form, mode = "JPEG", "CMYK"
    assert own.read("image", picture(form, mode=mode))["image"].shape == (30, 40, 3)


def test_what_is_transparent_becomes_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(out, "PNG")
    assert (own.read("image", out.getvalue())["image"] == 255).all()


def test_a_photograph_is_turned_as_its_camera_says() -> None:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90°
    Image.new("RGB", (40, 20), "red").save(out, "JPEG", exif=exif)
    assert own.read("image", out.getvalue())["image"].shape == (40, 20, 3)


def test_a_large_picture_is_made_to_fit() -> None:
    image = own.read("image", picture("JPEG", (3000, 1500)))["image"]
    assert image.shape == (own.SIDE // 2, own.SIDE, 3)


def bomb(width: int, height: int) -> bytes:
    """A small PNG that says it is enormous."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    data = zlib.compress(bytes(min(height, 4000) * (width // 8 + 1)), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(20_000, 20_000), (60_000, 60_000), (7000, 6000)])
def test_a_bomb_is_refused_before_it_is_opened(size: tuple[int, int]) -> None:
    assert "million pixels" in refused("image", bomb(*size))


def test_a_strip_is_no_picture() -> None:
    assert "too narrow" in refused("image", picture(size=(400, 4)))


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF", "BMP"])
def test_a_truncated_picture_is_refused_or_whole(form: str) -> None:
    body = picture(form)
    for end in range(1, len(body), max(1, len(body) // 40)):
        got = outcome("image", body[:end])
        assert is_sentence(got) if isinstance(got, str) else got["image"].shape == (30, 40, 3)


# Tables


def test_a_table_has_numbers_words_and_gaps() -> None:
    body = b"area,price,town\n50,1.5,Ulm\n,2,Bonn\n70,NA,\n"
    own.hold("t", own.read("table", body))
    table = own.table("t")
    assert list(table.numbers) == ["area", "price"]
    np.testing.assert_array_equal(table.numbers["area"], np.float32([50, np.nan, 70]))
    np.testing.assert_array_equal(table.numbers["price"], np.float32([1.5, 2, np.nan]))
    assert list(table.words["town"]) == ["Ulm", "Bonn", ""]
    assert len(table) == 3


@pytest.mark.parametrize("parts", [",", ";", "\t", " "])
def test_columns_are_parted_as_the_file_parts_them(parts: str) -> None:
    body = parts.join("ab") + "\n" + parts.join("12") + "\n"
    own.hold("t", own.read("table", body.encode()))
    assert {name: float(c[0]) for name, c in own.table("t").numbers.items()} == {"a": 1, "b": 2}


def test_a_table_of_numbers_only_needs_no_heading() -> None:
    own.hold("t", own.read("table", b"1,2\n3,4\n"))
    assert list(own.table("t").numbers) == ["column 1", "column 2"]
    assert len(own.table("t")) == 2


def test_names_are_made_different_and_ragged_rows_filled() -> None:
    own.hold("t", own.read("table", b"a,a,\n1,2,3\n4\n"))
    table = own.table("t")
    assert list(table.numbers) == ["a", "a′", "column 3"]
    np.testing.assert_array_equal(table.numbers["a′"], np.float32([2, np.nan]))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_table_in_any_usual_encoding(encoding: str) -> None:
    own.hold("t", own.read("table", "Größe,Ort\n1,Köln\n".encode(encoding)))
    table = own.table("t")
    assert list(table.numbers) == ["Größe"]
    assert list(table.words["Ort"]) == ["Köln"]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "empty"),
        (b"a,b\n", "one row"),
        (b",".join([b"a"] * 61) + b"\n" + b",".join([b"1"] * 61), "61 columns"),
        (b"a\n" + b"1\n" * 20_001, "more than 20000 rows"),
        (b'a,b\n1,"2\n', "never closed"),
        (b"PK\x03\x04" + bytes(100), "no text"),
        (b"a" * (own.MOST_BYTES + 1), "at most 8 MB"),
        (b"\xff\xfea", "damaged"),
    ],
)
def test_what_is_wrong_with_a_table_is_said(body: bytes, says: str) -> None:
    assert says in refused("table", body)


# Texts


def test_a_text_keeps_its_lines() -> None:
    own.hold("t", own.read("text", "One\r\ntwo \u0065\u0301\r".encode()))
    assert own.text("t") == "One\ntwo \u00e9\n"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b" \n", "empty"),
        (b"a" * 200_001, "200001 characters"),
        (bytes(range(256)) * 4, "no text"),
        (b"\x01\x02\x03", "no text"),
    ],
)
def test_what_is_wrong_with_a_text_is_said(body: bytes, says: str) -> None:
    assert says in refused("text", body)


# Weights


def test_weights_are_kept_as_the_bytes_they_are() -> None:
    body = bytes(range(256)) * 3
    token = own.new_token()
    own.hold(token, own.read("weights", body))
    assert own.weights(token) == body
    assert "empty" in refused("weights", b"")
    assert "at most 8 MB" in refused("weights", bytes(8 * 2**20 + 1))


# Anything at all


@pytest.mark.parametrize("accepts", KINDS)
@settings(max_examples=150)
@given(
    st.one_of(
        st.binary(max_size=400),
        st.text(max_size=300).map(str.encode),
        st.sampled_from(["PNG", "JPEG", "WEBP", "GIF", "BMP"]).map(picture),
    ),
    st.integers(0, 10_000),
    st.binary(max_size=6),
)
def test_any_bytes_are_read_or_refused_in_a_sentence(
    accepts: Accepts, body: bytes, at: int, noise: bytes
) -> None:
    body = body[: at % (len(body) + 1)] + noise + body[at % (len(body) + 1) + len(noise) :]
    got = outcome(accepts, body)
    if isinstance(got, str):
        assert is_sentence(got), got
    else:
        assert all(array.dtype != object for array in got.values())


def test_a_token_cannot_be_guessed_and_is_recognised() -> None:
    from labcore.config import TOKEN

    tokens = {own.new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert all(TOKEN.fullmatch(token) for token in tokens)
    assert all(re.fullmatch(r"own-.{22}", token) for token in tokens)


def test_a_file_that_is_not_held_is_said_to_be_gone() -> None:
    with pytest.raises(ValueError, match="no longer here"):
        own.image(own.new_token())


def test_a_file_of_this_machine_is_loaded(tmp_path) -> None:
    (tmp_path / "a.png").write_bytes(picture())
    assert own.image(own.load("image", tmp_path / "a.png")).shape == (30, 40, 3)
    with pytest.raises(ValueError, match="cannot be opened"):
        own.load("image", tmp_path / "b.png")
