// Saved questions name their values as `:name`; other databases want numbers or types in their place.

/** A statement for PostgreSQL: `$1`, `$2` in place of names, and their values in that order. */
export function numberedValues(
  sql: string,
  values: Readonly<Record<string, string | number | null>>,
): { readonly text: string; readonly values: readonly (string | number | null)[] } {
  const order: string[] = [];
  const text = replaceNames(sql, values, (name) => {
    if (!order.includes(name)) order.push(name);
    return `$${order.indexOf(name) + 1}`;
  });
  return { text, values: order.map((name) => patternOf(name, values[name] ?? null)) };
}

/** A statement for ClickHouse: `{name:Type}` in place of names, and the values that it uses. */
export function typedValues(
  sql: string,
  values: Readonly<Record<string, string | number | null>>,
): { readonly text: string; readonly values: Readonly<Record<string, string>> } {
  const used: Record<string, string> = {};
  const text = replaceNames(sql, values, (name) => {
    const value = patternOf(name, values[name] ?? "");
    used[name] = String(value);
    return `{${name}:${typeof value === "number" ? (Number.isInteger(value) ? "Int64" : "Float64") : "String"}}`;
  });
  return { text, values: used };
}

/** WHY: a backslash in a pattern is itself in SQLite, and says something of what follows it in the other two. */
function patternOf(name: string, value: string | number | null): string | number | null {
  return name === "pattern" && typeof value === "string" ? value.replaceAll("\\", "\\\\") : value;
}

/** Names outside of texts, comments and casts. Those without a value stay as they are. */
function replaceNames(
  sql: string,
  values: Readonly<Record<string, unknown>>,
  replace: (name: string) => string,
): string {
  const token = /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"|::|:([a-z_][a-z0-9_]*)/g;
  return sql.replace(token, (whole, name: string | undefined) =>
    name === undefined || !(name in values) ? whole : replace(name),
  );
}
