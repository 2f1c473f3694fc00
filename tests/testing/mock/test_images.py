"""Images, as the official client reads them."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import pytest

from keeptabs.testing.mock.samples import png
from keeptabs.testing.mock.tokens import count

if TYPE_CHECKING:
    import httpx
    import openai


@pytest.mark.parametrize(
    ("extra", "output"),
    [
        ({}, 1056),
        ({"n": 2}, 2112),
        ({"quality": "low"}, 272),
        ({"quality": "auto", "size": "auto"}, 1056),
        ({"quality": "high", "size": "1024x1536"}, 6240),
    ],
)
def test_gpt_image_reports_its_usage(strict: openai.OpenAI, extra: dict[str, Any], output: int) -> None:
    """Output tokens follow from number, quality and size."""
    answer = strict.images.generate(model="gpt-image-1", prompt="cat", **extra)
    assert answer.usage is not None
    assert answer.usage.output_tokens == output
    assert answer.usage.input_tokens == count("cat")
    assert base64.b64decode((answer.data or [])[0].b64_json or "") == png()


@pytest.mark.parametrize(("response_format", "field"), [("url", "url"), ("b64_json", "b64_json")])
def test_dall_e_reports_none(strict: openai.OpenAI, response_format: Any, field: str) -> None:
    """The older models give a link or the bytes, and no usage."""
    answer = strict.images.generate(model="dall-e-3", prompt="cat", response_format=response_format)
    assert answer.usage is None
    (image,) = answer.data or []
    assert set(image.to_dict()) == {field, "revised_prompt"}


@pytest.mark.parametrize("images", [1, 2])
def test_an_edit_pays_for_the_images_it_is_given(strict: openai.OpenAI, images: int) -> None:
    """Every input image counts, and the mask does not."""
    files = [("a.png", png())] * images
    answer = strict.images.edit(model="gpt-image-1", prompt="cat", image=files, mask=("m.png", png()))
    assert answer.usage is not None
    assert answer.usage.input_tokens_details.image_tokens == images * 323


def test_a_variation_needs_an_image(http: httpx.Client) -> None:
    """With the file it answers, without it names it."""
    files = {"image": ("a.png", png(), "image/png")}
    assert http.post("/v1/images/variations", files=files).status_code == 200
    refused = http.post("/v1/images/variations", files={"other": ("a.png", png())})
    assert refused.json()["error"]["param"] == "image"


def test_streams_end_with_the_image_and_usage(strict: openai.OpenAI) -> None:
    """Generations and edits stream partial images and then the completed one."""
    made = list(strict.images.generate(model="gpt-image-1", prompt="cat", stream=True, partial_images=1))
    edited = list(
        strict.images.edit(model="gpt-image-1", prompt="cat", image=("a.png", png()), stream=True, partial_images=1)
    )
    assert [one.type for one in made] == [
        "image_generation.partial_image",
        "image_generation.completed",
    ]
    assert [one.type for one in edited] == ["image_edit.partial_image", "image_edit.completed"]
    assert made[-1].to_dict()["usage"]
    assert edited[-1].to_dict()["usage"]
