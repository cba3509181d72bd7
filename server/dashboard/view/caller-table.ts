import type { LookupReport, RegistersReport } from '../../../shared/api/census.ts';
import type { CallerRow } from '../../../shared/dashboard/caller-row.ts';
import { badge } from './badge.ts';
import { h, type View } from './element.ts';
import { applicationUrl } from './links.ts';
import { ago } from './moment.ts';
import { number } from './number.ts';
import { said } from './said.ts';
import { stackedTable } from './table.ts';

const COLUMNS = [
  { head: 'Caller' },
  { head: 'Client' },
  { head: 'Reads' },
  { head: 'Looks up' },
  { head: 'Registers' },
  { head: 'Seen', class: 'number' },
];

export function callerTable(callers: readonly CallerRow[], root: string, now: number): View {
  return stackedTable(
    'Callers',
    COLUMNS,
    callers.map((caller) => [
      who(caller, root),
      client(caller),
      reads(caller),
      names(
        caller.lookups.map((each) => lookup(each, root)),
        caller.more.lookups,
      ),
      names(
        caller.registers.map((each) => registers(each, root)),
        caller.more.registers,
      ),
      ago(caller.lastSeen, now),
    ]),
  );
}

/** Shown of the applications that one caller may be, as they share an address. */
const MAX_APPLICATIONS = 3;

function who({ applications, address, place, ownCommand }: CallerRow, root: string): View {
  const all = applications.length;
  return h(
    'span',
    { class: 'two brief' },
    all === 0 ? h('span', { class: 'faint' }, ownCommand === true ? 'command of Eurek8s' : 'not known') : null,
    applications
      .slice(0, MAX_APPLICATIONS)
      .map((app) => h('a', { key: app, href: applicationUrl(root, app) }, said(app))),
    h(
      'small',
      null,
      `${all > 1 ? `one of ${number(all)} applications, at ` : ''}${said(address)}${place === 'pod' ? ', a Pod' : ''}`,
    ),
  );
}

function client({ client: name, identity, credentials }: CallerRow): View {
  const more = [
    identity.name === name ? '' : (identity.name ?? ''),
    identity.version === undefined ? '' : `version ${identity.version}`,
    identity.id ?? '',
    credentials.length === 0 ? '' : `as ${credentials.join(', ')}`,
  ].filter(Boolean);
  return h(
    'span',
    { class: 'two named' },
    h('span', null, said(name)),
    more.length === 0 ? null : h('small', null, said(more.join(' · '))),
  );
}

const COUNTED = ['full', 'delta'] as const;
const FORMS = ['json', 'xml', 'compact', 'gzip'] as const;
const FORM_NAMES: Readonly<Record<(typeof FORMS)[number], string>> = {
  json: 'JSON',
  xml: 'XML',
  compact: 'compact',
  gzip: 'gzip',
};

function reads({ reads: counts }: CallerRow): View {
  const whole = COUNTED.filter((kind) => counts[kind] > 0).map((kind) => `${kind} ${number(counts[kind])}`);
  const forms = FORMS.filter((form) => counts[form] > 0).map((form) => FORM_NAMES[form]);
  if (whole.length + forms.length === 0) return none();
  return h(
    'span',
    { class: 'two' },
    h('span', null, whole.length === 0 ? 'by name only' : whole.join(' · ')),
    h('small', null, forms.join(' · ')),
  );
}

function lookup({ kind, name, applications, count }: LookupReport, root: string): View {
  const [first] = applications;
  const text = `${kind} ${said(name)}`;
  return h(
    'span',
    { key: `${kind} ${name}` },
    first === undefined
      ? [h('span', null, text, ' '), badge('warn', 'finds nothing')]
      : h('a', { href: applicationUrl(root, first), title: applications.map(said).join(', ') }, text),
    h('small', null, ` ${number(count)}×`),
  );
}

function registers({ application, register, renew, cancel }: RegistersReport, root: string): View {
  const counts = [
    register === 0 ? '' : `registers ${number(register)}×`,
    renew === 0 ? '' : `renews ${number(renew)}×`,
    cancel === 0 ? '' : `cancels ${number(cancel)}×`,
  ].filter(Boolean);
  return h(
    'span',
    { key: application },
    h('a', { href: applicationUrl(root, application) }, said(application)),
    h('small', null, ` ${counts.join(', ')}`),
  );
}

function names(shown: readonly View[], more: number): View {
  if (shown.length === 0) return none();
  return h('span', { class: 'two brief' }, shown, more === 0 ? null : h('small', null, `and ${number(more)} more`));
}

function none(): View {
  return h('span', { class: 'faint' }, '–');
}
