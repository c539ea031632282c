import type { Histogram, Registry } from 'prom-client';

type Reading = () => number | Promise<number>;

const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/**
 * What the server tells Prometheus. Labels have few values by construction: methods, route templates and status
 * classes. The library is loaded once the server listens, so that it does not hold up the first answer.
 */
export class Metrics {
  private readonly readings = new Map<string, { help: string; read: Reading }>();
  private durations: Histogram<'method' | 'route' | 'status'> | undefined;
  private registry: Promise<Registry> | undefined;

  /** Announces a number that is read whenever the metrics are, e.g. `mortise_search_queue_depth`. */
  gauge(name: string, help: string, read: Reading): void {
    this.readings.set(name, { help, read });
  }

  /** Counts an answer. `route` is a template, never a path. */
  observe(method: string, route: string, status: number, seconds: number): void {
    this.durations?.observe({ method, route, status: `${Math.floor(status / 100)}xx` }, seconds);
  }

  async text(): Promise<string> {
    return (await this.open()).metrics();
  }

  open(): Promise<Registry> {
    this.registry ??= this.load();
    return this.registry;
  }

  close(): void {
    void this.registry?.then((registry) => registry.clear());
  }

  private async load(): Promise<Registry> {
    const prometheus = await import('prom-client');
    const registry = new prometheus.Registry();
    prometheus.collectDefaultMetrics({ register: registry });
    this.durations = new prometheus.Histogram({
      name: 'mortise_http_request_duration_seconds',
      help: 'Time from the first byte of a request to the last of its answer.',
      labelNames: ['method', 'route', 'status'],
      buckets,
      registers: [registry],
    });
    for (const [name, { help, read }] of this.readings) {
      new prometheus.Gauge({
        name,
        help,
        registers: [registry],
        // What can't be read now, as while the database is away, is left out: all else is wanted then.
        async collect() {
          this.remove();
          try {
            this.set(await read());
          } catch {
            // It has no value.
          }
        },
      });
    }
    return registry;
  }
}
