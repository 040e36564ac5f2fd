import { textTable } from '../../cli/table.ts';
import type { Command } from '../../cli/command.ts';
import { count, list as listFlag, option } from '../../cli/flag.ts';
import { brandsOf } from '../../cli/options.ts';
import { requireIdKey } from '../../cli/orders-options.ts';

const flags = {
  brand: listFlag('--brand <id...>', 'only forms of these brands'),
  limit: option('--limit <count>', 'how many forms at most', count).or('100'),
};

const list: Command = {
  name: 'list',
  summary: 'list the forms and the partners with their public ids',
  description: 'A form is sent to /l/<public id>; a partner adds ?p=<public id>. The ids are keyed hashes: with another HUB_ID_KEY they are others, and public_id in forms.yaml keeps an old one alive.',
  options: Object.values(flags),
  examples: ['hub forms list', 'hub forms list --brand alpina --output json'],
  async run(context, options) {
    const { requireSound } = await import('../../leads/forms/forms.ts');
    const { forms, partners, version, problems } = requireSound(await context.forms(requireIdKey(context.config)));
    const brands: readonly string[] = brandsOf(options, context.config);
    const limit = flags.limit.of(options);
    const wanted = forms.filter(({ brand }) => brands.includes(brand));
    const items = wanted.slice(0, limit).map((form) => ({
      ...{ id: form.id, public_id: form.publicId, former_public_id: form.formerPublicId, path: `/l/${form.publicId}`, brand: form.brand, theme: form.theme, product: form.product, methods: form.methods, origins: form.origins },
      fields: [...form.fields].map(([name, { kind, required }]) => ({ name, kind, required })),
      default: form.default.template,
      invalid: form.invalid?.template ?? null,
    }));
    const partnerItems = partners.map(({ id, publicId, postback, via }) => ({ id, public_id: publicId, postback: postback?.destination ?? null, via: via?.template ?? null }));
    const formTable = textTable(
      [{ title: 'form' }, { title: 'brand' }, { title: 'theme' }, { title: 'product' }, { title: 'methods' }, { title: 'public id' }],
      items.map((item) => [item.id, item.brand, item.theme, item.product, item.methods.join(' '), item.public_id]),
    );
    const partnerTable = textTable([{ title: 'partner' }, { title: 'public id' }, { title: 'postback' }], partnerItems.map((item) => [item.id, item.public_id, item.postback]));
    const text = [
      items.length === 0 ? 'There are no such forms.' : formTable,
      ...(wanted.length > items.length ? [`The first ${items.length} of ${wanted.length} forms; more with --limit.`] : []),
      ...(partnerItems.length === 0 ? [] : ['', partnerTable]),
      ...problems.map(({ line, key, message }) => `Warning: line ${line}: ${key} ${message}.`),
    ];
    return { text: text.join('\n'), json: { version, items, partners: partnerItems } };
  },
};

/** Looks at forms.yaml. */
export const forms: Command = {
  name: 'forms',
  summary: 'look at the forms of landing pages and their public ids',
  commands: [list],
};
