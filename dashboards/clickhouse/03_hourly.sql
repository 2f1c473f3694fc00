-- The sums of an hour, for long ranges. Rows with equal keys are added up when parts are merged, so a query always says
-- sum(calls), sum(cost_nano) and so on, and groups by what it wants.
--
-- A view of this kind sees what is inserted from now on. For the spans from before, once, with the time of its creation:
--   INSERT INTO keeptabs_hourly SELECT ... as below ... AND Timestamp < '2026-11-24 12:00:00'

CREATE TABLE IF NOT EXISTS keeptabs_hourly (
    hour DateTime('UTC') CODEC(Delta, ZSTD(1)),
    service LowCardinality(String),
    environment LowCardinality(String),
    provider LowCardinality(String),
    model LowCardinality(String),
    operation LowCardinality(String),
    feature LowCardinality(String),
    outcome LowCardinality(String),
    error LowCardinality(String),
    cost_status LowCardinality(String),
    calls UInt64,
    costed UInt64,
    unpriced UInt64,
    cost_nano Int64,
    input Int64,
    output Int64,
    cache_read Int64,
    cache_write Int64,
    reasoning Int64,
    duration_ms Float64
) ENGINE = SummingMergeTree
PARTITION BY toYYYYMM(hour)
ORDER BY (hour, service, environment, provider, model, operation, feature, outcome, error, cost_status);

CREATE MATERIALIZED VIEW IF NOT EXISTS keeptabs_hourly_view TO keeptabs_hourly AS
SELECT
    toStartOfHour(toDateTime(Timestamp, 'UTC')) AS hour,
    ServiceName AS service,
    kt_environment AS environment,
    kt_provider AS provider,
    kt_model AS model,
    kt_operation AS operation,
    kt_feature AS feature,
    kt_outcome AS outcome,
    kt_error AS error,
    kt_cost_status AS cost_status,
    count() AS calls,
    count(kt_cost_nano) AS costed,
    countIf(kt_cost_status IN ('unpriced', 'partial')
        OR (kt_cost_status = 'no_usage' AND kt_error = '' AND kt_outcome != 'cancelled')) AS unpriced,
    ifNull(sum(kt_cost_nano), 0) AS cost_nano,
    ifNull(sum(kt_input), 0) AS input,
    ifNull(sum(kt_output), 0) AS output,
    ifNull(sum(kt_cache_read), 0) AS cache_read,
    ifNull(sum(kt_cache_write), 0) AS cache_write,
    ifNull(sum(kt_reasoning), 0) AS reasoning,
    sum(Duration / 1000000) AS duration_ms
FROM otel_traces
WHERE kt_outcome != ''
GROUP BY hour, service, environment, provider, model, operation, feature, outcome, error, cost_status;
