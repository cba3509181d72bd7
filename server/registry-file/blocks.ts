import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { NO_CONTRIBUTION } from '../../shared/contribution/contribution.ts';
import { fnv } from '../../shared/model/hash.ts';
import { emptyApplication, lastingMemory, type MergedApplication } from '../../shared/registry/application.ts';
import { applicationLine, type StoredApplication } from '../../shared/registry-file/lines.ts';
import { runInSlices, type NewTimeSlice, type Steps } from '../../shared/time-slice.ts';
import type { RegistryContents } from '../ports/registry-contents.ts';

/** Instances of one block: small enough that a change costs little, large enough to be worth compressing. */
const BLOCK_INSTANCES = 256;
/** Applications that one step handles. */
const APPLICATIONS_PER_STEP = 64;
/**
 * The fastest level: the file is written every second during changes, and even this level reduces its text to a tenth.
 */
const GZIP = { level: 1 } as const;

const compress = promisify(gzip);

interface Block {
  /**
   * The objects that its lines were made from, compared by identity: contributions and merged applications are never
   * mutated.
   */
  readonly parts: readonly unknown[];
  readonly bytes: Uint8Array;
}

interface Draft {
  readonly applications: StoredApplication[];
  readonly parts: unknown[];
}

/**
 * The applications of the file in blocks. Each block is compressed on its own and kept, so that a write encodes only
 * the blocks that have changed since the last write. The name of an application determines its block.
 */
export class Blocks {
  readonly #newTimeSlice: NewTimeSlice;
  #blocks: readonly (Block | undefined)[] = [];

  constructor(newTimeSlice: NewTimeSlice) {
    this.#newTimeSlice = newTimeSlice;
  }

  /** Returns the bytes of all blocks. */
  async update(contents: RegistryContents): Promise<readonly Uint8Array[]> {
    const slice = this.#newTimeSlice();
    const drafts = await runInSlices(draftSteps(contents, this.#blocks.length), slice);
    const blocks: Block[] = [];
    for (const [place, draft] of drafts.entries()) {
      const old = drafts.length === this.#blocks.length ? this.#blocks[place] : undefined;
      if (old !== undefined && sameParts(old.parts, draft.parts)) blocks.push(old);
      else {
        const text = await runInSlices(textSteps(draft.applications), slice);
        blocks.push({ parts: draft.parts, bytes: await compress(text, GZIP) });
      }
    }
    this.#blocks = blocks;
    return blocks.map(({ bytes }) => bytes);
  }
}

/** Distributes the applications over the blocks. `blocks`: the number of blocks so far. */
function* draftSteps(contents: RegistryContents, blocks: number): Steps<readonly Draft[]> {
  const { sources } = contents;
  const applications = [...contents.applications, ...unmerged(contents)];
  const counts = applications.map(({ served, hidden }) => 1 + served.length + hidden.length);
  const wanted = powerOfTwo(counts.reduce((sum, count) => sum + count, 0) / BLOCK_INSTANCES);
  // Another number of blocks means encoding the whole file anew, so it must not follow every small change of size.
  const size = blocks >= wanted / 2 && blocks <= wanted * 2 ? blocks : wanted;
  const drafts = Array.from({ length: size }, (): Draft => ({ applications: [], parts: [] }));
  for (const [number, merged] of applications.entries()) {
    if (number % APPLICATIONS_PER_STEP === 0) yield;
    const draft = drafts[fnv(merged.name) & (size - 1)];
    if (draft !== undefined) addTo(draft, merged, sources);
  }
  return drafts;
}

/** Applications that are in no snapshot: those of a load that is not merged yet, and those that are only remembered. */
function unmerged({ sources, applications }: RegistryContents): readonly MergedApplication[] {
  const merged = new Set(applications.map(({ name }) => name));
  const names = new Set(
    sources.flatMap(({ source, contributions }) => [...contributions.keys(), ...(source.remembered?.() ?? [])]),
  );
  return [...names].flatMap((name) => (merged.has(name) ? [] : emptyApplication(name)));
}

function addTo(draft: Draft, merged: MergedApplication, sources: RegistryContents['sources']): void {
  const contributions = sources.flatMap(({ source, contributions }) => {
    const contribution = contributions.get(merged.name);
    const details = source.detailsOf?.(merged.name) ?? [];
    if (contribution === undefined && details.length === 0) return [];
    return { source: source.id, contribution: contribution ?? NO_CONTRIBUTION, details };
  });
  const memory = lastingMemory(merged);
  if (contributions.length === 0 && memory === undefined) return;
  // Of an application without a memory nothing but its name is written.
  draft.parts.push(memory === undefined ? merged.name : merged);
  for (const { contribution, details } of contributions)
    draft.parts.push(contribution, ...details.map(({ identity }) => identity));
  draft.applications.push({
    app: merged.name,
    contributions: contributions.map((each) => ({ ...each, details: each.details.map(({ write }) => write) })),
    memory,
  });
}

function* textSteps(applications: readonly StoredApplication[]): Steps<string> {
  const pieces: string[] = [];
  for (const application of applications) yield* applicationLine(application, pieces);
  return pieces.join('');
}

function sameParts(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((part, place) => part === b[place]);
}

/** The smallest power of two that is not below `number`. */
function powerOfTwo(number: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(1, number)));
}
