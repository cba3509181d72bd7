/** A command of a document, and what stands below it as its output. */
export interface Command {
  /** The heading of its section. */
  readonly section: string;
  readonly line: number;
  readonly command: string;
  readonly expected: string;
}

export interface ConsoleDocument {
  readonly commands: readonly Command[];
  /** Name → content, of the blocks with `file=NAME`. */
  readonly files: ReadonlyMap<string, string>;
}

/** Reads the blocks of a Markdown document: `console` ones with `$ command` and its output, and files. */
export function readConsoleDocument(markdown: string): ConsoleDocument {
  const commands: Command[] = [];
  const files = new Map<string, string>();
  let section = '';
  let block: { readonly info: string; readonly begin: number; readonly lines: string[] } | undefined;
  for (const [index, line] of markdown.split('\n').entries()) {
    if (block !== undefined && line !== '```') {
      block.lines.push(line);
    } else if (block !== undefined) {
      const [, file] = /file=(\S+)/.exec(block.info) ?? [];
      if (file !== undefined) files.set(file, `${block.lines.join('\n')}\n`);
      if (block.info === 'console') commands.push(...commandsOf(block.lines, block.begin, section));
      block = undefined;
    } else if (line.startsWith('```')) {
      block = { info: line.slice(3), begin: index + 2, lines: [] };
    } else if (line.startsWith('## ')) {
      section = line.slice(3);
    }
  }
  return { commands, files };
}

function commandsOf(lines: readonly string[], begin: number, section: string): readonly Command[] {
  const commands: { section: string; line: number; command: string; expected: string }[] = [];
  for (const [index, line] of lines.entries()) {
    const last = commands.at(-1);
    if (line.startsWith('$ ')) commands.push({ section, line: begin + index, command: line.slice(2), expected: '' });
    else if (last !== undefined) last.expected += `${line}\n`;
    else throw new Error(`line ${begin + index}: a console block begins with a command`);
  }
  return commands;
}

/** `…` stands for anything: alone in a line for any lines, or none, within a line for any characters. */
export function isOutput(actual: string, expected: string): boolean {
  const pattern = `${expected.trimEnd()}\n`
    .replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')
    .replaceAll(/^…\n/gm, '(?:.*\n)*')
    .replaceAll('…', '.*');
  return new RegExp(`^${pattern}$`).test(`${actual.trimEnd()}\n`);
}
