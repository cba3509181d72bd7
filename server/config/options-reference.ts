import { Document } from 'yaml';
import { environmentName, flagName, type OptionKey, optionKeys, options } from './options.ts';

/** The text of docs/options.md. */
export function optionsReference(): string {
  return `# Options

<!-- Generated from server/config/options.ts by \`npm run docs\`; do not edit. -->

Each option can be given as key of a YAML file (\`--config FILE\` or \`EUREK8S_CONFIG\`), as environment variable and as
flag. A flag wins over the environment, the environment over the file, the file over the default. Everything is checked
before anything starts; unknown keys, flags and \`EUREK8S_…\` variables are refused. \`--print-config\` shows the result,
with secrets hidden and where each value came from.

- Durations: \`250ms\`, \`5s\`, \`10m\`, \`1h\`, \`2d\`. Percentages: \`30%\`.
- Lists by flag or environment: comma-separated (\`a,b\`), or \`[a, b]\`; flags can also be repeated.
- \`clusters\`, \`manifests\`, \`addresses\` and \`applications\` by flag or environment: YAML or JSON text.
- Paths are relative to the working directory; those in a credentials file (\`auth.file\`) or in a kubeconfig are relative to that file.

## All options with their defaults

\`\`\`yaml
${defaultsYaml()}\`\`\`

## Reference

| key and flag | value | default | meaning | environment |
| --- | --- | --- | --- | --- |
${optionKeys.map((key) => row(key)).join('\n')}
`;
}

function defaultsYaml(): string {
  const document = new Document({});
  for (const key of optionKeys) document.setIn(key.split('.'), document.createNode(options[key].fallback));
  return document.toString();
}

function row(key: OptionKey): string {
  const { kind, fallback, help } = options[key];
  const fallbackText =
    fallback === '' ? '`""`' : `\`${typeof fallback === 'string' ? fallback : JSON.stringify(fallback)}\``;
  const cells = [`\`${flagName(key)}\``, `\`${kind.name}\``, fallbackText, help, `\`${environmentName(key)}\``];
  return `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`;
}
