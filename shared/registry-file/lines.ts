import type { AppContribution } from '../contribution/contribution.ts';
import type { InstanceRecord } from '../model/instance.ts';
import type { AppName, SourceId } from '../model/names.ts';
import type { MergeMemory } from '../registry/application.ts';
import type { Steps } from '../time-slice.ts';
import type { StoredPart, StoredRegistry } from './contents.ts';
import { candidates } from './contribution-shape.ts';
import { mergeMemory } from './memory-shape.ts';
import { readRecord, writeRecord } from './record-shape.ts';
import { absent, branded, list, listOf, membersOf, number, text, type JsonMembers } from '../data/shape.ts';

// The text of a registry file: one JSON document per line. The first line has the time of the write and the version
// of the registry. One line for each source follows, then one line for each application with the contributions of the sources to it.

const appName = branded<AppName>();
const sourceId = branded<SourceId>();
const texts = list(text);
const versionOrNone = absent(number);

/** The content of the file for one application. */
export interface StoredApplication {
  readonly app: AppName;
  readonly contributions: readonly {
    readonly source: SourceId;
    readonly contribution: AppContribution;
    /** Each call makes JSON of the source's own. */
    readonly details: readonly (() => unknown)[];
  }[];
  readonly memory: MergeMemory | undefined;
}

export function writtenLine(writtenAt: number, version: number): string {
  return `${JSON.stringify({ writtenAt, version })}\n`;
}

export function sourceLine({
  source,
  lastSuccessAt,
  basis,
  state,
}: Omit<StoredPart, 'contributions' | 'details'>): string {
  return `${JSON.stringify({ source, lastSuccessAt, basis, state })}\n`;
}

/** Adds the line to `pieces`. An application may have 100,000 instances, so each of them is a step. */
export function* applicationLine(stored: StoredApplication, pieces: string[]): Steps<void> {
  const { app, contributions, memory } = stored;
  pieces.push(`{"app":${JSON.stringify(app)}`);
  if (memory !== undefined) pieces.push(`,"memory":${JSON.stringify(mergeMemory.write(memory))}`);
  pieces.push(',"contributions":[');
  for (const [place, { source, contribution, details }] of contributions.entries()) {
    const { instances, ...others } = contribution;
    const head = `${place === 0 ? '' : ','}{"source":${JSON.stringify(source)}`;
    pieces.push(`${head},"candidates":${JSON.stringify(candidates.write(others))}`);
    if (details.length > 0) pieces.push(`,"details":${JSON.stringify(details.map((write) => write()))}`);
    pieces.push(',"instances":[');
    for (const [number, record] of instances.entries()) {
      pieces.push(`${number === 0 ? '' : ','}${JSON.stringify(writeRecord(record))}`);
      yield;
    }
    pieces.push(']}');
  }
  pieces.push(']}\n');
}

interface FilledPart extends StoredPart {
  readonly contributions: Map<AppName, AppContribution>;
  readonly details: Map<AppName, readonly unknown[]>;
}

/** Rebuilds a registry from the lines of a file. Throws a `ShapeError` on content that this version does not write. */
export class LineReading {
  #writtenAt = 0;
  #version: number | undefined;
  readonly #parts = new Map<SourceId, FilledPart>();
  readonly #memory = new Map<AppName, MergeMemory>();

  *take(line: string): Steps<void> {
    const json = membersOf(JSON.parse(line));
    if ('app' in json) yield* this.#takeApplication(json);
    else if ('source' in json) this.#takeSource(json);
    else {
      this.#writtenAt = number.read(json['writtenAt']);
      this.#version = versionOrNone.read(json['version']);
    }
  }

  result(): StoredRegistry {
    return { writtenAt: this.#writtenAt, version: this.#version, parts: this.#parts, memory: this.#memory };
  }

  #takeSource(json: JsonMembers): void {
    const source = sourceId.read(json['source']);
    const lastSuccessAt = number.read(json['lastSuccessAt']);
    const basis = texts.read(json['basis']);
    const filled = { contributions: new Map(), details: new Map() };
    this.#parts.set(source, { source, lastSuccessAt, basis, state: json['state'], ...filled });
  }

  *#takeApplication(json: JsonMembers): Steps<void> {
    const app = appName.read(json['app']);
    if (json['memory'] !== undefined) this.#memory.set(app, mergeMemory.read(json['memory']));
    for (const each of listOf(json['contributions'])) {
      const { source, candidates: others, instances, details } = membersOf(each);
      const records: InstanceRecord[] = [];
      for (const record of listOf(instances)) {
        records.push(readRecord(record, records.at(-1)));
        yield;
      }
      const part = this.#parts.get(sourceId.read(source));
      const contribution = { instances: records, ...candidates.read(others) };
      // What is only remembered has details alone.
      if (!isEmpty(contribution)) part?.contributions.set(app, contribution);
      if (details !== undefined) part?.details.set(app, listOf(details));
    }
  }
}

function isEmpty({ instances, publications, refusals }: AppContribution): boolean {
  return instances.length + publications.length + refusals.length === 0;
}
