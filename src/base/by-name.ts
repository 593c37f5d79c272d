// What is true of a name, found once and kept: tables of patterns are asked the same few names again and again.

/** Names of which the answer is kept; a text with more of them is answered anew each time. */
const NAMES_MAX = 4096;
/** Characters of a name that is kept. */
const NAME_CHARS_MAX = 64;

/**
 * A function that gives the same as `find` and remembers it. `find` must depend on the name alone, and its value must not be
 * changed. Bounded: names beyond the first few thousand, and long ones, are not remembered, unless more are asked for.
 */
export function byName<Value>(
  find: (name: string) => Value,
  { namesMax = NAMES_MAX, charsMax = NAME_CHARS_MAX } = {},
): (name: string) => Value {
  const known = new Map<string, { readonly value: Value }>();
  return (name) => {
    const found = known.get(name);
    if (found !== undefined) return found.value;
    const value = find(name);
    if (known.size < namesMax && name.length <= charsMax) known.set(name, { value });
    return value;
  };
}
