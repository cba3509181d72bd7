import { Document, isMap, isScalar } from 'yaml';
import type { Given } from './given.ts';
import { type OptionKey, options } from './options.ts';
import { originText } from './problem.ts';

/**
 * The effective configuration as a file, without secrets. A comment above each value that is given names its origin.
 */
export function printedConfig(all: ReadonlyMap<OptionKey, Given>): string {
  const document = new Document({});
  for (const [key, { value, origin }] of all) {
    const path = key.split('.');
    document.setIn(path, document.createNode(options[key].kind.shown(value)));
    const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
    const pair = isMap(parent) ? parent.items.at(-1) : undefined;
    if (pair === undefined || origin.kind === 'default') continue;
    // Keys set by path are bare strings; only nodes carry comments.
    const name = isScalar(pair.key) ? pair.key : document.createNode(path.at(-1));
    name.commentBefore = ` ${originText(origin)}`;
    pair.key = name;
  }
  return document.toString({ lineWidth: 0 });
}
