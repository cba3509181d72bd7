// How the image begins: it runs the bundle beside this file with the code that V8 compiled of it when the image was
// built. Node's own cache of compiled code has the functions alone that are compiled with the file, not those that are
// compiled when they are first called, which is most of them; and it keeps one for each user. NODE_DEBUG=eurek8s tells
// whether V8 took it.
import { readFileSync } from 'node:fs';
import { createRequire, getSourceMapsSupport } from 'node:module';
import { dirname, join } from 'node:path';
import { debuglog } from 'node:util';
import { bundleScript, runBundle } from './bundle-script.ts';

/** Without it the bundle is compiled as it runs. */
function compiledCode(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

const file = import.meta.filename;
const bundle = join(dirname(file), 'eurek8s.cjs');
const tell = debuglog('eurek8s');
if (getSourceMapsSupport().enabled) {
  // Node reads the source maps of what it loads itself, and of nothing else.
  tell('source maps are on: the compiled code is not used');
  createRequire(file)(bundle);
} else {
  const code = compiledCode(join(dirname(file), 'eurek8s.compiled'));
  const script = bundleScript(bundle, code);
  const use = code === undefined ? 'is not there' : script.cachedDataRejected === true ? 'was refused' : 'was accepted';
  tell('the compiled code %s', use);
  runBundle(script, file);
}
