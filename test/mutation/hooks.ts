import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';

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
  registerHooks({
    resolve(specifier, context, next) {
      const url = standIns[specifier];
      const from = context.parentURL ?? '';
      if (url === undefined || from.startsWith(own) || !from.startsWith(`${base}test/`))
        return next(specifier, context);
      return { url, shortCircuit: true };
    },
    load(url, context, next) {
      const source = url.startsWith(base) ? sources[url.slice(base.length)] : undefined;
      if (source === undefined) return next(url, context);
      return { format: 'module-typescript', source, shortCircuit: true };
    },
  });
}
