"""Floor 5: where a measured call goes. Sinks do not know each other."""
