import { printable } from '../../shared/text/printable.ts';
import { hideUserInfo } from '../../shared/text/user-info.ts';
import { quotedKey } from './quoted.ts';

/** Where a value of the configuration was given. Lines count from 1. */
export type Origin =
  | { readonly kind: 'default' }
  | { readonly kind: 'file'; readonly file: string; readonly line: number | undefined }
  | { readonly kind: 'environment'; readonly name: string }
  | { readonly kind: 'flag'; readonly name: string };

/** Something wrong with the configuration. All problems are collected and reported together. */
export interface Problem {
  readonly origin: Origin;
  /** The option in question, `legacy.pollInterval`; undefined when it is about the configuration as a whole. */
  readonly key: string | undefined;
  /** One line. */
  readonly message: string;
  /** Further lines, in our own words. */
  readonly advice?: readonly string[];
}

/** A place inside the value of one option: `[0, 'kubeconfig']` below `clusters`. */
export type InnerPath = readonly (string | number)[];

/** What is wrong with a value, before its origin is known. */
export interface ValueProblem {
  readonly path: InnerPath;
  readonly message: string;
}

/** `eurek8s.yaml:12`, `environment EUREK8S_LISTEN_PORT`, `flag --listen.port`. */
export function originText(origin: Origin): string {
  switch (origin.kind) {
    case 'default':
      return 'configuration';
    case 'file':
      return origin.line === undefined ? origin.file : `${origin.file}:${origin.line}`;
    case 'environment':
      return `environment ${origin.name}`;
    case 'flag':
      return `flag ${origin.name}`;
  }
}

/** `clusters[0].kubeconfig`. */
export function keyText(key: string, inner: InnerPath): string {
  return inner.reduce<string>(
    (text, step) => text + (typeof step === 'number' ? `[${step}]` : `.${quotedKey(step)}`),
    key,
  );
}

/** A problem as text for people. Messages that quote a value hide its secrets; this hides user-info once more. */
export function problemText(problem: Problem): string {
  const key = problem.key === undefined ? '' : `${problem.key}: `;
  const first = printable(hideUserInfo(`${originText(problem.origin)}: ${key}${problem.message}`), MAX_LENGTH);
  return [first, ...(problem.advice ?? [])].join('\n');
}

/** Characters; a value may be a whole file by mistake. */
const MAX_LENGTH = 4000;
