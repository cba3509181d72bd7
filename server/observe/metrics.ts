import { Counter, Gauge, Registry, collectDefaultMetrics } from '@prometheus-io/client';
import type { Metrics } from '../ports/metrics.ts';
import { METRICS, type MetricDescription } from './metric-table.ts';

/**
 * Milliseconds between two samples of the event loop. A process at rest does little else: those of the library (10 ms
 * and 100 ms) took most of its CPU time.
 */
const LOOP_SAMPLING = { eventLoopMonitoringPrecision: 50, eventLoopUtilizationTimeout: 1_000 } as const;

type Labels = Readonly<Record<string, string>>;

interface Series {
  readonly labels: Labels;
  value: number;
}

/** The name a metric has in the exposition. */
export function exposedName({ name, type }: MetricDescription): string {
  return `eurek8s_${name}${type === 'counter' ? '_total' : ''}`;
}

/**
 * Keeps counts and values as plain numbers, and hands them to the metrics library only for a scrape: on the hot path a
 * count is two map look-ups. Names are those of the metric table; another one throws.
 */
export class PrometheusMetrics implements Metrics {
  readonly #registry = new Registry();
  readonly #series = new Map<string, Map<string, Series>>();
  #observe: () => void = () => undefined;

  constructor() {
    collectDefaultMetrics({ register: this.#registry, ...LOOP_SAMPLING });
    for (const metric of METRICS) this.#add(metric);
  }

  count(name: string, labels: Labels = {}, by = 1): void {
    this.#at(name, labels).value += by;
  }

  /** Returns what counts one series, for the hot path: a call needs no look-up. */
  counter(name: string, labels: Labels): () => void {
    const series = this.#at(name, labels);
    return () => {
      series.value++;
    };
  }

  gauge(name: string, value: number, labels: Labels = {}): void {
    this.#at(name, labels).value = value;
  }

  /** Forgets all series of a gauge: what is not set again is no longer exposed. */
  clear(name: string): void {
    this.#all(name).clear();
  }

  /** Sets a counter that is counted elsewhere. */
  total(name: string, value: number): void {
    this.#at(name, {}).value = value;
  }

  /** Has `observe` called before each scrape, to set values that are read and not counted. */
  beforeScrape(observe: () => void): void {
    this.#observe = observe;
  }

  async exposition(): Promise<{ readonly contentType: string; readonly text: string }> {
    this.#observe();
    return { contentType: this.#registry.contentType, text: await this.#registry.metrics() };
  }

  #at(name: string, labels: Labels): Series {
    const all = this.#all(name);
    const key = Object.values(labels).join('\0');
    let series = all.get(key);
    if (series === undefined) {
      series = { labels, value: 0 };
      all.set(key, series);
    }
    return series;
  }

  #all(name: string): Map<string, Series> {
    const all = this.#series.get(name);
    // A name that is in no table would be counted and never shown.
    if (all === undefined) throw new Error(`no metric is called ${name}`);
    return all;
  }

  #add(metric: MetricDescription): void {
    const series = new Map<string, Series>();
    this.#series.set(metric.name, series);
    const description = {
      name: exposedName(metric),
      help: metric.help,
      labelNames: [...metric.labels],
      registers: [this.#registry],
    };
    if (metric.type === 'counter') {
      const counter: Counter<string> = new Counter({
        ...description,
        collect: () => {
          counter.reset();
          for (const { labels, value } of series.values()) counter.inc({ ...labels }, value);
        },
      });
    } else {
      const gauge: Gauge<string> = new Gauge({
        ...description,
        collect: () => {
          gauge.reset();
          for (const { labels, value } of series.values()) gauge.set({ ...labels }, value);
        },
      });
    }
  }
}
