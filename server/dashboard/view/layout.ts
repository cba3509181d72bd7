import type { Frame, Page } from '../../../shared/dashboard/page.ts';
import { h, type View } from './element.ts';
import { applicationsUrl, atUrl, callersUrl, changesUrl, migrationUrl } from './links.ts';

/** Whether the page follows the server: `still`, it does not, as there is no JavaScript. */
export type Liveness = 'still' | 'connecting' | 'live' | 'lost';

export interface LayoutProps {
  readonly frame: Frame;
  readonly page: Page;
  readonly liveness: Liveness;
  readonly children: View;
}

export function Layout({ frame: { root, version }, page, liveness, children }: LayoutProps): View {
  return h(
    'div',
    { class: 'frame' },
    h('a', { class: 'skip', href: '#content' }, 'Skip to the content'),
    h(
      'header',
      { class: 'bar' },
      h('a', { class: 'brand', href: root }, h('span', { class: 'mark', 'aria-hidden': 'true' }), 'Eurek8s'),
      h(
        'nav',
        { 'aria-label': 'Pages' },
        tab(root, 'Overview', page.kind === 'overview'),
        tab(
          applicationsUrl(root),
          'Applications',
          page.kind === 'applications' ? true : page.kind === 'application' ? 'within' : false,
        ),
        tab(callersUrl(root), 'Callers', page.kind === 'callers'),
        tab(migrationUrl(root), 'Migration', page.kind === 'migration'),
        tab(changesUrl(root), 'Changes', page.kind === 'changes'),
        tab(atUrl(root), 'Time machine', page.kind === 'at'),
      ),
      liveMark(liveness),
    ),
    h('main', { id: 'content', tabIndex: -1 }, children),
    h(
      'footer',
      { class: 'foot' },
      h('span', null, `Eurek8s ${version}`),
      h('a', { href: `${root}eurek8s/sources` }, 'sources as JSON'),
      h('a', { href: `${root}eureka/apps` }, 'what clients get'),
      h('span', { class: 'keys' }, h('kbd', null, '/'), ' search ', page.kind === 'applications' ? rowKeys() : null),
    ),
  );
}

function rowKeys(): View {
  return [h('kbd', { key: 'up' }, '↑'), h('kbd', { key: 'down' }, '↓'), ' rows'];
}

function tab(href: string, text: string, current: boolean | 'within'): View {
  return h('a', { href, ...(current !== false && { 'aria-current': current === 'within' ? 'true' : 'page' }) }, text);
}

const SAID: Readonly<Record<Liveness, string>> = {
  still: '',
  connecting: 'connecting',
  live: 'live',
  lost: 'connection lost',
};

function liveMark(liveness: Liveness): View {
  return h('span', { class: `live is-${liveness}`, role: 'status' }, SAID[liveness]);
}
