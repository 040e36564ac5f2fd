/** Why a parameter of a query is refused; part of the answer, without the value. */
export interface QueryFault {
  readonly parameter: string;
  readonly code: 'unknown_parameter' | 'repeated_parameter' | 'filter_not_allowed' | 'invalid_value' | 'currency_needed' | 'too_many_rows';
  readonly detail: string;
}

/** Adds a fault. */
export type TellFault = (parameter: string, code: QueryFault['code'], detail: string) => void;

/** A parameter as it was sent. */
export interface Parameter {
  readonly name: string;
  readonly value: string;
}

/** Parameters of a query, each once, with what is wrong with how they are written. */
export interface Parameters {
  readonly list: readonly Parameter[];
  readonly faults: readonly QueryFault[];
}

/** Reads the query of a URL: percent escapes of UTF-8, `+` for a blank. */
export function parseParameters(query: string): Parameters {
  const list: Parameter[] = [];
  const faults: QueryFault[] = [];
  const seen = new Set<string>();
  for (const part of query.split('&')) {
    if (part === '') continue;
    const at = part.includes('=') ? part.indexOf('=') : part.length;
    const [name, value] = [decoded(part.slice(0, at)), decoded(part.slice(at + 1))];
    if (name === undefined || value === undefined) {
      faults.push({ parameter: name ?? '', code: 'invalid_value', detail: 'It is no UTF-8, or has a broken percent escape.' });
    } else if (seen.has(name)) {
      faults.push({ parameter: name, code: 'repeated_parameter', detail: 'It is there twice; several values of one are separated by commas.' });
    } else {
      seen.add(name);
      list.push({ name, value });
    }
  }
  return { list, faults };
}

/** Values between commas; a backslash takes the next character as it is. Undefined if nothing stands behind the last one. */
export function splitValues(text: string): string[] | undefined {
  const values: string[] = [];
  let value = '';
  for (let at = 0; at < text.length; at++) {
    const letter = text.charAt(at);
    if (letter === ',') {
      values.push(value);
      value = '';
    } else if (letter !== '\\') value += letter;
    else if (++at < text.length) value += text.charAt(at);
    else return undefined;
  }
  return [...values, value];
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
