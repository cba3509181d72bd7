import type { InstanceJson, Listing } from './fake-eureka-registry.ts';

/** The XML of old servers, written from the JSON form. */
export function listingXml(listing: Listing, hash: string): string {
  const applications = listing.applications.map(
    ({ name, instance }) => `<application><name>${name}</name>${instance.map(instanceXml).join('')}</application>`,
  );
  const head = `<versions__delta>1</versions__delta><apps__hashcode>${hash}</apps__hashcode>`;
  return `<applications>${head}${applications.join('')}</applications>`;
}

export function instanceXml(instance: InstanceJson): string {
  return `<instance>${Object.entries(instance)
    .map(([name, value]) => element(name === 'overriddenStatus' ? 'overriddenstatus' : name, value))
    .join('')}</instance>`;
}

type ElementJson = Readonly<Record<string, unknown>> & {
  readonly $?: number;
  readonly '@class'?: string;
  readonly '@enabled'?: string;
};

function element(name: string, value: unknown): string {
  if (typeof value !== 'object' || value === null) return `<${name}>${escaped(String(value))}</${name}>`;
  const { '@class': type, '@enabled': enabled, $: text, ...children } = value as ElementJson;
  if (text !== undefined) return `<${name} enabled="${enabled}">${text}</${name}>`;
  const attribute = type === undefined ? '' : ` class="${type}"`;
  const inner = Object.entries(children).map(([key, child]) => element(key.replaceAll('_', '__'), child));
  return `<${name}${attribute}>${inner.join('')}</${name}>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
