-- A row a call, as keeptabs recorded it: the spans that have an outcome of ours. Other spans of a trace, those of other
-- instrumentations included, are not in it, so nothing is counted twice.

CREATE OR REPLACE VIEW keeptabs_calls AS
SELECT
    Timestamp AS ts,
    ServiceName AS service,
    kt_environment AS environment,
    kt_provider AS provider,
    kt_model AS model,
    kt_operation AS operation,
    kt_feature AS feature,
    kt_user AS user,
    kt_site AS site,
    kt_outcome AS outcome,
    kt_error AS error,
    kt_attempt AS attempt,
    kt_cost_nano AS cost_nano,
    kt_cost_status AS cost_status,
    kt_cost_status IN ('unpriced', 'partial')
        OR (kt_cost_status = 'no_usage' AND kt_error = '' AND kt_outcome != 'cancelled') AS unpriced,
    kt_input AS input,
    kt_output AS output,
    kt_cache_read AS cache_read,
    kt_cache_write AS cache_write,
    kt_reasoning AS reasoning,
    Duration / 1000000 AS duration_ms,
    kt_first_chunk_ms AS first_chunk_ms,
    TraceId AS trace_id,
    SpanId AS span_id
FROM otel_traces
WHERE kt_outcome != '';
