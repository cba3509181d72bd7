/** Counters and gauges by metric name. The metric table (`server/observe`) describes each of them. */
export interface Metrics {
  count(name: string, labels?: Readonly<Record<string, string>>, by?: number): void;
  gauge(name: string, value: number, labels?: Readonly<Record<string, string>>): void;
}
