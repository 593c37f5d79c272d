// Proxy variables as lines for a shell.
import { quotedForShell } from "#base/shell-quoting.ts";
import type { RuntimeProxy } from "#govern/network/proxy-environment.ts";

/** Lines that a shell takes, with what is to know as comments. */
export function environmentText(environment: readonly RuntimeProxy[]): string {
  return environment
    .flatMap(({ runtime, variables, files, notes }) => [
      `# ${runtime}`,
      ...notes.map((note) => `#   ${note}`),
      ...Object.entries(variables).map(
        ([name, value]) => `export ${name}=${quotedForShell(value)}`,
      ),
      ...files.flatMap(({ path, text }) => [
        `# ${path}:`,
        ...text
          .trimEnd()
          .split("\n")
          .map((line) => `#   ${line}`),
      ]),
    ])
    .join("\n");
}
