import { createHash } from 'node:crypto';
import { describeQuestion, type Question, type Reply } from './exchange.ts';
import { differingFacts, factsOf, type FactDifference } from './facts.ts';

export const GENERATIONS = ['hoxton', 'current'] as const;
export type Generation = (typeof GENERATIONS)[number];

/** One difference between two answers. `fact`: something inside the decoded body. */
export interface Finding {
  readonly facet: 'status' | 'content-type' | 'content-encoding' | 'body' | 'fact';
  readonly path: string;
  readonly stock: string;
  readonly ours: string;
}

export interface Exchange {
  readonly generation: Generation;
  /** How Eurek8s runs: in front of a stock server, or with leases of its own. */
  readonly world: 'forwarding' | 'standalone';
  readonly question: Question;
  readonly stock: Reply;
  readonly ours: Reply;
}

/** An intended difference: the findings that it explains. Its text is in the table of docs/protocol.md, by `id`. */
export interface Rule {
  readonly id: string;
  /** Both by default. */
  readonly generations?: readonly Generation[];
  readonly explains: (finding: Finding, exchange: Exchange) => boolean;
}

/** Statuses whose body is an answer and not the description of an error. */
const HAS_DOCUMENT = new Set([200, 409]);
/** Unlisted differences of one kind that are shown. */
const EXAMPLES = 5;

/** Compares answers, counts differences, and separates listed from unlisted ones. */
export class Comparison {
  readonly #rules: readonly Rule[];
  readonly #listed: ReadonlySet<string>;
  readonly #occurred = new Map<string, number>();
  readonly #unlisted = new Map<string, { times: number; readonly examples: Set<string> }>();
  readonly #bodies = new Map<string, readonly FactDifference[]>();
  count = 0;

  constructor(generation: Generation, rules: readonly Rule[], listed: ReadonlySet<string>) {
    this.#rules = rules.filter(({ generations }) => generations?.includes(generation) ?? true);
    this.#listed = listed;
  }

  /** Equal ones once, with how often and where they occurred. */
  get unlisted(): readonly string[] {
    return [...this.#unlisted].map(
      ([what, { times, examples }]) => `${times} × ${what}${[...examples].map((each) => `\n      ${each}`).join('')}`,
    );
  }

  /** Differences that the rules know and that did not occur. */
  vanished(): readonly string[] {
    return this.#rules.map(({ id }) => id).filter((id) => !this.#occurred.has(id));
  }

  occurrences(): string {
    return [...this.#occurred].map(([id, times]) => `${id} ${times}`).join(', ');
  }

  /** A difference that was seen elsewhere than in the answers compared here. */
  saw(id: string): void {
    if (this.#listed.has(id)) this.#occurred.set(id, (this.#occurred.get(id) ?? 0) + 1);
    else this.#note(`${id} is not in the table`, '');
  }

  /**
   * The id of the difference when stock has nothing at a path that we serve. Our answer must then equal stock's at the
   * ordinary path: the version segment (Spring 2.2.9 has none) and doubled slashes.
   */
  elsewhere(path: string, stock: number, ours: number): string | undefined {
    if (stock !== 404 || ours === 404) return undefined;
    const id = path.includes('//') ? 'double-slash' : path.startsWith('/eureka/v2') ? 'version-segment' : '';
    return this.#rules.find((rule) => rule.id === id)?.id;
  }

  add(exchange: Exchange, label = describeQuestion(exchange.question)): void {
    this.count++;
    for (const finding of this.#findings(exchange)) {
      const rule = this.#rules.find(({ explains }) => explains(finding, exchange));
      if (rule !== undefined && this.#listed.has(rule.id)) this.saw(rule.id);
      else {
        const { facet, path, stock, ours } = finding;
        const place = path.replaceAll(/\[[^\]]*\](?=\/|$)/g, '[…]');
        const what = facet === 'fact' ? `fact ${place}` : `${facet}: stock ${short(stock)}, ours ${short(ours)}`;
        this.#note(what, `${label}${facet === 'fact' ? ` ${path}: stock ${short(stock)}, ours ${short(ours)}` : ''}`);
      }
    }
  }

  #note(what: string, example: string): void {
    const known = this.#unlisted.get(what) ?? { times: 0, examples: new Set() };
    known.times++;
    if (known.examples.size < EXAMPLES) known.examples.add(example);
    this.#unlisted.set(what, known);
  }

  #findings({ question, stock, ours }: Exchange): readonly Finding[] {
    const found: Finding[] = [];
    const differ = (facet: Finding['facet'], theirs: string, own: string): void => {
      if (theirs !== own) found.push({ facet, path: '', stock: theirs, ours: own });
    };
    differ('status', String(stock.status), String(ours.status));
    differ('content-type', mediaType(stock), mediaType(ours));
    differ('content-encoding', stock.contentEncoding, ours.contentEncoding);
    differ('body', presence(stock), presence(ours));
    if (question.method === 'HEAD' || stock.body.length === 0 || ours.body.length === 0) return found;
    if (stock.status === ours.status && HAS_DOCUMENT.has(stock.status))
      for (const { path, stock: theirs = '(absent)', ours: own = '(absent)' } of this.#facts(stock.body, ours.body))
        found.push({ facet: 'fact', path, stock: theirs, ours: own });
    else if (stock.status === ours.status) differ('body', stock.body.toString(), ours.body.toString());
    return found;
  }

  /** Servers answer from caches, and parsing the same registry a thousand times shows nothing new. */
  #facts(stock: Buffer, ours: Buffer): readonly FactDifference[] {
    const key = `${digest(stock)}${digest(ours)}`;
    const known = this.#bodies.get(key) ?? differingFacts(factsOf(stock), factsOf(ours));
    this.#bodies.set(key, known);
    return known;
  }
}

function mediaType({ contentType }: Reply): string {
  return contentType.toLowerCase().replaceAll(' ', '');
}

function presence({ body }: Reply): string {
  return body.length === 0 ? 'none' : 'some';
}

function short(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}… (${text.length})` : text;
}

function digest(body: Buffer): string {
  return createHash('sha1').update(body).digest('base64');
}
