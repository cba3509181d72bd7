import { fileTroubles } from '../../../shared/api/file-troubles.ts';
import { troubleOf } from '../../../shared/api/source-troubles.ts';
import type { Overview } from '../../../shared/dashboard/overview.ts';
import { h, type View } from './element.ts';
import { numbered } from './number.ts';

/** One sentence that says how it is. */
export function verdict({ sources, totals }: Overview): View {
  const say = (tone: string, title: string, text: string): View =>
    h('section', { class: `verdict ${tone}` }, h('p', { class: 'title' }, title), h('p', null, text));
  if (totals === undefined)
    return say(
      'bad',
      'Clients get 503',
      sources.awaited.length === 0
        ? 'The first view of the registry is being put together.'
        : `Nothing is served before the first complete view of ${sources.awaited.join(', ')} is there: a part of a registry would make callers drop the rest. Callers keep what they have.`,
    );
  const troubled = sources.sources.map((source) => ({ id: source.id, trouble: troubleOf(source) }));
  const away = troubled.filter(({ trouble }) => trouble !== undefined && trouble !== 'erring');
  const erring = troubled.filter(({ trouble }) => trouble === 'erring');
  const holds = sources.sources.flatMap((source) => source.holds);
  const open = holds.filter(({ kept }) => !kept).length;
  if (open > 0)
    return say(
      'warn',
      open === 1 ? 'A mass removal is held' : `${open} mass removals are held`,
      `${open === 1 ? 'Its' : 'Their'} entries are still served as they were. Somebody should look at ${open === 1 ? 'it' : 'them'}.`,
    );
  if (away.length > 0)
    return say(
      'warn',
      `${away.map(({ id }) => id).join(', ')} ${away.length === 1 ? 'is' : 'are'} not up to date`,
      'What is last known of it is still served; nothing is removed because it does not answer.',
    );
  if (erring.length > 0)
    return say(
      'warn',
      `${erring.map(({ id }) => id).join(', ')} ${erring.length === 1 ? 'reports' : 'report'} errors`,
      'What could be read last is still served. The error stands below, at the source.',
    );
  if (fileTroubles(sources).length > 0)
    return say(
      'warn',
      'Files need attention',
      `${holds.length > 0 ? 'A mass removal is kept, as somebody has decided.' : 'What is served is up to date.'} What is wrong with files of the configuration, or with the registry file, stands below.`,
    );
  if (holds.length > 0)
    return say(
      'warn',
      holds.length === 1 ? 'A mass removal is kept' : `${holds.length} mass removals are kept`,
      'Somebody has looked, and decided so. The entries are served as they were until they are back, or until somebody releases them.',
    );
  return say(
    'good',
    'Everything is up to date',
    `${numbered(totals.applications, 'application')} from ${numbered(sources.sources.length, 'source')}, version ${totals.version}.`,
  );
}
