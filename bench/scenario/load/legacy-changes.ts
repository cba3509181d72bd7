import { gzipSync } from 'node:zlib';
import { documentFrameJson, encodeInstanceJson } from '../../../shared/codec/json-encode.ts';
import type { InstanceRecord } from '../../../shared/model/instance.ts';
import type { AppName } from '../../../shared/model/names.ts';

/** How long stock servers keep a change in their delta, milliseconds. */
const REACH = 180_000;
/** Shares no factor with the numbers of applications used: visits all of them, one far from the one before. */
const STEP = 7919;

interface Changed {
  readonly app: AppName;
  readonly record: InstanceRecord;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** Instances of a listing that get other metadata, and the delta that tells of it. Their status stays, and so the hash. */
export class LegacyChanges {
  readonly #listing: Map<AppName, InstanceRecord[]>;
  readonly #apps: readonly AppName[];
  readonly #hash: string;
  /** By id, the oldest change first: of several changes of one instance stock servers list the last state. */
  readonly #recent = new Map<string, Changed>();
  #made = 0;
  #delta: Buffer | undefined;

  constructor(listing: Map<AppName, InstanceRecord[]>, hash: string) {
    this.#listing = listing;
    this.#apps = [...listing.keys()];
    this.#hash = hash;
  }

  make(): void {
    const app = this.#apps[(this.#made * STEP) % this.#apps.length];
    const instances = app === undefined ? undefined : this.#listing.get(app);
    if (app === undefined || instances === undefined) return;
    const position = this.#made % instances.length;
    const old = instances[position];
    if (old === undefined) return;
    const at = Date.now();
    const metadata = new Map([...old.metadata, ['deployment', `d-${this.#made}`]]);
    const record = { ...old, metadata, lastUpdatedTimestamp: at, lastDirtyTimestamp: at };
    instances[position] = record;
    this.#recent.delete(record.id);
    this.#recent.set(record.id, { app, record, at });
    this.#made++;
    this.#delta = undefined;
  }

  deltaGzip(): Buffer {
    const since = Date.now() - REACH;
    for (const [id, { at }] of this.#recent) {
      if (at >= since) break;
      this.#recent.delete(id);
      this.#delta = undefined;
    }
    return (this.#delta ??= this.#encoded());
  }

  #encoded(): Buffer {
    const { head, separator, tail } = documentFrameJson('full', `${this.#made + 1}`, this.#hash);
    const texts = [...this.#recent.values()].map(
      ({ app, record }) => `{"name":"${app}","instance":[${encodeInstanceJson(record, 'full', 'MODIFIED')}]}`,
    );
    return gzipSync(head + texts.join(separator) + tail);
  }
}
