import { readFile } from 'node:fs/promises';
import { fileVersion } from './file-version.ts';

/** The hosts file, read again when it has changed. In a Pod it has the `hostAliases` of the Pod. */
export class HostsFile {
  readonly #path: string;
  #version = '';
  #addresses: ReadonlyMap<string, readonly string[]> = new Map();

  constructor(path: string) {
    this.#path = path;
  }

  /** Empty for a name that is not in it, and when there is no such file. */
  async addresses(name: string): Promise<readonly string[]> {
    try {
      const version = await fileVersion(this.#path);
      if (version !== this.#version) {
        this.#addresses = parseHosts(await readFile(this.#path, 'utf8'));
        this.#version = version;
      }
    } catch {
      // Not every image has one; without it DNS is asked.
      this.#addresses = new Map();
      this.#version = '';
    }
    return this.#addresses.get(name) ?? [];
  }
}

function parseHosts(text: string): ReadonlyMap<string, readonly string[]> {
  const hosts = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const [address, ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (address === undefined || address === '') continue;
    for (const name of names) {
      const key = name.toLowerCase();
      hosts.set(key, [...(hosts.get(key) ?? []), address]);
    }
  }
  return hosts;
}
