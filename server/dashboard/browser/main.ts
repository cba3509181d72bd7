import { hydrate } from 'preact';
import type { Document } from '../../../shared/dashboard/page.ts';
import { part } from '../view/element.ts';
import { App } from './app.ts';
import { listenToKeys } from './keys.ts';

const data = document.getElementById('document')?.textContent;
const root = document.getElementById('app');
if (root !== null && typeof data === 'string') {
  const begin = (): void => {
    const given = JSON.parse(data) as Document;
    hydrate(part(App, { given }), root);
    listenToKeys(given.frame.root);
  };
  // The page is whole as it came. It is painted first, and comes to life in the frame after that.
  requestAnimationFrame(() => setTimeout(begin));
}
