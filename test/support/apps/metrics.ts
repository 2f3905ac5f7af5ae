import type { Registry } from 'prom-client';
import { until } from '../smtp/deliveries';

type Labels = Record<string, string>;

interface Sample {
  metricName?: string;
  labels: Labels;
  value: number;
}

/** Returns every sample of a metric whose labels include `labels`. */
export async function samples(registry: Registry, name: string, labels: Labels = {}) {
  const metrics = await registry.getMetricsAsJSON();
  return metrics
    .flatMap((metric) =>
      (metric.values as Sample[]).map((sample) => ({ metricName: metric.name, ...sample })),
    )
    .filter(({ metricName }) => metricName === name)
    .filter((sample) => Object.entries(labels).every(([key, of]) => sample.labels[key] === of));
}

/** Returns the sum of those samples, or undefined when there are none. */
export async function valueOf(
  registry: Registry,
  name: string,
  labels?: Labels,
): Promise<number | undefined> {
  const found = await samples(registry, name, labels);
  return found.length === 0 ? undefined : found.reduce((sum, { value }) => sum + value, 0);
}

/** Waits for a value: a request is counted a moment after its answer, when the response closes. */
export async function untilValue(
  registry: Registry,
  name: string,
  labels: Labels,
  value: number,
): Promise<void> {
  await until(async () => (await valueOf(registry, name, labels)) === value).catch(async () => {
    const found = await valueOf(registry, name, labels);
    throw new Error(`${name} ${JSON.stringify(labels)} is ${found}, not ${value}`);
  });
}
