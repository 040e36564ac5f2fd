/** A file with one source, whose secrets stand in variables. */
export function webhooksFile(source: Readonly<Record<string, unknown>> & { readonly secrets: readonly string[] }) {
  const { secrets, ...keys } = source;
  const names = secrets.map((_secret, index) => `SECRET_${String(index + 1)}`);
  const text = JSON.stringify({ sources: [{ id: 'one', brand: 'alpina', ...keys, secrets: names.map((name) => `\${${name}}`) }] });
  return { webhooks: { file: 'webhooks.yaml', text }, variables: new Map(names.map((name, index) => [name, secrets[index] ?? ''])) };
}
