import { gzipSync } from 'node:zlib';
import { LRUCache } from 'lru-cache';
import type { InstanceRecord } from '../../shared/model/instance.ts';
import type { NewTimeSlice } from '../../shared/time-slice.ts';
import type { Change } from '../../shared/registry/diff.ts';
import { countStatuses, hashCode } from '../../shared/registry/hashcode.ts';
import { instancesByVip, listsOfVip, servedApplication, type VipKind } from '../../shared/registry/lookup.ts';
import type { RegistrySnapshot } from '../../shared/registry/snapshot.ts';
import { codecOf } from './codec.ts';
import { deltaContents, fullContents } from './contents.ts';
import { Document } from './document.ts';
import type { ItemBytes } from './item-bytes.ts';
import { JobQueue } from './job-queue.ts';
import { answerOf, byDocument, variantOf, type Answer, type ByDocument, type Format, type Variant } from './variant.ts';

/**
 * Bytes cached for single-application, vip and instance answers. Full documents and deltas are kept outside the cache.
 */
const MAX_SMALL_ANSWERS_BYTES = 32 * 1024 * 1024;
/** What an entry of the cache takes beyond its bytes and its key: list node, answer object. */
const ENTRY_OVERHEAD_BYTES = 512;

interface Kept {
  /** What the answer was made of: it is valid while the snapshot has the same objects. */
  of: readonly object[];
  /**
   * The last version that is known to have them; `undefined` for instances, as hidden ones change without a new one.
   */
  version: number | undefined;
  /** `undefined`: no longer in the cache. */
  answer: Answer | undefined;
}

/** Finds the answer of one resource in a snapshot. `None` is `undefined` where there may be no such resource. */
export type AnswerIn<None = never> = (snapshot: RegistrySnapshot, variant: Variant) => Answer | None;

/** Every read answer of the Eureka API as ready bytes: made once per content and variant, at the first request. */
export class Answers {
  readonly #full: ByDocument<Document<InstanceRecord>>;
  readonly #delta: ByDocument<Document<Change>>;
  readonly #small: LRUCache<string, Kept>;

  constructor(newTimeSlice: NewTimeSlice, maxSmallBytes = MAX_SMALL_ANSWERS_BYTES) {
    this.#small = new LRUCache({
      // One answer may take all of it: to encode thousands of instances for each of their readers stalls everyone.
      maxSize: maxSmallBytes,
      sizeCalculation: ({ answer }, key) => (answer?.length ?? 0) + key.length + ENTRY_OVERHEAD_BYTES,
      // Whoever remembers one holds no more than the cache does.
      dispose: (kept) => {
        kept.answer = undefined;
        kept.of = [];
      },
    });
    const jobs = new JobQueue(newTimeSlice);
    this.#full = byDocument((format, detail) => new Document(format, fullContents(format, detail), jobs));
    this.#delta = byDocument((format, detail) => new Document(format, deltaContents(format, detail), jobs));
  }

  apps(snapshot: RegistrySnapshot, { format, detail, coding }: Variant): Answer | Promise<Answer> {
    return this.#full[format][detail].answer(snapshot, coding);
  }

  delta(snapshot: RegistrySnapshot, { format, detail, coding }: Variant): Answer | Promise<Answer> {
    return this.#delta[format][detail].answer(snapshot, coding);
  }

  /**
   * What each application takes of the delta, in the format and detail that was asked for last; `undefined` before any
   * request: while nobody polls it costs nothing.
   */
  deltaBytes(): readonly ItemBytes[] | undefined {
    const all = Object.values(this.#delta).flatMap((details) => Object.values(details));
    const [latest] = all
      .filter(({ version }) => version !== undefined)
      .toSorted((a, b) => (b.version ?? 0) - (a.version ?? 0));
    return latest?.itemBytes();
  }

  /** `GET apps/{app}`; `undefined`: no instance of it is served. */
  application(name: string): AnswerIn<undefined> {
    return this.#remembering(`app\0${name}`, (key, snapshot, variant) => {
      const found = servedApplication(snapshot, name);
      if (found === undefined) return undefined;
      return this.#keep(key, snapshot.version, [found.served], () =>
        encode(codecOf(variant.format).applicationDocument(found.name, found.served, variant.detail), variant),
      );
    });
  }

  /** `GET vips/{vip}`, `GET svips/{vip}`: an applications document of the matches, with the hash code of just these. */
  vip(kind: VipKind, vip: string): AnswerIn {
    return this.#remembering<never>(`${kind}\0${vip}`, (key, snapshot, variant) =>
      this.#keep(key, snapshot.version, listsOfVip(snapshot, kind, vip), () => vipAnswer(snapshot, kind, vip, variant)),
    );
  }

  /** `GET apps/{app}/{id}`, `GET instances/{id}`: always full and never compressed, as on stock servers. */
  instance(record: InstanceRecord, format: Format): Answer {
    return this.#keep(`instance\0${record.app}\0${record.id}\0${format}`, undefined, [record], () =>
      encode(codecOf(format).instanceDocument(record), variantOf(format, 'full', 'identity')),
    );
  }

  /**
   * Remembers the last answer besides the cache. Clients ask for the same again and again, and to look it up by its key
   * costs as much as the rest of our own work. The cache does not see that it is used: when it drops the answer, it is
   * made once more.
   */
  #remembering<None>(
    name: string,
    answerIn: (key: string, snapshot: RegistrySnapshot, variant: Variant) => Answer | None,
  ): AnswerIn<None> {
    let last: Kept | undefined;
    let lastVariant: Variant | undefined;
    return (snapshot, variant) => {
      if (variant === lastVariant && last?.version === snapshot.version && last.answer !== undefined)
        return last.answer;
      const key = `${name}\0${variant.key}`;
      const known = this.#small.get(key);
      const found =
        known?.version === snapshot.version && known.answer !== undefined
          ? known.answer
          : answerIn(key, snapshot, variant);
      // What is too large for the cache is not remembered either.
      last = this.#small.peek(key);
      lastVariant = variant;
      return found;
    };
  }

  #keep(key: string, version: number | undefined, of: readonly object[], make: () => Answer): Answer {
    const kept = this.#small.get(key);
    if (kept?.answer !== undefined && sameObjects(kept.of, of)) {
      kept.version = version;
      return kept.answer;
    }
    const answer = make();
    this.#small.set(key, { of, version, answer });
    return answer;
  }
}

function sameObjects(a: readonly object[], b: readonly object[]): boolean {
  return a.length === b.length && a.every((each, i) => each === b[i]);
}

function vipAnswer(snapshot: RegistrySnapshot, kind: VipKind, vip: string, variant: Variant): Answer {
  const codec = codecOf(variant.format);
  const matches = instancesByVip(snapshot, kind, vip);
  const texts = matches.map(({ name, instances }) => codec.application(name, instances, variant.detail));
  const hash = hashCode(countStatuses(matches.flatMap(({ instances }) => instances)));
  // Stock servers write -1 here: clients that follow a single vip never ask for its delta.
  const { head, separator, tail } = codec.frame(variant.detail, '-1', hash);
  return encode(head + texts.join(separator) + tail, variant);
}

function encode(text: string, variant: Variant): Answer {
  const bytes = Buffer.from(text, 'utf8');
  return answerOf(variant, [variant.coding === 'gzip' ? gzipSync(bytes) : bytes]);
}
