import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { errorText } from '../../shared/error-text.ts';

interface RoutedIngress {
  readonly kind?: string;
  readonly spec?: {
    readonly rules?: readonly {
      readonly host?: string;
      readonly http?: {
        readonly paths?: readonly { readonly backend?: { readonly service?: { readonly name?: string } } }[];
      };
    }[];
  };
}

interface KnownFile {
  readonly text: string;
  /** Host → Service name. */
  readonly routes: ReadonlyMap<string, string>;
}

/**
 * Host → Service name, of every Ingress in the directory. Its files are edited live. One that is broken keeps the routes
 * that it had, as it keeps its entries in Eurek8s. So does one that is gone: an entry whose removal is held is called
 * on. `broken` is called once for each state of a file.
 */
export class Routes {
  readonly #directory: string;
  readonly #broken: (file: string, reason: string) => void;
  readonly #files = new Map<string, KnownFile>();

  constructor(directory: string, broken: (file: string, reason: string) => void) {
    this.#directory = directory;
    this.#broken = broken;
  }

  serviceOf(host: string): string | undefined {
    this.#read();
    for (const { routes } of [...this.#files.values()].toReversed()) {
      const service = routes.get(host);
      if (service !== undefined) return service;
    }
    return undefined;
  }

  #read(): void {
    const names = readdirSync(this.#directory).filter((name) => /\.(yaml|yml|json)$/.test(name));
    for (const name of names.toSorted()) {
      const file = join(this.#directory, name);
      const text = textOf(file);
      const before = this.#files.get(name);
      if (text !== undefined && text !== before?.text) this.#files.set(name, this.#parse(file, text, before));
    }
  }

  #parse(file: string, text: string, before: KnownFile | undefined): KnownFile {
    try {
      return { text, routes: routesIn(text) };
    } catch (error) {
      this.#broken(file, errorText(error));
      return { text, routes: before?.routes ?? new Map() };
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

function routesIn(text: string): ReadonlyMap<string, string> {
  const routes = new Map<string, string>();
  // What it warns of goes to standard error, past us.
  for (const document of parseAllDocuments(text, { logLevel: 'error' })) {
    const [error] = document.errors;
    if (error !== undefined) throw error;
    const object = document.toJS() as RoutedIngress | null;
    if (object?.kind !== 'Ingress') continue;
    for (const { host, http } of object.spec?.rules ?? []) {
      const service = http?.paths?.[0]?.backend?.service?.name;
      if (host !== undefined && service !== undefined) routes.set(host, service);
    }
  }
  return routes;
}
