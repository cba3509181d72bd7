import { registerHooks } from 'node:module';
import type { TestContext } from 'node:test';

/** The URLs of the modules that are loaded from now on, as they come. */
export function loadedModules(t: TestContext): readonly string[] {
  const loaded: string[] = [];
  const hooks = registerHooks({
    load: (url, context, next) => {
      loaded.push(url);
      return next(url, context);
    },
  });
  t.after(() => hooks.deregister());
  return loaded;
}
