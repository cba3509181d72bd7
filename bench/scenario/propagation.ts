import type { Bench, Section } from '../section.ts';
import { percentile } from '../statistics.ts';
import { kubernetesPropagation } from './propagation-kubernetes.ts';
import { legacyPropagation } from './propagation-legacy.ts';
import { ms } from './quantity.ts';
import type { Way } from './way.ts';

export const propagation: Section = {
  name: 'propagation',
  title: 'From a change to the answer that shows it',
  about:
    'A change is made, and a client asks all the time; counted is the time until the first complete answer that shows it. Legacy: registers and cancels at a stock server (current generation, answering fresh), seen by an Eurek8s that polls it every second and by one that the stock server pushes to as its peer; and registers through Eurek8s. Kubernetes: patches of an Ingress and of an EndpointSlice, from their acceptance by a real API server.',
  run: async (bench) => {
    if (bench.quick)
      return {
        tables: [],
        verdicts: [],
        notes: ['left out of quick mode: it needs a stock server and a Kubernetes API server of its own'],
      };
    const ways = await legacyPropagation(bench);
    const kubernetes = await attempt(bench);
    if (kubernetes.ways !== undefined) ways.push(...kubernetes.ways);
    return {
      tables: [
        {
          title: 'Propagation',
          columns: ['change', 'seen by', 'samples', 'median', 'p90', 'worst'],
          rows: ways.map(({ from, to, samples }) => [
            from,
            to,
            `${samples.length}`,
            ...[50, 90, 100].map((share) => ms(percentile(samples, share))),
          ]),
        },
      ],
      verdicts: [],
      ...(kubernetes.missing !== undefined && { notes: [`Kubernetes left out: ${kubernetes.missing}`] }),
    };
  },
};

/** The API server is built by Go, which not every machine has. */
async function attempt(bench: Bench): Promise<{ readonly ways?: readonly Way[]; readonly missing?: string }> {
  try {
    return { ways: await kubernetesPropagation(bench) };
  } catch (error) {
    return { missing: error instanceof Error ? error.message : String(error) };
  }
}
