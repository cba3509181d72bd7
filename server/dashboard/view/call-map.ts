import type { CallMap, MapCaller, MapTarget } from '../../../shared/dashboard/call-map.ts';
import { h, type View } from './element.ts';
import { callersUrl } from './links.ts';
import { numbered } from './number.ts';
import { said } from './said.ts';

/** Pixels; the style sheet says the same. */
const LINE_HEIGHT = 34;

/** Two lists with lines between them. The lines are for the eye; each caller says in words what it asks for. */
export function callMapView({ callers, targets, more }: CallMap, root: string): View {
  if (callers.length === 0) return h('p', { class: 'empty' }, 'None of them has read anything yet.');
  const height = Math.max(callers.length, targets.length) * LINE_HEIGHT;
  return h(
    'div',
    null,
    h(
      'div',
      { class: 'map' },
      h(
        'ul',
        { 'aria-label': 'Callers' },
        callers.map((caller) => h('li', { key: caller.name }, callerLink(caller, targets, root))),
      ),
      h(
        'svg',
        { viewBox: `0 0 100 ${height}`, height, preserveAspectRatio: 'none', 'aria-hidden': 'true' },
        callers.flatMap((caller, from) => caller.targets.map((to) => line(from, to, targets[to]))),
      ),
      h(
        'ul',
        { 'aria-label': 'What they ask for' },
        targets.map((target) => h('li', { key: `${target.kind} ${target.name}` }, targetLink(target, root))),
      ),
    ),
    more === 0 ? null : h('p', { class: 'faint' }, `and ${numbered(more, 'more caller')}: search, or choose above`),
  );
}

function callerLink({ name, isApplication, targets: asked }: MapCaller, targets: readonly MapTarget[], root: string) {
  const told = asked.map((to) => said(targets[to]?.name ?? '')).join(', ');
  return [
    h(
      'a',
      { href: callersUrl(root, { text: name }), title: said(name), ...(isApplication && { class: 'app' }) },
      said(name),
    ),
    h('span', { class: 'unseen' }, ` asks for ${told}`),
  ];
}

function targetLink({ name, kind }: MapTarget, root: string): View {
  switch (kind) {
    case 'application':
      return h('a', { class: 'app', href: callersUrl(root, { app: name }), title: said(name) }, said(name));
    case 'unserved':
      return h('span', { class: 'notice', title: 'nothing is found by this name' }, `${said(name)}: not found`);
    case 'registry':
      return h('a', { href: callersUrl(root, { does: 'whole' }) }, name);
    case 'others':
      return h('span', { class: 'faint' }, name);
  }
}

function line(from: number, to: number, target: MapTarget | undefined): View {
  const y = (place: number): number => (place + 0.5) * LINE_HEIGHT;
  return h('path', {
    key: `${from} ${to}`,
    class: target?.kind ?? '',
    d: `M0 ${y(from)}C50 ${y(from)} 50 ${y(to)} 100 ${y(to)}`,
  });
}
