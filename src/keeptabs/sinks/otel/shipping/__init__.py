"""Calls on their way from the ledger to a receiver of OpenTelemetry: tried again until they are delivered."""
