// How the image begins: it runs the bundle beside this file with the code that V8 compiled of it when the image was
// built. Node's own cache of compiled code has the functions alone that are compiled with the file, not those that are
// compiled when they are first called, which is most of them; and it keeps one for each user. NODE_DEBUG=eurek8s tells
// whether V8 took it.
import { readFileSync } from 'node:fs';
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

const folder = dirname(import.meta.filename);
const code = compiledCode(join(folder, 'eurek8s.compiled'));
const script = bundleScript(join(folder, 'eurek8s.cjs'), code);
const use = code === undefined ? 'is not there' : script.cachedDataRejected === true ? 'was refused' : 'was accepted';
debuglog('eurek8s')('the compiled code %s', use);
runBundle(script, import.meta.filename);
