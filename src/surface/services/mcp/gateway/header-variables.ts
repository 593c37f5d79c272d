// Headers for a server elsewhere, each in a variable of its own: so that no command line shows what may be a secret.
import { HEADER_PREFIX } from "#govern/mcp/wrapped.ts";

/** Whether a variable holds such a header, which no server gets as a variable. */
export function isHeaderVariable(name: string): boolean {
  return name.startsWith(HEADER_PREFIX);
}

/** The headers that variables name. */
export function headersIn(
  variables: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(variables).flatMap(([name, value]) =>
      isHeaderVariable(name) && value !== undefined
        ? [[name.slice(HEADER_PREFIX.length), value]]
        : [],
    ),
  );
}
