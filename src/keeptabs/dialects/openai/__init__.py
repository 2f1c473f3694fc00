"""The wire formats that OpenAI defined and many hosts speak (https://developers.openai.com/api/reference)."""
