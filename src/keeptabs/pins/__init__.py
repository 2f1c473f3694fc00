"""Whether the LLM SDKs that a project depends on are pinned: what its manifests want, and what its lock files hold."""
