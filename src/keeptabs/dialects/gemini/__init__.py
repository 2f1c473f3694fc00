"""Google's wire formats for Gemini and its other models, at the Gemini API and on Vertex AI."""
