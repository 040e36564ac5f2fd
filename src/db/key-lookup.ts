import type { Knex } from 'knex';

const ASCII = /^[\x20-\x7e]*$/;

/**
 * A text that people gave, to look for it among keys. Keys are ASCII, and a server does not compare them with anything
 * else, but fails: such a text becomes the empty one, which no key is.
 */
export function asKey(text: string): string {
  return ASCII.test(text) ? text : '';
}

/** Leaves the rows whose key begins with the text; none for a text with which no key can begin. */
export function whereKeyBegins<Query extends Knex.QueryBuilder>(query: Query, column: string, beginning: string): Query {
  if (asKey(beginning) === '') return query.whereRaw('1 = 0') as Query;
  return query.whereRaw("?? like ? escape '|'", [column, `${beginning.replace(/[%_|]/g, '|$&')}%`]) as Query;
}
