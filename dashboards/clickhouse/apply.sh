#!/bin/sh
# Applies the schema beside this file, in order. Waits for otel_traces, which the Collector's exporter makes.
# Environment: CLICKHOUSE_HOST (clickhouse), CLICKHOUSE_USER (keeptabs), CLICKHOUSE_PASSWORD, CLICKHOUSE_DATABASE (otel).
set -eu

ask() {
    clickhouse-client --host "${CLICKHOUSE_HOST:-clickhouse}" --user "${CLICKHOUSE_USER:-keeptabs}" \
        --password "$CLICKHOUSE_PASSWORD" --database "${CLICKHOUSE_DATABASE:-otel}" "$@"
}

until [ "$(ask --query 'EXISTS TABLE otel_traces' 2>&1)" = 1 ]; do
    sleep 2
done
for file in "$(dirname "$0")"/*.sql; do
    ask --queries-file "$file"
done
