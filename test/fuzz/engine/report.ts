import { table } from '../../../shared/text/printable.ts';
import type { Outcome } from './campaign.ts';

const MIB = 1024 * 1024;

/** What a run did, as text. */
export function reportText({ seed, tallies, findings, seconds, memory }: Outcome): string {
  const sum = (count: (tally: Outcome['tallies'][number]) => number): number =>
    tallies.reduce((total, tally) => total + count(tally), 0);
  const [tried, refused] = [sum((tally) => tally.tried), sum((tally) => tally.refused)];
  const rows = tallies.map(({ name, tried, refused, ms, longestMs, longestAt, longestChars, growthSearches }) => [
    name,
    tried.toLocaleString('en'),
    tried === 0 ? '' : `${((refused / tried) * 100).toFixed(0)} %`,
    Math.round((tried / Math.max(1, ms)) * 1000).toLocaleString('en'),
    longestMs === undefined ? '' : `${longestMs.toFixed(1)} ms`,
    longestMs === undefined ? '' : `${longestAt} (${longestChars} characters)`,
    growthSearches.toLocaleString('en'),
  ]);
  const longest = Math.max(0, ...tallies.map(({ longestMs = 0 }) => longestMs));
  return [
    table(['target', 'inputs', 'refused', 'per second', 'longest block', 'by input', 'made longer'], rows),
    ...tallies.flatMap(({ name, facts }) => facts.map((fact) => `${name}: ${fact}`)),
    `seed ${seed}: ${tried.toLocaleString('en')} inputs in ${seconds.toFixed(0)} s (${Math.round(tried / seconds).toLocaleString('en')} per second), ` +
      `${refused.toLocaleString('en')} refused, findings ${findings.length}, longest block of one call ${longest.toFixed(1)} ms`,
    `heap ${(memory.first / MIB).toFixed(0)} MiB after the first round, ${(memory.last / MIB).toFixed(0)} MiB at the end; largest resident size ${(memory.peak / MIB).toFixed(0)} MiB`,
  ].join('\n');
}
