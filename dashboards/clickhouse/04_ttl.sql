-- How long rows are kept: spans a month, sums of hours two years. Parts are dropped whole (ttl_only_drop_parts).
-- Where the Collector's exporter makes the table, its own setting `ttl` says the same of the spans.

ALTER TABLE otel_traces MODIFY TTL toDateTime(Timestamp) + INTERVAL 30 DAY;
ALTER TABLE keeptabs_hourly MODIFY TTL hour + INTERVAL 730 DAY;
