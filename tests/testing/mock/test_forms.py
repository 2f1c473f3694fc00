"""Reading multipart forms."""

from __future__ import annotations

import pytest

from keeptabs.testing.mock.forms import Form, Upload, parse_form

BODY = (
    b'--B\r\nContent-Disposition: form-data; name="model"\r\n\r\nwhisper-1\r\n'
    b'--B\r\nContent-Disposition: form-data; name="include[]"\r\n\r\na\r\n'
    b'--B\r\nContent-Disposition: form-data; name="include[]"\r\n\r\nb\r\n'
    b'--B\r\nContent-Disposition: form-data; filename="\xc3\xa9.mp3"; name="file"\r\n'
    b"Content-Type: audio/mpeg\r\n\r\n\x00\r\n\r\n\xff\r\n"
    b"--B\r\n\r\nnameless\r\n--B--\r\n"
)


@pytest.mark.parametrize("boundary", ["boundary=B", 'boundary="B"', "charset=utf-8; Boundary=B"])
def test_a_form_gives_its_fields_and_its_files(boundary: str) -> None:
    """Fields are text or lists of it, and a file's own line breaks belong to it."""
    fields = {"model": "whisper-1", "include[]": ["a", "b"]}
    expected = Form(fields, (Upload("file", "é.mp3", 6),))
    assert parse_form(f"multipart/form-data; {boundary}", BODY) == expected


@pytest.mark.parametrize("body", [b"", b"--C\r\n\r\n--C--", b"--B--"])
def test_a_form_without_parts_is_empty(body: bytes) -> None:
    """Another boundary's parts are not this form's."""
    assert parse_form("multipart/form-data; boundary=B", body) == Form({}, ())


def test_a_form_without_a_boundary_is_none() -> None:
    """Nothing can be read without a boundary."""
    assert parse_form("multipart/form-data", BODY) is None
