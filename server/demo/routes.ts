import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { errorText } from '../../shared/error-text.ts';
import { rawRecord } from '../../shared/data/raw-data.ts';
import { objectKey } from '../../shared/ingress/object-key.ts';
import { stripObject } from '../../shared/ingress/strip.ts';
import type { StrippedIngress } from '../../shared/ingress/stripped.ts';
import { byText } from '../../shared/model/order.ts';
import { RouteTable } from './route-table.ts';

interface KnownFile {
  readonly text: string;
  readonly ingresses: readonly StrippedIngress[];
}

/**
 * Host → Service name, of every Ingress in the directory. Its files are edited live. One that is broken keeps the routes
 * that it had, as it keeps its entries in Eurek8s. An Ingress that is gone keeps those that no other has: an entry whose
 * removal is held is called on. `broken` is called once for each state of a file.
 */
export class Routes {
  readonly #directory: string;
  readonly #broken: (file: string, reason: string) => void;
  #files: ReadonlyMap<string, KnownFile> = new Map();
  #present: ReadonlyMap<string, StrippedIngress> = new Map();
  readonly #gone = new Map<string, StrippedIngress>();
  #tables: readonly RouteTable[] = [];

  constructor(directory: string, broken: (file: string, reason: string) => void) {
    this.#directory = directory;
    this.#broken = broken;
  }

  serviceOf(host: string): string | undefined {
    this.#read();
    for (const table of this.#tables) {
      const service = table.serviceOf(host);
      if (service !== undefined) return service;
    }
    return undefined;
  }

  #read(): void {
    const names = readdirSync(this.#directory).filter((name) => /\.(yaml|yml|json)$/.test(name));
    const files = new Map<string, KnownFile>();
    for (const name of names.toSorted(byText)) {
      const file = join(this.#directory, name);
      const text = textOf(file);
      const before = this.#files.get(name);
      if (text !== undefined) files.set(name, text === before?.text ? before : this.#parse(file, text, before));
    }
    const same = files.size === this.#files.size && [...files].every(([name, file]) => this.#files.get(name) === file);
    this.#files = files;
    if (!same) this.#build();
  }

  #build(): void {
    const before = this.#present;
    // Of two objects with one name the last one counts, as for Eurek8s.
    const all = [...this.#files.values()].flatMap(({ ingresses }) => ingresses);
    this.#present = new Map(all.map((ingress) => [objectKey(ingress), ingress]));
    for (const [key, ingress] of before) this.#gone.set(key, ingress);
    for (const key of this.#present.keys()) this.#gone.delete(key);
    this.#tables = [this.#present, this.#gone].map((ingresses) => new RouteTable([...ingresses.values()]));
  }

  #parse(file: string, text: string, before: KnownFile | undefined): KnownFile {
    try {
      return { text, ingresses: ingressesIn(text) };
    } catch (error) {
      this.#broken(file, errorText(error));
      return { text, ingresses: before?.ingresses ?? [] };
    }
  }
}

/** `undefined`: it went away meanwhile. */
function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function ingressesIn(text: string): readonly StrippedIngress[] {
  // What it warns of goes to standard error, past us.
  return parseAllDocuments(text, { logLevel: 'error' }).flatMap((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw error;
    const data: unknown = document.toJS();
    if (rawRecord(data)['kind'] !== 'Ingress') return [];
    const object = stripObject('Ingress', data);
    return object?.kind === 'Ingress' ? [object] : [];
  });
}
