import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The part of esbuild's metafile that tells which files went into the bundle. */
export interface Metafile {
  readonly outputs: Readonly<Record<string, { readonly inputs: Readonly<Record<string, unknown>> }>>;
}

/** A package of which at least one file is in the bundle. */
export interface BundledPackage {
  /** In the tree and in the lock file: `node_modules/ajv/node_modules/fast-uri`. */
  readonly path: string;
  readonly name: string;
  readonly version: string;
  /** As its package.json states it; undefined: it states none. */
  readonly licence: string | undefined;
  /** Its licences and notices, by file name. */
  readonly texts: readonly { readonly file: string; readonly text: string }[];
}

const PACKAGE_OF_FILE = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//;
const LICENCE_FILE = /^(un)?licen[cs]e|^notice|^copying/i;

/** The packages in the bundle, by path; `root`: the source tree. */
export function bundledPackages({ outputs }: Metafile, root: string): readonly BundledPackage[] {
  const files = Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs));
  const paths = new Set(files.flatMap((file) => PACKAGE_OF_FILE.exec(file)?.[1] ?? []));
  return [...paths].toSorted().map((path) => readPackage(root, path));
}

function readPackage(root: string, path: string): BundledPackage {
  const folder = join(root, path);
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    readonly name: string;
    readonly version: string;
    readonly license?: string;
  };
  const files = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && LICENCE_FILE.test(entry.name))
    .map((entry) => entry.name);
  return {
    path,
    name,
    version,
    licence: license,
    texts: files.toSorted().map((file) => ({ file, text: readFileSync(join(folder, file), 'utf8') })),
  };
}
