// The catalog of extensions as this machine has it: judged by the policy in force in a directory, and counted in its log.
import { join } from "node:path";
import { askedCall } from "#guard/events/normalize.ts";
import type { FactAnswer } from "#guard/facts/facts.ts";
import type { ToolCall } from "#guard/toolcall/tool-call.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { judgingPolicy } from "../../services/evaluation/judging-policy.ts";
import { openStatements } from "../../services/exceptions/statements.ts";
import { openDeeds } from "../../services/extensions/deeds.ts";
import {
  type ExtensionCatalog,
  extensionCatalog,
} from "../../services/extensions/extension-catalog.ts";
import { judgePlainly } from "../../services/facts/judge.ts";
import { PLAIN_SHELL } from "../../services/facts/session-shell.ts";
import { readInstall } from "../../services/installation/install.ts";
import { createMcpFacts } from "../../services/mcp/server-facts.ts";
import { managedDirectory } from "../../services/projects/settings-variables.ts";
import { openJudgedAs } from "../explain/judged-as.ts";

/** The catalog of a directory, with what each did. */
export async function catalogHere(
  directory: string,
  directories: Directories,
  { named, home }: { readonly named?: string | undefined; readonly home: string },
): Promise<ExtensionCatalog & { readonly notes: readonly string[] }> {
  const nowMs = Date.now();
  const config = process.env["CLAUDE_CONFIG_DIR"] ?? join(home, ".claude");
  const { policy, exceptions, root } = await judgingPolicy(directory, undefined, {
    root: directories.root,
  });
  const judging = openJudgedAs({ data: directories.root, home });
  // WHY without a session: what one of them has written, or why it is held, says nothing of an extension; and in a plain shell, as texts of skills are written for.
  const { circumstances } = await judging.as({
    cwd: root,
    policy,
    choice: { kind: "none" },
    shell: { ...PLAIN_SHELL, dialect: "bash" },
  });
  const statements = openStatements(directories);
  const mcpFacts = createMcpFacts(directories, statements, { home, nowMs: () => nowMs });
  const answers = new Map<string, FactAnswer>();
  const judge = (call: ToolCall) =>
    judgePlainly({
      ...circumstances,
      call,
      policy,
      exceptions,
      answers,
      mcp: mcpFacts({ call, sessionId: "catalog", root, config, path: process.env["PATH"] }),
    });
  const managed = managedDirectory();
  const made = await extensionCatalog({
    root,
    home,
    directories,
    statements,
    nowMs,
    named,
    judge,
    places: { directories: [...new Set([root, directory])], config, managed },
    toolCall: (tool) => askedCall("catalog", { tool, input: {}, cwd: root }),
  });
  if (readInstall(directories) === undefined)
    return { ...made, notes: ["there is no log here yet"] };
  const deeds = await openDeeds(directories, made.rows, nowMs);
  const rows = made.rows.map((row) => ({ ...row, did: deeds.of(row) ?? null }));
  return { ...made, rows, notes: deeds.notes };
}
