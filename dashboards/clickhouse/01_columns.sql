-- Columns for what panels ask of a call, taken once, when a span is inserted: read from the map SpanAttributes, each
-- query would read every attribute of every span. The table otel_traces is the one that the Collector's ClickHouse
-- exporter makes (clickhouseexporter v0.161.0, internal/sqltemplates/traces_table.sql, checked 2026-11-24).
--
-- NULL is what was not known: an amount without a price, tokens that no answer told of. Money is in nano-USD. It is read
-- as a decimal and rounded half to even, as the ledger does it, so that sums are equal to the last digit.
--
-- Spans from before have the columns too, computed when they are read; to write them once:
--   ALTER TABLE otel_traces MATERIALIZE COLUMN kt_cost_nano;  and so on for each

ALTER TABLE otel_traces
    ADD COLUMN IF NOT EXISTS kt_environment LowCardinality(String)
        MATERIALIZED ResourceAttributes['deployment.environment.name'],
    ADD COLUMN IF NOT EXISTS kt_provider LowCardinality(String)
        MATERIALIZED SpanAttributes['gen_ai.provider.name'],
    ADD COLUMN IF NOT EXISTS kt_model LowCardinality(String)
        MATERIALIZED multiIf(
            SpanAttributes['gen_ai.response.model'] != '', SpanAttributes['gen_ai.response.model'],
            SpanAttributes['gen_ai.request.model'] != '', SpanAttributes['gen_ai.request.model'],
            SpanAttributes['gen_ai.data_source.id'] != '', SpanAttributes['gen_ai.data_source.id'],
            'unknown'),
    ADD COLUMN IF NOT EXISTS kt_operation LowCardinality(String)
        MATERIALIZED SpanAttributes['gen_ai.operation.name'],
    ADD COLUMN IF NOT EXISTS kt_feature LowCardinality(String)
        MATERIALIZED SpanAttributes['keeptabs.tag.feature'],
    ADD COLUMN IF NOT EXISTS kt_user String
        MATERIALIZED if(SpanAttributes['keeptabs.tag.user'] != '',
            SpanAttributes['keeptabs.tag.user'], SpanAttributes['keeptabs.user']) CODEC(ZSTD(1)),
    ADD COLUMN IF NOT EXISTS kt_site LowCardinality(String)
        MATERIALIZED if(SpanAttributes['code.file.path'] = '', '',
            concat(SpanAttributes['code.file.path'], ':', SpanAttributes['code.line.number'])),
    ADD COLUMN IF NOT EXISTS kt_outcome LowCardinality(String)
        MATERIALIZED SpanAttributes['keeptabs.outcome'],
    ADD COLUMN IF NOT EXISTS kt_error LowCardinality(String)
        MATERIALIZED SpanAttributes['error.type'],
    ADD COLUMN IF NOT EXISTS kt_attempt UInt16
        MATERIALIZED toUInt16OrZero(SpanAttributes['http.request.resend_count']) + 1,
    ADD COLUMN IF NOT EXISTS kt_cost_nano Nullable(Int64)
        MATERIALIZED toInt64(roundBankers(toDecimal128OrNull(SpanAttributes['keeptabs.cost.usd'], 18), 9) * 1000000000)
        CODEC(ZSTD(1)),
    ADD COLUMN IF NOT EXISTS kt_cost_status LowCardinality(String)
        MATERIALIZED SpanAttributes['keeptabs.cost.status'],
    ADD COLUMN IF NOT EXISTS kt_input Nullable(Int64)
        MATERIALIZED toInt64OrNull(SpanAttributes['gen_ai.usage.input_tokens']) CODEC(ZSTD(1)),
    ADD COLUMN IF NOT EXISTS kt_output Nullable(Int64)
        MATERIALIZED toInt64OrNull(SpanAttributes['gen_ai.usage.output_tokens']) CODEC(ZSTD(1)),
    ADD COLUMN IF NOT EXISTS kt_cache_read Nullable(Int64)
        MATERIALIZED toInt64OrNull(SpanAttributes['gen_ai.usage.cache_read.input_tokens']) CODEC(ZSTD(1)),
    ADD COLUMN IF NOT EXISTS kt_cache_write Nullable(Int64)
        MATERIALIZED toInt64OrNull(SpanAttributes['gen_ai.usage.cache_write.input_tokens']) CODEC(ZSTD(1)),
    ADD COLUMN IF NOT EXISTS kt_reasoning Nullable(Int64)
        MATERIALIZED toInt64OrNull(SpanAttributes['gen_ai.usage.reasoning.output_tokens']) CODEC(ZSTD(1)),
    ADD COLUMN IF NOT EXISTS kt_first_chunk_ms Nullable(Float64)
        MATERIALIZED toFloat64OrNull(SpanAttributes['gen_ai.response.time_to_first_chunk']) * 1000 CODEC(ZSTD(1));
