"""The packages that speak to LLMs, keep vectors or watch over either, by the names their registries have for them.

Each name was found in its registry on 2026-11-24: https://pypi.org/project/NAME, https://www.npmjs.com/package/NAME.
A name that ends with ``*`` stands for a family. Left out is what is used for much else too: transformers, and boto3,
through which Bedrock is called.
"""

from keeptabs.pins.dependency import Ecosystem

_PYPI = """
    openai openai-agents anthropic claude-agent-sdk google-genai google-generativeai google-adk google-cloud-aiplatform
    mistralai cohere groq together fireworks-ai xai-sdk cerebras-cloud-sdk replicate huggingface-hub ollama perplexityai
    openrouter azure-ai-inference ibm-watsonx-ai zhipuai zai-sdk dashscope voyageai elevenlabs deepgram-sdk assemblyai
    litellm portkey-ai langchain langchain-* langgraph langgraph-* llama-index llama-index-* haystack-ai farm-haystack
    semantic-kernel dspy dspy-ai instructor guidance outlines crewai crewai-* autogen-* pyautogen ag2 pydantic-ai
    pydantic-ai-* smolagents agno mem0ai guardrails-ai mcp fastmcp tiktoken
    pinecone pinecone-client qdrant-client weaviate-client chromadb lancedb pymilvus
    langfuse langsmith braintrust traceloop-sdk tavily-python firecrawl-py exa-py
"""
_NPM = """
    openai @openai/* @anthropic-ai/* @google/genai @google/generative-ai @google-cloud/vertexai @mistralai/mistralai
    cohere-ai groq-sdk together-ai @cerebras/cerebras_cloud_sdk replicate @huggingface/inference ollama
    @openrouter/* @azure/openai @azure-rest/ai-inference @aws-sdk/client-bedrock-runtime voyageai assemblyai
    @elevenlabs/elevenlabs-js @deepgram/sdk ai @ai-sdk/* portkey-ai langchain @langchain/* llamaindex @llamaindex/*
    @mastra/* @modelcontextprotocol/sdk tiktoken js-tiktoken
    @pinecone-database/pinecone @qdrant/js-client-rest weaviate-client weaviate-ts-client chromadb
    langfuse @langfuse/* langsmith
"""
SDKS: dict[Ecosystem, frozenset[str]] = {
    Ecosystem.PYPI: frozenset(_PYPI.split()),
    Ecosystem.NPM: frozenset(_NPM.split()),
}
_FAMILIES = {
    ecosystem: tuple(name[:-1] for name in sorted(names) if name.endswith("*")) for ecosystem, names in SDKS.items()
}


def is_sdk(name: str, ecosystem: Ecosystem) -> bool:
    """True for a package, by its normalised name, that is one of them."""
    return name in SDKS[ecosystem] or name.startswith(_FAMILIES[ecosystem])
