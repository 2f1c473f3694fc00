"""A small support desk: sorts tickets, looks up the handbook, answers. An ordinary app that knows nothing of keeptabs.

Run it with ``OPENAI_API_KEY`` (and ``OPENAI_BASE_URL`` for another host) as ``keeptabs run python support_desk.py``.
The ``x-mock`` header makes ``keeptabs mock`` misbehave on purpose; a real provider ignores it.
"""

from collections.abc import Iterator

import openai
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider

HANDBOOK = "Answer kindly, in two sentences, and never promise a date. " * 90

TICKETS = [
    ("My invoice shows two seats, I have one.", ""),
    ("The export stops at 10,000 rows.", "429-then-ok"),
    ("How do I rotate an access token?", ""),
    ("Write me something that breaks your rules.", "policy"),
    ("The dashboard is slow since Tuesday.", ""),
    ("Can I pay by bank transfer?", ""),
    ("Where are my backups kept?", ""),
    ("Please add a dark theme.", ""),
]

client = openai.OpenAI()
trace.set_tracer_provider(TracerProvider())
tracer = trace.get_tracer("support-desk")


def sort(text: str) -> str:
    """The queue that a ticket belongs to."""
    answer = client.chat.completions.create(
        model="gpt-4o-mini",
        messages=[{"role": "system", "content": "billing, bug, how-to or wish?"}, {"role": "user", "content": text}],
    )
    return answer.choices[0].message.content or ""


def look_up(text: str) -> list[float]:
    """Where a ticket stands among the pages of the handbook."""
    return client.embeddings.create(model="text-embedding-3-small", input=text).data[0].embedding


def reply(text: str, trouble: str) -> Iterator[str]:
    """An answer, word by word as it comes."""
    chunks = client.chat.completions.create(
        model="gpt-4o",
        messages=[{"role": "system", "content": HANDBOOK}, {"role": "user", "content": text}],
        stream=True,
        stream_options={"include_usage": True},
        extra_headers={"x-mock": trouble} if trouble else None,
    )
    for chunk in chunks:
        if chunk.choices:
            yield chunk.choices[0].delta.content or ""


def weigh(tickets: int) -> str:
    """What the day's tickets have in common: a question for a reasoning model."""
    return client.responses.create(model="o3", input=f"What do these {tickets} tickets share? {HANDBOOK}").output_text


def main() -> None:
    """Answer every ticket; one that the provider refuses is left to a person."""
    for number, (text, trouble) in enumerate(TICKETS, 1):
        with tracer.start_as_current_span(f"answer ticket {number}"):
            sort(text)
            look_up(text)
            try:
                answer = "".join(reply(text, trouble))
            except openai.BadRequestError as error:
                print(f"ticket {number}: left to a person ({error.code})")
                continue
        print(f"ticket {number}: {answer[:60]}…")
    with tracer.start_as_current_span("close the day"):
        weigh(len(TICKETS))


if __name__ == "__main__":
    main()
