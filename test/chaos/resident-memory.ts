import { median } from './figures.ts';

interface Sample {
  readonly at: number;
  readonly mb: number;
}

/** Resident memory of one replica over time, process by process. */
export class ResidentMemory {
  readonly #samples = new Map<number, Sample[]>();

  add(incarnation: number, sample: Sample): void {
    const samples = this.#samples.get(incarnation);
    if (samples === undefined) this.#samples.set(incarnation, [sample]);
    else samples.push(sample);
  }

  /** Of the longest-lived process: minutes, first and last megabytes, and the slope without its first minute. */
  figures(): { readonly minutes: number; readonly firstMb: number; readonly lastMb: number; readonly slope: number } {
    const longest = [...this.#samples.values()].toSorted((a, b) => b.length - a.length)[0] ?? [];
    const start = longest[0]?.at ?? 0;
    const warm = longest.filter(({ at }) => at >= start + 60_000);
    const tenth = Math.max(1, Math.floor(warm.length / 10));
    const minutes = ((longest.at(-1)?.at ?? start) - start) / 60_000;
    return {
      minutes,
      firstMb: median(warm.slice(0, tenth).map(({ mb }) => mb)),
      lastMb: median(warm.slice(-tenth).map(({ mb }) => mb)),
      slope: slope(warm),
    };
  }
}

/** Least squares, in MB a minute. */
function slope(samples: readonly Sample[]): number {
  if (samples.length < 10) return Number.NaN;
  const mean = (numbers: readonly number[]): number => numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
  const [at, mb] = [mean(samples.map((each) => each.at)), mean(samples.map((each) => each.mb))];
  const up = samples.reduce((sum, each) => sum + (each.at - at) * (each.mb - mb), 0);
  const down = samples.reduce((sum, each) => sum + (each.at - at) ** 2, 0);
  return (up / down) * 60_000;
}
