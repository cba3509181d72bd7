/**
 * What a terminal shows of what a program writes, for the sequences that `eurek8s top` uses. An unknown one is an error,
 * as a terminal might do anything with it.
 */
export class TerminalScreen {
  columns: number;
  rows: number;
  /** Whether the alternate screen is shown, the cursor hidden and wrapping off. */
  readonly modes = { alternate: false, cursorHidden: false, wrapping: true };
  /** Texts of what is shown in reverse, by row. */
  readonly #reversed = new Map<number, string>();
  /** What was written outside of the alternate screen. */
  ordinary = '';
  #cells: string[][] = [];
  #row = 0;
  #column = 0;
  #isReversed = false;
  #unread = '';
  /** A program learns of a new size a little later, and may still write for the old one. */
  #wasResized = false;

  constructor(columns: number, rows: number) {
    this.columns = columns;
    this.rows = rows;
    this.#cells = blank(columns, rows);
  }

  /** As terminals do: what no longer fits is cut, what is new is blank. */
  resize(columns: number, rows: number): void {
    this.#wasResized = true;
    const before = this.#cells;
    [this.columns, this.rows] = [columns, rows];
    this.#cells = blank(columns, rows).map((row, r) => row.map((cell, c) => before[r]?.[c] ?? cell));
  }

  get lines(): readonly string[] {
    return this.#cells.map((row) => row.join('').trimEnd());
  }

  get text(): string {
    return this.lines.join('\n');
  }

  /** The chosen row of the list: the last one that is shown in reverse. */
  get selected(): string {
    return (
      [...this.#reversed]
        .toSorted(([a], [b]) => a - b)
        .at(-1)?.[1]
        .trim() ?? ''
    );
  }

  write(text: string): void {
    let rest = this.#unread + text;
    this.#unread = '';
    while (rest !== '') {
      if (!rest.startsWith('\u001B')) {
        const character = String.fromCodePoint(rest.codePointAt(0) ?? 0);
        this.#put(character);
        rest = rest.slice(character.length);
        continue;
      }
      const sequence = /^.\[([?]?)([\d;]*)([a-zA-Z])/su.exec(rest);
      if (sequence === null) {
        if (!/^.(?:\[[?]?[\d;]*)?$/su.test(rest))
          throw new Error(`an unknown sequence: ${JSON.stringify(rest.slice(0, 20))}`);
        this.#unread = rest;
        return;
      }
      const [whole, mark = '', numbers = '', letter = ''] = sequence;
      this.#obey(mark + letter, numbers.split(';').map(Number));
      rest = rest.slice(whole.length);
    }
  }

  #obey(command: string, numbers: readonly number[]): void {
    const [first = 0, second = 1] = numbers;
    if (command === 'H') [this.#row, this.#column] = [Math.max(1, first) - 1, second - 1];
    else if (command === 'm') this.#isReversed = numbers.includes(7);
    else if (command === '?h' || command === '?l') this.#setMode(first, command === '?h');
    else throw new Error(`an unknown sequence: ${command} ${numbers.join(';')}`);
  }

  #setMode(mode: number, on: boolean): void {
    if (mode === 1049) {
      this.modes.alternate = on;
      this.#cells = blank(this.columns, this.rows);
    } else if (mode === 25) this.modes.cursorHidden = !on;
    else if (mode === 7) this.modes.wrapping = on;
    else if (mode !== 2026) throw new Error(`an unknown mode: ${mode}`);
  }

  #put(character: string): void {
    if (!this.modes.alternate) {
      this.ordinary += character;
      return;
    }
    if (character < ' ') throw new Error(`a control character on the screen: ${JSON.stringify(character)}`);
    const row = this.#cells[this.#row];
    if (row === undefined || this.#column >= this.columns) {
      if (this.#wasResized) return;
      throw new Error(`written beyond ${this.columns}×${this.rows}: row ${this.#row}, column ${this.#column}`);
    }
    if (this.#column === 0) this.#reversed.delete(this.#row);
    row[this.#column] = character;
    if (this.#isReversed) this.#reversed.set(this.#row, (this.#reversed.get(this.#row) ?? '') + character);
    this.#column++;
  }
}

function blank(columns: number, rows: number): string[][] {
  return Array.from({ length: rows }, () => Array.from({ length: columns }, () => ' '));
}
