import type { Frame, MessagePage } from '../../../shared/dashboard/page.ts';
import { h, type View } from './element.ts';
import { applicationsUrl } from './links.ts';
import { said } from './said.ts';

export function MessageView({ frame: { root }, page }: { readonly frame: Frame; readonly page: MessagePage }): View {
  const { tone, title, lines } = page;
  return h(
    'div',
    { class: `page slim message ${tone}` },
    h('h1', null, said(title)),
    lines.map((line) => h('p', { key: line }, said(line))),
    h(
      'p',
      null,
      h('a', { href: root }, 'Overview'),
      tone === 'waiting' ? null : [' · ', h('a', { href: applicationsUrl(root) }, 'Applications')],
    ),
  );
}
