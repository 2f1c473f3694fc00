-- The view of calls, as small as it can be, where dashboards/clickhouse has none.
CREATE VIEW keeptabs_calls AS SELECT
    Timestamp AS ts, TraceId AS trace_id, SpanId AS span_id, ServiceName AS service, Duration / 1e6 AS duration_ms,
    ResourceAttributes['deployment.environment.name'] AS environment,
    SpanAttributes['gen_ai.provider.name'] AS provider,
    coalesce(nullIf(SpanAttributes['gen_ai.response.model'], ''), nullIf(SpanAttributes['gen_ai.request.model'], ''),
        nullIf(SpanAttributes['gen_ai.data_source.id'], ''), 'unknown') AS model,
    SpanAttributes['gen_ai.operation.name'] AS operation,
    SpanAttributes['keeptabs.tag.feature'] AS feature, SpanAttributes['keeptabs.tag.user'] AS user,
    if(SpanAttributes['code.file.path'] = '', '',
        concat(SpanAttributes['code.file.path'], ':', SpanAttributes['code.line.number'])) AS site,
    SpanAttributes['keeptabs.outcome'] AS outcome, SpanAttributes['error.type'] AS error,
    toUInt16OrZero(SpanAttributes['http.request.resend_count']) + 1 AS attempt,
    toInt64(round(toFloat64OrNull(SpanAttributes['keeptabs.cost.usd']) * 1e9)) AS cost_nano,
    SpanAttributes['keeptabs.cost.status'] AS cost_status,
    cost_status IN ('unpriced', 'partial') OR (cost_status = 'no_usage' AND error = '' AND outcome != 'cancelled')
        AS unpriced,
    toInt64OrNull(SpanAttributes['gen_ai.usage.input_tokens']) AS input,
    toInt64OrNull(SpanAttributes['gen_ai.usage.output_tokens']) AS output,
    toInt64OrNull(SpanAttributes['gen_ai.usage.cache_read.input_tokens']) AS cache_read,
    toInt64OrNull(SpanAttributes['gen_ai.usage.cache_write.input_tokens']) AS cache_write,
    toInt64OrNull(SpanAttributes['gen_ai.usage.reasoning.output_tokens']) AS reasoning,
    toFloat64OrNull(SpanAttributes['gen_ai.response.time_to_first_chunk']) * 1000 AS first_chunk_ms
FROM otel_traces WHERE SpanAttributes['keeptabs.outcome'] != '';
