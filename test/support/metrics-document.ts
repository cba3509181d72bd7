import { format, resolveConfig } from 'prettier';
import { metricsReference } from '../../server/observe/metrics-reference.ts';

export const metricsFile = new URL('../../docs/metrics.md', import.meta.url);

/** docs/metrics.md, generated from the metric table and formatted. */
export async function metricsDocument(): Promise<string> {
  const style = await resolveConfig(metricsFile);
  return format(metricsReference(), { ...style, parser: 'markdown' });
}
