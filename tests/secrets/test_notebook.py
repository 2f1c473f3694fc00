import json

import pytest

from keeptabs.secrets.notebook import Notebook

CELLS = [
    {"cell_type": "markdown", "source": "about SECRET"},
    {
        "cell_type": "code",
        "outputs": [{"text": ["one\n", "SECRET and SECRET\n"]}, {"data": {"text/html": "<b>OTHER</b>"}}],
        "source": ["k = 'SEC", "RET'\n"],
    },
    {"cell_type": "code", "metadata": {"tags": ["LAST"]}, "source": []},
]
NOTEBOOK = json.dumps({"cells": CELLS, "nbformat": 4}).encode()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SECRET", ["cell 1, source", "cell 2, output", "cell 2, output", "cell 2, source", "cell 2, source"]),
        ("OTHER", ["cell 2, output"]),
        ("LAST", ["cell 3, metadata"]),
        ("NOWHERE", [""]),
    ],
)
def test_a_text_is_in_a_cell(text: str, expected: list[str]) -> None:
    """Asked again it is the next place, and the last one again when there is no more."""
    notebook = Notebook(NOTEBOOK)
    assert [notebook.place(text) for _ in expected] == expected


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"cells": 1}', b'{"cells": [1, {"source": 2}]}', b"\xff\xfe{}"])
def test_what_is_no_notebook_has_no_cells(data: bytes) -> None:
    """It is no error."""
    assert not Notebook(data).place("x")
