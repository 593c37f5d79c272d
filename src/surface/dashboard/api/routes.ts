// From a method and a path to the row of the table that answers it.
import type { Endpoint } from "./endpoint.ts";

type Found =
  | {
      readonly kind: "found";
      readonly endpoint: Endpoint;
      /** The texts of the path by their names. */
      readonly names: Readonly<Record<string, string>>;
    }
  | { readonly kind: "none"; readonly why: "path" | "method" };

/** Finds the endpoint; a path that is answered for another method is told from one that is not there. */
export function findEndpoint(table: readonly Endpoint[], method: string, path: string): Found {
  let isThere = false;
  for (const endpoint of table) {
    const names = matchPath(endpoint.path, path);
    if (names === undefined) continue;
    if (endpoint.method === method) return { kind: "found", endpoint, names };
    isThere = true;
  }
  return { kind: "none", why: isThere ? "method" : "path" };
}

function matchPath(pattern: string, path: string): Readonly<Record<string, string>> | undefined {
  const wanted = pattern.split("/");
  const given = path.split("/");
  if (wanted.length !== given.length) return undefined;
  const names: Record<string, string> = {};
  for (const [place, segment] of wanted.entries()) {
    const text = decoded(given[place] ?? "");
    if (text === undefined) return undefined;
    if (segment.startsWith(":") && text !== "") names[segment.slice(1)] = text;
    else if (segment !== text) return undefined;
  }
  return names;
}

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
