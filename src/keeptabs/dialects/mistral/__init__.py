"""The wire formats of Mistral's own: what it does not share with OpenAI (https://docs.mistral.ai/api/)."""
