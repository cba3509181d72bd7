import { gzipSync } from 'node:zlib';
import { LRUCache } from 'lru-cache';
import type { InstanceRecord } from '../../shared/model/instance.ts';
import { deltaOf } from '../../shared/registry/delta.ts';
import type { ChangeKind } from '../../shared/registry/diff.ts';
import { countStatuses, hashCode } from '../../shared/registry/hashcode.ts';
import { instancesByVip, servedApplication, type VipKind } from '../../shared/registry/lookup.ts';
import type { RegistrySnapshot } from '../../shared/registry/snapshot.ts';
import { codecOf } from './codec.ts';
import { FullDocument } from './full-document.ts';
import { answerOf, variantKey, type Answer, type Format, type Variant } from './variant.ts';

/** Bytes kept for single-application, vip and instance answers. The full document and the delta are kept by name. */
const SMALL_ANSWERS_BYTES = 32 * 1024 * 1024;
/** What an entry of the cache weighs beyond its bytes: key, list node, answer object. */
const ENTRY_OVERHEAD = 512;

const ACTIONS = { added: 'ADDED', modified: 'MODIFIED', deleted: 'DELETED' } as const satisfies Record<
  ChangeKind,
  string
>;

interface Kept {
  /** What the answer was made of: it holds as long as this is what the snapshot has. */
  readonly of: unknown;
  readonly answer: Answer;
}

/** Every read answer of the Eureka API as ready bytes, made once per content and variant, on the first request. */
export class Answers {
  readonly #full = new Map<string, FullDocument>();
  readonly #delta = new Map<string, Kept>();
  readonly #small = new LRUCache<string, Kept>({
    maxSize: SMALL_ANSWERS_BYTES,
    maxEntrySize: SMALL_ANSWERS_BYTES / 8,
    sizeCalculation: ({ answer }, key) => answer.length + key.length + ENTRY_OVERHEAD,
  });

  /** `GET apps`: the whole registry. Its version is always "1" on stock servers, as only deltas count versions. */
  apps(snapshot: RegistrySnapshot, variant: Variant): Answer {
    const key = `${variant.format}/${variant.detail}`;
    let document = this.#full.get(key);
    if (document === undefined) {
      document = new FullDocument(variant.format, variant.detail);
      this.#full.set(key, document);
    }
    return document.answer(snapshot, variant.coding);
  }

  /** `GET apps/delta`: the changes of the window, with the hash code of the whole registry. */
  delta(snapshot: RegistrySnapshot, variant: Variant): Answer {
    const key = variantKey(variant);
    const kept = this.#delta.get(key);
    if (kept?.of === snapshot) return kept.answer;
    const texts = deltaOf(snapshot.recent).map(({ name, changes }) =>
      codecOf(variant.format).application(
        name,
        changes.map(({ record }) => record),
        variant.detail,
        changes.map(({ kind }) => ACTIONS[kind]),
      ),
    );
    const answer = applicationsAnswer(texts, String(snapshot.version), snapshot.hashCode, variant);
    this.#delta.set(key, { of: snapshot, answer });
    return answer;
  }

  /** `GET apps/{app}`; `undefined` when nothing of it is served. */
  application(snapshot: RegistrySnapshot, name: string, variant: Variant): Answer | undefined {
    const found = servedApplication(snapshot, name);
    if (found === undefined) return undefined;
    return this.#keep(`app\0${found.name}\0${variantKey(variant)}`, found.served, () =>
      encode(codecOf(variant.format).applicationDocument(found.name, found.served, variant.detail), variant),
    );
  }

  /** `GET vips/{vip}`, `GET svips/{vip}`: an applications document of the matches, with the hash code of just these. */
  vip(snapshot: RegistrySnapshot, kind: VipKind, vip: string, variant: Variant): Answer {
    const key = `${kind}\0${vip}\0${variantKey(variant)}`;
    const make = (): Answer => {
      const matches = instancesByVip(snapshot, kind, vip);
      const texts = matches.map(({ name, instances }) =>
        codecOf(variant.format).application(name, instances, variant.detail),
      );
      const hash = hashCode(countStatuses(matches.flatMap(({ instances }) => instances)));
      // Stock writes -1 here, and clients that follow a single vip never ask for its delta.
      return applicationsAnswer(texts, '-1', hash, variant);
    };
    return this.#keep(key, snapshot.version, make);
  }

  /** `GET apps/{app}/{id}`, `GET instances/{id}`: always full and never compressed, as stock. */
  instance(record: InstanceRecord, format: Format): Answer {
    return this.#keep(`instance\0${record.app}\0${record.id}\0${format}`, record, () =>
      encode(codecOf(format).instanceDocument(record), { format, detail: 'full', coding: 'identity' }),
    );
  }

  #keep(key: string, of: unknown, make: () => Answer): Answer {
    const kept = this.#small.get(key);
    if (kept !== undefined && kept.of === of) return kept.answer;
    const answer = make();
    this.#small.set(key, { of, answer });
    return answer;
  }
}

function applicationsAnswer(texts: readonly string[], version: string, hash: string, variant: Variant): Answer {
  const { head, separator, tail } = codecOf(variant.format).frame(variant.detail, version, hash);
  return encode(head + texts.join(separator) + tail, variant);
}

function encode(text: string, variant: Variant): Answer {
  const bytes = Buffer.from(text, 'utf8');
  return answerOf(variant, [variant.coding === 'gzip' ? gzipSync(bytes) : bytes]);
}
