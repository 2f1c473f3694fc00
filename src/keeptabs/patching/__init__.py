"""Floor 2: how keeptabs stands between an application and its HTTP client without being felt."""
