import { err, ok, type Result } from '../result.ts';
import type { TimeSlice } from '../time-slice.ts';
import { decodeApplication, type InstanceFormat } from './application.ts';
import type { DecodeError, Skipped } from './decode-error.ts';
import type { ApplicationIntake, DocumentFacts } from './document.ts';
import { readInParts, type Reading } from './reading.ts';
import { XmlCursor, type Tag } from './xml-cursor.ts';
import type { XmlElement } from './xml-element.ts';
import { instanceFromElement, textOf } from './xml-instance.ts';
import { parseXml } from './xml-parse.ts';

/** Characters of one instance, or of anything else in a document: as many as a registration may have. */
const MAX_ELEMENT_LENGTH = 512 * 1024;

/**
 * Decodes the XML answer to `apps`, `apps/delta`, `vips/{vip}` while it arrives, as `decodeApplicationsJson` does JSON.
 */
export async function decodeApplicationsXml(
  texts: AsyncIterable<string> | Iterable<string>,
  now: number,
  intake: ApplicationIntake,
  slice: TimeSlice,
): Promise<Result<DocumentFacts, DecodeError>> {
  try {
    const cursor = new XmlCursor();
    return ok(await readInParts(cursor, new ApplicationsReading(cursor, now, intake).document(), texts, slice));
  } catch (error) {
    if (error instanceof SyntaxError) return err({ reason: error.message });
    throw error;
  }
}

/** One reading of one document. */
class ApplicationsReading {
  readonly #cursor: XmlCursor;
  readonly #now: number;
  readonly #intake: ApplicationIntake;
  readonly #facts = new Map<string, string>();
  readonly #skipped: Skipped[] = [];
  #listed = 0;

  constructor(cursor: XmlCursor, now: number, intake: ApplicationIntake) {
    this.#cursor = cursor;
    this.#now = now;
    this.#intake = intake;
  }

  *document(): Reading<DocumentFacts> {
    const root = yield* this.#cursor.tag();
    if (root.name !== 'applications' || root.kind === 'close')
      throw new SyntaxError('the document is not <applications>');
    checkAttributes(root);
    for (;;) {
      const tag = yield* this.#childOf(root);
      if (tag === undefined) break;
      if (tag.name === 'application') yield* this.#application(tag);
      else {
        const element = yield* this.#element(tag);
        if (element !== undefined && !this.#facts.has(element.name)) this.#facts.set(element.name, element.text);
      }
      yield;
    }
    const after = yield* this.#cursor.tag();
    if (after.kind !== 'end-of-document') throw new SyntaxError('something follows the document');
    const [versionsDelta, hashCode] = [this.#facts.get('versions_delta'), this.#facts.get('apps_hashcode')];
    return { versionsDelta, hashCode, listed: this.#listed, skipped: this.#skipped };
  }

  *#application(opening: Tag): Reading<void> {
    checkAttributes(opening);
    let ownName: string | undefined;
    const items: (XmlElement | undefined)[] = [];
    for (;;) {
      const tag = yield* this.#childOf(opening);
      if (tag === undefined) break;
      const element = yield* this.#element(tag);
      if (tag.name === 'instance') items.push(element);
      else if (tag.name === 'name') ownName ??= element?.text;
      yield;
    }
    this.#listed += items.length;
    const application = yield* decodeApplication(ownName || undefined, items, XML_INSTANCES, this.#now, this.#skipped);
    if (application !== undefined) this.#intake.add(application);
  }

  /** The tag of the next child; `undefined` at the end of the parent. */
  *#childOf(parent: Tag): Reading<Tag | undefined> {
    if (parent.kind === 'empty') return undefined;
    const tag = yield* this.#cursor.tag();
    if (tag.kind === 'end-of-document') throw new SyntaxError('the document breaks off');
    if (tag.kind !== 'close') return tag;
    if (tag.name !== parent.name) throw new SyntaxError(`</${tag.name}> where </${parent.name}> belongs`);
    return undefined;
  }

  /** The element, parsed; `undefined` when it is too long. */
  *#element(tag: Tag): Reading<XmlElement | undefined> {
    const text = yield* this.#cursor.element(tag, MAX_ELEMENT_LENGTH);
    return text === undefined ? undefined : parsed(text);
  }
}

function parsed(text: string): XmlElement {
  const element = parseXml(text);
  if (!element.ok) throw new SyntaxError(element.error.reason);
  return element.value;
}

/** Has the parser check a tag whose content is read separately. */
function checkAttributes({ kind, text }: Tag): void {
  if (kind === 'open' && /\s/.test(text)) parsed(`${text.slice(0, -1)}/>`);
  else if (kind === 'empty') parsed(text);
}

/** An item is `undefined` when its element is too long. */
const XML_INSTANCES: InstanceFormat<XmlElement | undefined> = {
  textOf: (element, field) => element && textOf(element, field),
  decode: (element, app, now) => (element === undefined ? TOO_LONG : instanceFromElement(element, app, now)),
};

const TOO_LONG = err({ reason: `it is longer than ${MAX_ELEMENT_LENGTH} characters` });
