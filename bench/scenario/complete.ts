import { instanceCount } from '../data/registry.ts';
import { until } from '../../test/testbed/until.ts';
import { ask, textOf, type Reply } from '../load/ask.ts';
import type { RegistrySize } from '../section.ts';

export const JSON_GZIP = { accept: 'application/json', 'accept-encoding': 'gzip' } as const;

/** Waits until a server answers reads, and makes sure that it has every instance: errors are quick to measure. */
export async function complete(url: string, size: RegistrySize): Promise<Reply> {
  const answer = await until(
    `${url} answers reads`,
    async () => {
      const answer = await ask(`${url}/eureka/apps`, { headers: JSON_GZIP });
      return answer.status === 200 && answer;
    },
    { timeoutMs: 120_000 },
  );
  const text = await textOf(answer);
  const instances = text.split('"instanceId":').length - 1;
  if (instances !== instanceCount(size)) throw new Error(`${url} has ${instances} of ${instanceCount(size)} instances`);
  return answer;
}
