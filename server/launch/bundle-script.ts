import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { constants, Script } from 'node:vm';

type Wrapper = (
  exports: object,
  require: NodeJS.Require,
  module: { readonly exports: object },
  filename: string,
  dirname: string,
) => void;

/**
 * The bundle in `file` as a script. `compiled`: what `createCachedData` gave once; V8 takes it only from the same version
 * with the same arguments, and otherwise compiles anew (`cachedDataRejected`).
 */
export function bundleScript(file: string, compiled: Buffer | undefined): Script {
  // There is nothing but ASCII in it (`.ci/package/compile.ts`), which is read fastest so.
  const source = readFileSync(file, 'latin1').replace(/^#!/, '//#!');
  return new Script(`(function (exports, require, module, __filename, __dirname) {${source}\n})`, {
    filename: file,
    ...(compiled !== undefined && { cachedData: compiled }),
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
}

/** Runs it as a CommonJS module. `filename`: what it takes for its own file, and starts its threads with. */
export function runBundle(script: Script, filename: string): void {
  const module = { exports: {} };
  const wrapper = script.runInThisContext() as Wrapper;
  wrapper.call(module.exports, module.exports, createRequire(filename), module, filename, dirname(filename));
}
