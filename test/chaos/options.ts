import { parseArgs } from 'node:util';

/** Faults of the product that are planted to see the judge catch them. */
export const PLANTS = ['brake off', 'mangled delta', 'wrong registry', 'slow polls', 'no file, not required'] as const;
export type Plant = (typeof PLANTS)[number];

export interface ChaosOptions {
  readonly minutes: number;
  readonly seed: number;
  readonly plants: readonly Plant[];
  /** Where logs and the record stay; a temporary directory that is removed after a good run by default. */
  readonly dir: string | undefined;
  /** Whether every observation is written down, for tests of the judge. */
  readonly record: boolean;
}

export const HELP = `npm run chaos -- [--minutes N] [--seed N] [--dir DIR] [--record] [--plant FAULT]

Three replicas behind a balancer, a stock Eureka, a real API server, and real Ribbon clients that call all the time, while
faults are injected at random. A judge that shares no code with the product drives every change, so it knows what is true, and
checks every answer and every call. Exit code 1: something was wrong; what, and what was injected then, is printed.

  --minutes N     how long (default 3; at least 2)
  --seed N        the same seed injects the same faults and chooses the same changes (default: a new one, printed)
  --dir DIR       logs of all processes stay there; without it they stay only after a run that found something
  --record        writes all that was known and seen to DIR/recording.json, for tests of the judge
  --plant FAULT   plants a fault of the product, which the judge must find; may be repeated: ${PLANTS.join(', ')}
  --help          this text
`;

/** Throws a message for people. */
export function readOptions(args: readonly string[], newSeed: () => number): ChaosOptions | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: 'string', default: '3' },
      seed: { type: 'string' },
      plant: { type: 'string', multiple: true, default: [] },
      dir: { type: 'string' },
      record: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const minutes = Number(values.minutes);
  if (!(minutes >= 2)) throw new Error('--minutes: at least 2');
  const seed = values.seed === undefined ? newSeed() : Number(values.seed);
  if (!Number.isSafeInteger(seed)) throw new Error('--seed: a whole number');
  const plants = values.plant.map((name) => {
    const plant = PLANTS.find((each) => each === name);
    if (plant === undefined) throw new Error(`--plant: one of ${PLANTS.join(', ')}`);
    return plant;
  });
  return { minutes, seed, plants, dir: values.dir, record: values.record };
}
