"""multipart/form-data: the small fields of an upload, and the sizes of its files."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keeptabs.core.wire.multipart import MAX_FIELD, Field, boundary, fields, text

KIND = "multipart/form-data; boundary=b1"
UPLOAD = (
    b"--b1\r\n"
    b'Content-Disposition: form-data; name="model"\r\n\r\n'
    b"whisper-1\r\n"
    b"--b1\r\n"
    b'Content-Disposition: form-data; name="file"; filename="a.mp3"\r\n'
    b"Content-Type: audio/mpeg\r\n\r\n"
    b"ID3\x00\xff\r\n\r\nmore\r\n"
    b"--b1\r\n"
    b'Content-Disposition: form-data; name="include[]"\r\n\r\n'
    b"logprobs\r\n"
    b"--b1\r\n"
    b'Content-Disposition: form-data; name="include[]"\r\n\r\n'
    b"usage\r\n"
    b"--b1--\r\n"
)


def part(head: bytes, content: bytes = b"x") -> bytes:
    """A body of one part."""
    return b"--b1\r\n" + head + b"\r\n\r\n" + content + b"\r\n--b1--\r\n"


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        ("multipart/form-data; boundary=abc", b"abc"),
        ('multipart/form-data; boundary="a b"', b"a b"),
        ("Multipart/Form-Data; charset=utf-8; BOUNDARY=abc; x=y", b"abc"),
        ("multipart/form-data", None),
        ("multipart/form-data; boundary=", None),
        ("application/json; boundary=abc", None),
        ("", None),
        (None, None),
    ],
)
def test_the_boundary_stands_in_the_content_type(content_type: str | None, expected: bytes | None) -> None:
    """It is found quoted or not, and only in a multipart type."""
    assert boundary(content_type) == expected


def test_an_upload_is_read_by_field() -> None:
    """A file has a size and no text, and a name may come twice."""
    assert fields(UPLOAD, KIND) == {
        "model": [Field("whisper-1", 9)],
        "file": [Field(None, 13)],
        "include[]": [Field("logprobs", 8), Field("usage", 5)],
    }


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        pytest.param(b'content-disposition: form-data; NAME="a"', {"a": [Field("x", 1)]}, id="any case"),
        pytest.param(b'Content-Disposition: form-data;name="a"', {"a": [Field("x", 1)]}, id="no blank"),
        pytest.param(b'X: y\r\nContent-Disposition: form-data; name="a"', {"a": [Field("x", 1)]}, id="another header"),
        pytest.param(
            b'Content-Disposition: form-data; filename="f"; name="a"', {"a": [Field(None, 1)]}, id="filename first"
        ),
        pytest.param(
            b"Content-Disposition: form-data; name=\"a\"; filename*=UTF-8''f", {"a": [Field(None, 1)]}, id="filename*"
        ),
        pytest.param(b'Content-Disposition: form-data; filename="f"', {}, id="a file without a name"),
        pytest.param(b"Content-Disposition: form-data", {}, id="no name at all"),
        pytest.param(b'Content-Disposition: form-data; name=""', {"": [Field("x", 1)]}, id="an empty name"),
    ],
)
def test_a_part_is_known_by_its_head(head: bytes, expected: dict[str, list[Field]]) -> None:
    """The name is that of the field, never that of the file."""
    assert fields(part(head), KIND) == expected


@pytest.mark.parametrize(
    ("size", "kept"), [(MAX_FIELD, True), (MAX_FIELD + 1, False)], ids=["just small", "just too large"]
)
def test_a_large_field_is_content_of_which_only_the_size_is_kept(size: int, kept: bool) -> None:
    """A prompt in a form is not taken for a setting."""
    [field] = fields(part(b'Content-Disposition: form-data; name="prompt"', b"p" * size), KIND)["prompt"]
    assert (field.value is not None, field.size) == (kept, size)


def test_a_body_that_was_cut_has_the_fields_before_the_cut() -> None:
    """The head of an upload is enough for its settings."""
    cut = UPLOAD[: UPLOAD.index(b"\xff")]
    assert fields(cut, KIND) == {"model": [Field("whisper-1", 9)], "file": [Field(None, 4)]}


@pytest.mark.parametrize("content_type", [None, "application/json", "multipart/form-data; boundary=other"])
def test_a_body_of_another_type_has_no_fields(content_type: str | None) -> None:
    """Without its boundary nothing is a field."""
    assert fields(UPLOAD, content_type) == {}


@pytest.mark.parametrize(("name", "expected"), [("a", "second"), ("file", None), ("absent", None)])
def test_the_text_of_a_field_is_the_first_that_has_one(name: str, expected: str | None) -> None:
    """A file has no text, whatever its name."""
    found = {"a": [Field(None, 3), Field("second", 6), Field("third", 5)], "file": [Field(None, 9)]}
    assert text(found, name) == expected


@given(st.integers(0, len(UPLOAD)))
def test_an_upload_may_be_cut_anywhere(length: int) -> None:
    """Whatever is left, the fields are a start of what the whole has."""
    whole = fields(UPLOAD, KIND)
    for name, found in fields(UPLOAD[:length], KIND).items():
        assert len(found) <= len(whole[name])
        assert found[:-1] == whole[name][: len(found) - 1]
        assert found[-1].value is None or UPLOAD.find(found[-1].value.encode()) >= 0


@given(
    st.lists(st.sampled_from([b"--b1", b"\r\n", b'; name="a"', b"filename=", b"--", b"\xff", b'"', b"\\"])),
    st.sampled_from([KIND, 'multipart/mixed; boundary="b1', "multipart/form-data; boundary=\u20ac"]),
)
def test_any_bytes_are_some_fields(parts: list[bytes], content_type: str) -> None:
    """No bytes and no content-type make an exception."""
    assert isinstance(fields(b"".join(parts), content_type), dict)


@given(st.binary(), st.text())
def test_any_content_type_is_read(body: bytes, content_type: str) -> None:
    """A content-type that is none has no boundary."""
    assert fields(body, content_type) == {}
    assert isinstance(fields(body, f"multipart/form-data; boundary={content_type}"), dict)
