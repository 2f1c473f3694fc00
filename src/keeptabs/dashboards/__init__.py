"""Dashboards and alert rules: panels are data, and what Grafana and Prometheus read is made from it."""
