import { registerHooks, stripTypeScriptTypes } from 'node:module';
import { pathToFileURL } from 'node:url';

/** Modules that are to be loaded once more, apart from those loaded before. */
export interface Anew {
  /** Differs from that of any earlier time. */
  readonly name: string;
  readonly files: ReadonlySet<string>;
}

let anew: Anew | undefined;

/** Which modules the next `import` loads anew, however often they were loaded already. */
export function loadAnew(what: Anew | undefined): void {
  anew = what;
}

/**
 * From here on the sources given are loaded instead of the files of these paths (relative to `root`), and the tests
 * get our stand-ins. Files on the disk stay as they are, so that tests which read them see what they always see.
 */
export function replaceSources(root: string, sources: Readonly<Record<string, string>>): void {
  const base = pathToFileURL(`${root}/`).href;
  const standIns: Readonly<Record<string, string>> = {
    'node:test': new URL('suite.ts', import.meta.url).href,
    'fast-check': new URL('properties.ts', import.meta.url).href,
  };
  const own = new URL('.', import.meta.url).href;
  const stripped = new Map<string, string>();
  registerHooks({
    resolve(specifier, context, next) {
      const standIn = standIns[specifier];
      const from = context.parentURL ?? '';
      if (standIn !== undefined && from.startsWith(`${base}test/`) && !from.startsWith(own))
        return { url: standIn, shortCircuit: true };
      const resolved = next(specifier, context);
      if (anew?.files.has(resolved.url.slice(base.length)) !== true) return resolved;
      return { ...resolved, url: `${resolved.url}?${anew.name}` };
    },
    load(url, context, next) {
      const file = url.startsWith(base) ? url.slice(base.length).replace(/\?.*/, '') : '';
      const source = sources[file];
      if (source === undefined) return next(url, context);
      let code = stripped.get(file);
      if (code === undefined) stripped.set(file, (code = stripTypeScriptTypes(source)));
      return { format: 'module', source: code, shortCircuit: true };
    },
  });
}
