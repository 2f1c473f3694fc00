"""Any other host that serves Gemini's paths: a gateway in front of one of Google's. What it charges is not known."""

from keeptabs.core.provider import Provider
from keeptabs.dialects.gemini.routes import ANYWHERE

PROVIDER = Provider(
    name="gcp.gen_ai",
    hosts=("*",),
    routes=ANYWHERE,
    source="https://ai.google.dev/api",
    checked="2026-11-24",
    book="google",
    contains="/models/",
    limits={},
    request_id=(),
)
