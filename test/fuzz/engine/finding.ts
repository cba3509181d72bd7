import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Pumped } from './growth.ts';

/** An input that the product did not stand. */
export interface Finding {
  readonly target: string;
  readonly seed: number;
  /** Of the input within the run. */
  readonly number: number;
  /** Or how it is made longer and longer. */
  readonly input: string | Pumped;
  readonly error: string;
}

/** An input in a file: one that failed, or a named case that must never fail again. */
export interface KeptInput {
  readonly target: string;
  readonly input: string | Pumped;
  /** What went wrong with it. */
  readonly why: string;
}

export function errorOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Two findings with the same beginning have most likely one cause. */
export function causeOf(error: string): string {
  const [message = '', ...stack] = error.split('\n');
  const place = stack.find((line) => /\bat .*(?:server|shared)\//.test(line)) ?? '';
  return `${message.replaceAll(/\d+(?:\.\d+)?/g, 'N').slice(0, 80)} ${place.trim()}`;
}

/** Writes the input, and returns the path of the file. */
export function writeFinding(directory: string, { target, seed, number, input, error }: Finding): string {
  mkdirSync(directory, { recursive: true });
  const file = join(directory, `${target}-${seed}-${number}.json`);
  writeFileSync(file, `${JSON.stringify({ target, input, why: error.split('\n', 1)[0] }, undefined, 2)}\n`);
  return file;
}

export function readKept(file: string): KeptInput {
  return JSON.parse(readFileSync(file, 'utf8')) as KeptInput;
}
