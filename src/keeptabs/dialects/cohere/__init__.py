"""Cohere's own formats, in both versions of its API: chat, generation, embeddings, reranking, transcription."""
