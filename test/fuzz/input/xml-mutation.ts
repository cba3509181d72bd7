import type { Random } from '../engine/random.ts';
import { mutatedText, oddWord } from './text-mutation.ts';

const MAX_DEPTH = 5000;
const MAX_COPIES = 8;

/** Changes the elements of an XML text in some places, and now and then its characters too. */
export function mutatedXml(text: string, random: Random, words: readonly string[] = []): string {
  let pieces: readonly string[] = text.match(/<[^>]*>|[^<]+/g) ?? [text];
  for (let i = 1 + random.below(3); i > 0; i--) pieces = changed(pieces, random, words);
  const written = pieces.join('');
  return random.chance(0.2) ? mutatedText(written, random, words) : written;
}

/** The place after the element that begins here, as far as tags are balanced. */
function endOf(pieces: readonly string[], from: number): number {
  let depth = 0;
  for (let at = from; at < pieces.length; at++) {
    const piece = pieces[at] ?? '';
    if (piece.startsWith('</')) depth--;
    else if (piece.startsWith('<') && !piece.startsWith('<?') && !piece.endsWith('/>')) depth++;
    if (depth <= 0) return at + 1;
  }
  return pieces.length;
}

function changed(pieces: readonly string[], random: Random, words: readonly string[]): readonly string[] {
  const from = random.below(pieces.length + 1);
  const to = random.chance(0.7) ? endOf(pieces, from) : Math.min(pieces.length, from + 1);
  const [before, here, after] = [pieces.slice(0, from), pieces.slice(from, to), pieces.slice(to)];
  const with_ = (...middle: readonly string[]): readonly string[] => [...before, ...middle, ...after];
  switch (random.below(12)) {
    case 0:
      return with_();
    case 1:
      return with_(...Array.from({ length: 1 + random.few(MAX_COPIES) }, () => here).flat());
    case 2:
      return [...after, ...here, ...before];
    case 3:
      return with_(`<![CDATA[${here.join('')}]]>`);
    case 4:
      return with_(`<!-- ${here.join('')} -->`);
    case 5: {
      const name = random.pick(['a', 'instance', 'metadata', oddWord(random, words)]);
      return with_(`<${name}>`, ...here, `</${name}>`);
    }
    case 6: {
      const depth = random.chance(0.1) ? random.few(MAX_DEPTH) : 2;
      return with_('<a>'.repeat(depth), ...here, '</a>'.repeat(depth));
    }
    case 7:
      return with_(
        ...here.map((piece) => (piece.startsWith('<') ? piece.replace(/[\w.:-]+/, oddWord(random, words)) : piece)),
      );
    case 8:
      return with_(
        ...here.map((piece) => (/^<\w/.test(piece) ? piece.replace(/>$/, ` ${attribute(random, words)}>`) : piece)),
      );
    case 9:
      return with_(
        ...here,
        random.pick(['<?pi x?>', '<!DOCTYPE a>', '<b/>', '<b x="1"/>', '</b>', '&lt;', '&', '&#13;']),
      );
    case 10:
      return with_(...here.map((piece) => (piece.startsWith('<') ? piece : mutatedText(piece, random, words))));
    default:
      return with_(oddWord(random, words), ...here);
  }
}

function attribute(random: Random, words: readonly string[]): string {
  const quote = random.pick(['"', "'", '']);
  return `${random.pick(['class', 'enabled', 'xmlns:a', oddWord(random, words)])}=${quote}${oddWord(random, words)}${quote}`;
}
