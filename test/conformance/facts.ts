import { parseXml, type XmlElement } from './xml-tree.ts';

/**
 * A document as a flat list of facts: path → value. Applications and instances are named in the path, so that order
 * does not matter; a value keeps its JSON type. Whatever cannot be parsed is the one fact `unreadable`.
 */
export type Facts = ReadonlyMap<string, string>;

export function factsOf(body: Buffer): Facts {
  const text = new TextDecoder('utf-8', { fatal: false, ignoreBOM: true }).decode(body);
  try {
    if (text.startsWith('{')) return factsOfJson(JSON.parse(text));
    if (text.startsWith('<')) return factsOfXml(parseXml(text));
    return new Map([['unreadable', text.slice(0, 100)]]);
  } catch (error) {
    return new Map([['unreadable', String(error)]]);
  }
}

/** Only lists of these are keyed: anywhere else the names may occur as metadata keys. */
const KEYED: Readonly<Record<string, string>> = { application: 'applications', instance: 'application' };

function labelled(facts: Map<string, string>, path: string, label: string): string {
  const base = `${path}[${label}]`;
  let named = base;
  for (let i = 2; facts.has(named); i++) named = `${base}#${i}`;
  facts.set(named, 'present');
  return named;
}

function factsOfJson(document: unknown): Facts {
  const facts = new Map<string, string>([['format', 'json']]);
  const walk = (path: string, key: string, parent: string, value: unknown): void => {
    if (Array.isArray(value)) {
      if (value.length === 0) facts.set(path, '[]');
      for (const [index, item] of value.entries()) {
        const label = KEYED[key] === parent ? labelOfJson(item) : String(index);
        walk(labelled(facts, path, label), '', key, item);
      }
    } else if (typeof value === 'object' && value !== null) {
      const entries = Object.entries(value);
      if (entries.length === 0) facts.set(path, '{}');
      for (const [name, each] of entries) walk(`${path}/${name}`, name, key === '' ? parent : key, each);
    } else facts.set(path, JSON.stringify(value));
  };
  walk('', '', '', document);
  return facts;
}

function labelOfJson(item: unknown): string {
  if (typeof item !== 'object' || item === null) return '?';
  const { name, instanceId, hostName } = item as Readonly<Record<string, unknown>>;
  return String('instance' in item ? name : (instanceId ?? hostName));
}

function factsOfXml(root: XmlElement): Facts {
  const facts = new Map<string, string>([['format', 'xml']]);
  const walk = (path: string, element: XmlElement): void => {
    for (const [name, value] of element.attributes) facts.set(`${path}@${name}`, JSON.stringify(value));
    if (element.children.length === 0) facts.set(path, JSON.stringify(element.text));
    for (const child of element.children) {
      const below = `${path}/${child.name}`;
      if (KEYED[child.name] === element.name) walk(labelled(facts, below, labelOfXml(child)), child);
      else if (facts.has(below) || facts.has(`${below}[again]`)) walk(labelled(facts, below, 'again'), child);
      else {
        facts.set(below, 'present');
        walk(below, child);
      }
    }
  };
  walk(`/${root.name}`, root);
  return facts;
}

function labelOfXml(element: XmlElement): string {
  const textOf = (name: string): string | undefined => element.children.find((child) => child.name === name)?.text;
  return element.name === 'application' ? String(textOf('name')) : (textOf('instanceId') ?? String(textOf('hostName')));
}

export interface FactDifference {
  readonly path: string;
  readonly stock: string | undefined;
  readonly ours: string | undefined;
}

export function differingFacts(stock: Facts, ours: Facts): readonly FactDifference[] {
  const differing: FactDifference[] = [];
  for (const [path, value] of stock)
    if (ours.get(path) !== value) differing.push({ path, stock: value, ours: ours.get(path) });
  for (const [path, value] of ours) if (!stock.has(path)) differing.push({ path, stock: undefined, ours: value });
  return differing;
}
