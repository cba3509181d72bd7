import type { Offer, Place, ValueOption } from './completion-places.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type ShellName = (typeof SHELLS)[number];

/** The script by which a shell completes command lines of `eurek8s`. It asks nobody: all words are in it. */
export function completionScript(shell: ShellName, places: readonly Place[]): string {
  switch (shell) {
    case 'bash':
      return bash(places);
    case 'zsh':
      return zsh(places);
    case 'fish':
      return fish(places);
  }
}

/** Works in bash 3.2, which macOS has, too. */
function bash(places: readonly Place[]): string {
  return `# eval "$(eurek8s completion bash)"
_eurek8s() {
  local current=\${COMP_WORDS[COMP_CWORD]} at='' words='' i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$at \${COMP_WORDS[i]}" in
      ${commandNames(places)}) at="$at \${COMP_WORDS[i]}" ;;
    esac
  done
  case "$at \${COMP_WORDS[COMP_CWORD-1]}" in
${valueCases(places, {
  file: String.raw`local IFS=$'\n'; compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$current")); return`,
  other: 'COMPREPLY=(); return',
  choices: (words) => `COMPREPLY=($(compgen -W ${quoted(words)} -- "$current")); return`,
})}
  esac
  case "$at" in
${places.map(({ at, offers }) => `    ${quoted(at)}) words=${quoted(wordsOf(offers))} ;;`).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -F _eurek8s eurek8s
`;
}

function zsh(places: readonly Place[]): string {
  return `#compdef eurek8s
# eval "$(eurek8s completion zsh)", after compinit
_eurek8s() {
  local at='' i
  for ((i = 2; i < CURRENT; i++)); do
    case "$at \${words[i]}" in
      ${commandNames(places)}) at="$at \${words[i]}" ;;
    esac
  done
  case "$at \${words[CURRENT-1]}" in
${valueCases(places, { file: '_files; return', other: 'return', choices: (words) => `compadd -- ${words}; return` })}
  esac
  case "$at" in
${places.map(({ at, offers }) => `    ${quoted(at)}) compadd -- ${wordsOf(offers)} ;;`).join('\n')}
  esac
}
compdef _eurek8s eurek8s
`;
}

function fish(places: readonly Place[]): string {
  const lines = places.flatMap(({ at, offers, values }) => {
    const here = `complete -c eurek8s -n "__eurek8s_at '${at}'"`;
    const byFlag = new Map(values.flatMap(({ flags, value }) => flags.map((flag) => [flag, value])));
    return offers.map(({ word, what }) => {
      const value = byFlag.get(word);
      const takes =
        value === undefined
          ? ''
          : value === 'file'
            ? ' -r -F'
            : value === 'other'
              ? ' -x'
              : ` -x -a ${fishQuoted(value.join(' '))}`;
      const name = word.startsWith('--')
        ? `-l ${word.slice(2)}`
        : word.startsWith('-')
          ? `-s ${word.slice(1)}`
          : `-a ${word}`;
      return `${here} ${name}${takes} -d ${fishQuoted(what)}`;
    });
  });
  return `# eurek8s completion fish | source
function __eurek8s_at
  set -l at ''
  for word in (commandline -opc)[2..]
    switch "$at $word"
      case ${places.flatMap(({ at }) => (at === '' ? [] : [fishQuoted(at)])).join(' ')}
        set at "$at $word"
    end
  end
  test "$at" = "$argv[1]"
end
complete -c eurek8s -f
${lines.join('\n')}
`;
}

interface ValueScripts {
  readonly file: string;
  readonly other: string;
  readonly choices: (words: string) => string;
}

/** What completes the value of an option, in the case statement that bash and zsh share. */
function valueCases(places: readonly Place[], scripts: ValueScripts): string {
  const cases = places.flatMap(({ at, values }) =>
    values.map(({ flags, value }) => {
      const patterns = flags.map((flag) => quoted(`${at} ${flag}`)).join('|');
      return `    ${patterns}) ${scriptOf(value, scripts)} ;;`;
    }),
  );
  return cases.join('\n');
}

function scriptOf(value: ValueOption['value'], { file, other, choices }: ValueScripts): string {
  return value === 'file' ? file : value === 'other' ? other : choices(value.join(' '));
}

function commandNames(places: readonly Place[]): string {
  return places.flatMap(({ at }) => (at === '' ? [] : [quoted(at)])).join('|');
}

function wordsOf(offers: readonly Offer[]): string {
  return offers.map(({ word }) => word).join(' ');
}

/** Names of commands and options have neither quotes nor blanks. */
function quoted(text: string): string {
  return `'${text}'`;
}

function fishQuoted(text: string): string {
  return `'${text.replace(/[\\']/g, String.raw`\$&`)}'`;
}
