import type { Form } from '../../leads/forms/form.ts';
import type { Field } from '../../leads/fields/field.ts';
import { escape } from '../../pages/text.ts';

const STYLE = 'body{font:1.1rem/1.5 system-ui,sans-serif;max-width:32rem;margin:3rem auto;padding:0 1rem}label{display:block;margin:1rem 0}input,select{display:block;font:inherit;width:100%;box-sizing:border-box;padding:.4rem}input[type=checkbox]{display:inline;width:auto}button{font:inherit;padding:.5rem 1.5rem}.away{position:absolute;left:-99rem}code{overflow-wrap:anywhere}';
const TYPES: Partial<Record<Field['kind'], string>> = { email: 'email', phone: 'tel', date: 'date', url: 'url', integer: 'number' };

/** A landing page with a form, as a person sees it. */
export function landingPage(form: Pick<Form, 'id' | 'fields' | 'honeypot'>, action: string): string {
  const trap = form.honeypot === null ? '' : `<label class="away" aria-hidden="true">${escape(form.honeypot)}<input name="${escape(form.honeypot)}" tabindex="-1" autocomplete="off"></label>`;
  return page(
    `The form ${form.id}`,
    `<p>A landing page on this machine. It sends its form to hub, which journals the lead and then answers with a redirect.</p>
<form method="post" action="${escape(action)}" novalidate>
${[...form.fields].map(([name, field]) => input(name, field)).join('\n')}
${trap}
<button>Send</button>
</form>`,
  );
}

/** Where the redirect of the demo arrives: the place to which it would have led. */
export function arrivalPage(target: string): string {
  return page('Arrived', `<p>hub has the lead, and has sent the browser on. Without this demo it would be here now:</p><p><code id="target">${escape(target)}</code></p><p>Press Ctrl-C in the terminal: the server ends in order, and import-intake shows what became of the lead.</p><p><a href="/">Once more</a></p>`);
}

function page(title: string, content: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escape(title)}</title><style>${STYLE}</style></head><body><h1>${escape(title)}</h1>${content}</body></html>`;
}

function input(name: string, field: Field): string {
  const label = escape(`${name}${'required' in field && field.required ? ' *' : ''}`);
  const named = `name="${escape(name)}"`;
  if (field.kind === 'consent') return `<label><input type="checkbox" ${named} value="1"> ${label} (${field.purpose})</label>`;
  if (field.kind !== 'choice') return `<label>${label}<input type="${TYPES[field.kind] ?? 'text'}" ${named}></label>`;
  const options = field.options.map((option) => `<option>${escape(option)}</option>`).join('');
  return `<label>${label}<select ${named}${field.many ? ' multiple' : ''}>${field.many ? '' : '<option value=""></option>'}${options}</select></label>`;
}
