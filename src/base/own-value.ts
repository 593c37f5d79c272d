// Tables that are looked up with words of outside: `constructor` and `toString` stand in every object, and in no table.

/** What a table has under a key of its own. */
export function ownValue<Value>(
  table: Readonly<Record<string, Value>>,
  key: string,
): Value | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
