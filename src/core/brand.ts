declare const tag: unique symbol;

/** A nominal type: `Branded<string, 'Instant'>` is a string that only its own module can make. */
export type Branded<Value, Name extends string> = Value & { readonly [tag]: Name };
