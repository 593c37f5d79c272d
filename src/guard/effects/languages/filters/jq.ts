// Reads jq filters: whether they ask for the environment or load modules. Nothing else in the language leaves it.

/** What a filter uses besides its input. */
export type JqUse = { readonly environment: boolean; readonly modules: boolean };

/** Characters of a filter that are looked at; of a longer one everything is assumed. */
const FILTER_CHARS_MAX = 8_192;

/** Names of the language that start with `env` or load: the rest of the language only computes. */
export function readJqFilter(filter: string): JqUse {
  if (filter.length > FILTER_CHARS_MAX) return { environment: true, modules: true };
  // WHY: a string that computes is looked at too, because `"\(env)"` in one is code; and with a comment in sight it is
  // not clear where strings begin.
  const code = filter.includes("#") ? filter : filter.replace(/"(?:[^"\\]|\\[^(])*"/g, '""');
  const words =
    code.match(/\.?\$?[A-Za-z_][A-Za-z0-9_]*(?:::[A-Za-z_][A-Za-z0-9_]*)*(?!\w|\s*:(?!:))/g) ?? [];
  const named = new Set(words);
  return {
    environment: named.has("env") || named.has("$ENV") || named.has("$__prog_env"),
    modules: ["import", "include", "get_search_list", "modulemeta"].some((name) => named.has(name)),
  };
}
