// Redirections without a command: in zsh a program gets what they open.
import type { Io, Shell } from "./values/host.ts";
import { callSiteOf } from "./values/host.ts";
import type { Scope } from "./values/scope.ts";
import type { Redirection } from "./syntax/syntax.ts";
import { type TextSet, textOf } from "./values/text.ts";

/**
 * What zsh runs for redirections alone: the program that `READNULLCMD` names for one that reads, `NULLCMD` for all others,
 * and what the system has for a pager and for `cat` where nothing in sight set these. bash runs nothing.
 */
export function runLoneRedirection(
  redirects: readonly Redirection[],
  scope: Scope,
  io: Io,
  shell: Shell,
): void {
  if (!shell.dialects.includes("zsh")) return;
  const isRead = redirects.length === 1 && redirects[0]?.operator === "<";
  const named = isRead ? nonEmpty("READNULLCMD", scope) : undefined;
  const programs = named ?? (isRead ? undefined : nonEmpty("NULLCMD", scope));
  if (programs === undefined) {
    for (const name of isRead ? ["more", "pager"] : ["cat"])
      shell.host.ran(name, callSiteOf(scope, io));
    if (isRead && nonEmpty("NULLCMD", scope) === undefined) return;
  }
  // WHY both: `READNULLCMD` may be empty where nothing in sight says so.
  for (const program of programs ?? nonEmpty("NULLCMD", scope) ?? [])
    shell.dispatch([program], scope.fork(), io, {});
}

function nonEmpty(variable: string, scope: Scope): TextSet | undefined {
  const values = scope.variables.has(variable) ? scope.value(variable) : undefined;
  const some = values?.filter((text) => textOf(text) !== "");
  return some === undefined || some.length === 0 ? undefined : some;
}
