"""OpenTelemetry: spans and metrics of measured calls. The only package that imports OpenTelemetry, and lazily."""
