// The person's own allow rules for the client, such as `Bash(npm test:*)`: they answer questions about code.
import { openSession } from "#guard/native/session.ts";
import { simulateNative } from "#guard/native/simulate.ts";
import type { NativeStack } from "#guard/native/stack.ts";
import type { Decision } from "#guard/policy/decision.ts";
import { isProjectCode, isReadCode } from "#guard/policy/authorize/own-code.ts";
import type { ToolCall } from "#guard/toolcall/tool-call.ts";
import { wasWritten } from "#guard/effects/paths/written-places.ts";
import { realPath } from "../../foundation/files/path-status.ts";
import { clientStack } from "./client-side.ts";
import { DISK } from "../containment/native-reading.ts";

/** Whose call it is, and what its session wrote. */
export type OwnRuleQuestion = {
  readonly call: ToolCall;
  readonly root: string;
  readonly writtenPaths: ReadonlySet<string>;
};

/** The rule of the person's that lets the client run a command unasked, in words; undefined where there is none. Never rejects. */
export type OwnRules = (question: OwnRuleQuestion) => Promise<string | undefined>;

/** A rule that names a program: one for every command was not written for code of this project. */
const NAMES_PROGRAM = /^Bash\([^*:?[\s][^)]*\)$/;

/** Reads the rules below a home when they are asked for. */
export function createOwnRules(home: string): OwnRules {
  return async ({ call, root, writtenPaths }) => {
    if (call.tool !== "Bash" || call.input.kind !== "bash") return undefined;
    try {
      const stack = clientStack(root, home);
      // WHY not the project's: whoever wrote the repository wrote those.
      const own = stack.layers.filter(
        ({ source, file }) =>
          source === "managed" ||
          (source !== "project" && !wasWritten(writtenPaths, realPath(file))),
      );
      const command = call.input.command;
      const allows = (layers: NativeStack["layers"]) => {
        const session = openSession({ ...stack, layers, mode: "default" });
        const asked = { tool: "Bash", input: { command }, cwd: call.cwd, hasRunShell: true };
        const { verdict, rule } = simulateNative(session, asked, DISK);
        const isAllowed = verdict === "allow" && rule?.list === "allow";
        return isAllowed && NAMES_PROGRAM.test(rule.text) ? rule : undefined;
      };
      const rule = allows(own.map(withNamingRules));
      // In the sight of all settings too: another layer may ask about it, or forbid it.
      return rule !== undefined && allows(stack.layers.map(withNamingRules)) !== undefined
        ? `\`${rule.text}\` in ${rule.file}`
        : undefined;
    } catch {
      return undefined;
    }
  };
}

/** A layer with those of its allow rules that name a program. */
function withNamingRules(layer: NativeStack["layers"][number]): NativeStack["layers"][number] {
  const { permissions } = layer.settings;
  if (permissions?.allow === undefined) return layer;
  const allow = permissions.allow.filter((text) => NAMES_PROGRAM.test(text));
  return { ...layer, settings: { ...layer.settings, permissions: { ...permissions, allow } } };
}

/** Whether a decision asks about code of the project, or about code in the command that was read. */
export function asksAboutOwnCode({ verdict, reasons, effects }: Decision): boolean {
  return (
    verdict === "ask" &&
    reasons.some(({ verdict: asks, effect: at }) => {
      const effect = at === undefined ? undefined : effects[at];
      return (
        asks === "ask" && effect !== undefined && (isProjectCode(effect) || isReadCode(effect))
      );
    })
  );
}
