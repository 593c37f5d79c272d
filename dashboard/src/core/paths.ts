// Patterns of paths with `:names`, and what stands there in an address.

/** Names of a pattern with what stands there, unescaped. */
export type PathParams = Readonly<Record<string, string>>;

/** What stands at the names of a pattern such as `/log/:index`, or undefined where the path is another. */
export function matchPath(pattern: string, path: string): PathParams | undefined {
  const wanted = pattern.split("/").filter((part) => part !== "");
  const given = path.split("/").filter((part) => part !== "");
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [place, part] of wanted.entries()) {
    const found = unescaped(given[place] ?? "");
    if (found === undefined) return undefined;
    if (part.startsWith(":")) params[part.slice(1)] = found;
    else if (part !== found) return undefined;
  }
  return params;
}

function unescaped(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
