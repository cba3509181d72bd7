import { figure, range } from '../report/numbers.ts';

export function ms(value: number): string {
  return `${figure(value)} ms`;
}

/** Seconds of values in milliseconds. */
export function seconds(value: number): string {
  return `${figure(value / 1000)} s`;
}

export function rangeOfSeconds(values: readonly number[]): string {
  return `${range(values.map((value) => value / 1000))} s`;
}

/** A share of one, such as of a core. */
export function percent(share: number): string {
  return `${figure(share * 100)} %`;
}
