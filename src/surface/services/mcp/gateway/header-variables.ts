// Headers for a server elsewhere, each in a variable of its own: so that no command line shows what may be a secret.

const PREFIX = "SALLYPORT_MCP_HEADER_";

/** Whether a variable holds such a header, which no server gets as a variable. */
export function isHeaderVariable(name: string): boolean {
  return name.startsWith(PREFIX);
}

/** The variable of a header. */
export function headerVariable(header: string): string {
  return `${PREFIX}${header}`;
}

/** The headers that the environment names. */
export function headersIn(environment: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      isHeaderVariable(name) && value !== undefined ? [[name.slice(PREFIX.length), value]] : [],
    ),
  );
}
