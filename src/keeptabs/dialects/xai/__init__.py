"""The wire formats of xAI's own: what it does not share with OpenAI (https://docs.x.ai/docs/api-reference)."""
