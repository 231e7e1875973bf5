/** Counts and measures under the names of the table, and prints them for Prometheus. The only file that knows prom-client. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { type LabelsOf, type MetricName, metricTable } from './metric-table.ts';

export type Metrics = {
  count<Name extends MetricName<'counter'>>(name: Name, labels: LabelsOf<Name>, by?: number): void;
  set<Name extends MetricName<'gauge'>>(name: Name, labels: LabelsOf<Name>, value: number): void;
  /** Forgets the values of a gauge whose labels come and go. */
  clear(name: MetricName<'gauge'>): void;
  /** `value` in the unit of the name. */
  observe<Name extends MetricName<'histogram'>>(name: Name, labels: LabelsOf<Name>, value: number): void;
  /** The text of GET /metrics, and its content type. */
  print(): Promise<{ readonly text: string; readonly contentType: string }>;
  close(): void;
};

/** Only counters with one label have values that are known beforehand. */
const startAtZero = (counter: Counter, labels: Readonly<Record<string, readonly string[]>>): Counter => {
  for (const [label, values] of Object.entries(labels))
    for (const value of values) counter.inc({ [label]: value }, 0);
  return counter;
};

const register = (registry: Registry) => {
  const counters = new Map<string, Counter>();
  const gauges = new Map<string, Gauge>();
  const histograms = new Map<string, Histogram>();
  for (const [name, { kind, help, labels, ...rest }] of Object.entries(metricTable)) {
    const options = { name, help, labelNames: Object.keys(labels), registers: [registry] };
    if (kind === 'counter') counters.set(name, startAtZero(new Counter(options), labels));
    else if (kind === 'gauge') gauges.set(name, new Gauge(options));
    else
      histograms.set(
        name,
        new Histogram('buckets' in rest ? { ...options, buckets: [...rest.buckets] } : options),
      );
  }
  return { counters, gauges, histograms };
};

/** A registry of its own: two of them in one process do not meet. The process's own figures (memory, event loop) come along. */
export const createMetrics = (): Metrics => {
  const registry = new Registry();
  const { counters, gauges, histograms } = register(registry);
  collectDefaultMetrics({ register: registry });
  return {
    count: (name, labels, by = 1) => counters.get(name)?.inc({ ...labels }, by),
    set: (name, labels, value) => gauges.get(name)?.set({ ...labels }, value),
    clear: (name) => gauges.get(name)?.reset(),
    observe: (name, labels, value) => histograms.get(name)?.observe({ ...labels }, value),
    print: async () => ({ text: await registry.metrics(), contentType: registry.contentType }),
    close: () => registry.clear(),
  };
};
