import type { ReadStream, WriteStream } from 'node:tty';
import { CLOSE_SCREEN, OPEN_SCREEN } from '../../shared/top/paint.ts';
import type { Size } from '../../shared/top/line.ts';

/** A terminal that is ours until it is closed. */
export interface Terminal {
  readonly size: () => Size;
  readonly write: (text: string) => void;
  /** What the terminal sends, as it comes. */
  readonly onInput: (listener: (text: string) => void) => void;
  readonly onResize: (listener: () => void) => void;
  /** It went away, as a broken connection makes it do. */
  readonly onEnd: (listener: () => void) => void;
  /** Gives it back as it was. */
  readonly close: () => void;
}

/** Of a terminal that does not tell its size. */
const USUAL: Size = { columns: 80, rows: 24 };

/** Takes over the terminal of a process. It is given back also when the process ends by an error. */
export function openTerminal(input: ReadStream, output: WriteStream, ours: NodeJS.Process): Terminal {
  let isOpen = true;
  const close = (): void => {
    if (!isOpen) return;
    isOpen = false;
    ours.off('exit', close);
    input.setRawMode(false);
    input.pause();
    output.write(CLOSE_SCREEN);
  };
  ours.on('exit', close);
  input.setEncoding('utf8');
  input.setRawMode(true);
  output.write(OPEN_SCREEN);
  return {
    size: () => {
      const { columns, rows } = output;
      return columns > 0 && rows > 0 ? { columns, rows } : USUAL;
    },
    write: (text) => {
      if (isOpen) output.write(text);
    },
    onInput: (listener) => void input.on('data', listener),
    onResize: (listener) => void output.on('resize', listener),
    onEnd: (listener) => {
      input.on('end', listener);
      input.on('error', listener);
    },
    close,
  };
}
