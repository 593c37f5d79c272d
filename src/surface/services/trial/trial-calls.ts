// Changes of a trial as calls that would make them, so that the policy judges what was done as it judges what is asked for.
import { joinPath, parentPath } from "#base/path.ts";
import { singleQuoted } from "#base/shell-quoting.ts";
import { askedCall } from "#guard/events/normalize.ts";
import type { Decision, Verdict } from "#guard/policy/decision.ts";
import type { Json, ToolCall } from "#guard/toolcall/tool-call.ts";
import type { FileChange } from "../undo/change-records.ts";
import type { CopyStore } from "../undo/copy-store.ts";

/** What the policy says of one place. `ask` stands for what a person has to say yes to. */
export type JudgedChange = {
  readonly path: string;
  readonly does: "write" | "delete" | "link" | "change mode";
  readonly verdict: Verdict;
  /** Why, where it is not allowed. */
  readonly reason?: string;
};

type ChangeCall = Pick<JudgedChange, "path" | "does"> & { readonly call: ToolCall };

/** The calls that would make these changes. Directories by themselves are none; what lies in a deleted one goes with it. */
export function callsOfChanges(
  changes: readonly FileChange[],
  { root, store }: { readonly root: string; readonly store: CopyStore },
): readonly ChangeCall[] {
  const deleted = new Set(
    changes.filter(({ after }) => after.kind === "none").map(({ path }) => path),
  );
  return changes.flatMap(({ path, before, after }): readonly ChangeCall[] => {
    const at = joinPath(root, path);
    const word = singleQuoted(at);
    const shell = (does: JudgedChange["does"], command: string): ChangeCall => ({
      path,
      does,
      call: callOf("Bash", { command }, root),
    });
    if (after.kind === "none")
      return deleted.has(parentPath(`/${path}`).slice(1))
        ? []
        : [shell("delete", `rm -rf -- ${word}`)];
    if (after.kind === "link")
      return [shell("link", `ln -sfn -- ${singleQuoted(after.to)} ${word}`)];
    if (after.kind !== "file") return [];
    const modeBefore = before.kind === "file" ? before.mode : 0o644;
    const runs = (after.mode & 0o111) !== 0 && (modeBefore & 0o111) === 0;
    const isSameContent =
      before.kind === "file" && before.copy !== undefined && before.copy === after.copy;
    const bytes = after.copy === undefined ? undefined : store.get(after.copy);
    const content = bytes?.toString("utf8") ?? "";
    return [
      ...(isSameContent
        ? []
        : [
            {
              path,
              does: "write" as const,
              call: callOf("Write", { file_path: at, content }, root),
            },
          ]),
      ...(runs ? [shell("change mode", `chmod +x -- ${word}`)] : []),
    ];
  });
}

const callOf = (tool: string, input: Json, cwd: string): ToolCall =>
  askedCall("trial", { tool, input, cwd });

/** Judges each change. What the policy has no opinion about counts as allowed: the project is the person's own. */
export async function judgeChanges(
  changes: readonly FileChange[],
  {
    judge,
    ...places
  }: {
    readonly root: string;
    readonly store: CopyStore;
    readonly judge: (call: ToolCall) => Promise<Decision>;
  },
): Promise<readonly JudgedChange[]> {
  const judged: JudgedChange[] = [];
  for (const { path, does, call } of callsOfChanges(changes, places)) {
    const decision = await judge(call);
    const { verdict } = decision;
    const isOpen = verdict === "allow" || verdict === "abstain";
    const [first] = decision.reasons;
    const reason = first === undefined ? "" : `${first.text} [${first.rule}]`;
    judged.push({ path, does, verdict, ...(isOpen ? {} : { reason }) });
  }
  return judged;
}

/** The strictest of all verdicts: what becomes of the trial. */
export function verdictOf(judged: readonly JudgedChange[]): "allow" | "ask" | "deny" {
  if (judged.some(({ verdict }) => verdict === "deny")) return "deny";
  return judged.some(({ verdict }) => verdict === "ask") ? "ask" : "allow";
}
