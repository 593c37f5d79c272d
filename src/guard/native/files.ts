// The client's decision for the tools that read and write files.
import { byClient, byProtection, byRule } from "./answers.ts";
import { absolutePath, areInside, isProtected, pathForms, ruleOnAll, ruleOnAny } from "./places.ts";
import { namesTool } from "./rule.ts";
import { type CompiledRule, FILE_TOOLS, type NativeSession } from "./session.ts";
import type { NativeAnswer, NativeCall, NativeDisk, RuleList } from "./stack.ts";

/** What the client would do with a file tool; undefined where the call names no path. */
export function judgeFile(
  call: NativeCall,
  session: NativeSession,
  disk: NativeDisk,
): NativeAnswer | undefined {
  const given = call.input[FILE_TOOLS[call.tool] ?? ""];
  if (typeof given !== "string") return undefined;
  const paths = pathForms(absolutePath(given, call.cwd, session.home), disk);
  return call.tool === "Read" ? judgeRead(paths, session) : judgeWrite(call.tool, paths, session);
}

function judgeRead(paths: readonly string[], session: NativeSession): NativeAnswer {
  const { deny, ask, allow } = session.lists;
  const restricted = bareOr(deny.read, paths) ?? bareOr(ask.read, paths);
  if (restricted !== undefined) return byRule(restricted, "a rule on reading speaks of the path");
  if (session.mode === "bypassPermissions") return byClient("allow", "the mode asks nothing");
  if (areInside(session, paths)) return byClient("allow", "the path is in a working directory");
  if (hasClassifier(session)) return byClient("allow", "the mode reads everywhere");
  const allowed =
    allow.read.find(isBare) ?? ruleOnAll(allow.read, paths) ?? ruleOnAll(allow.edit, paths);
  if (allowed !== undefined) return byRule(allowed, "a rule allows the path");
  return byClient("ask", "the path is outside the working directories");
}

function judgeWrite(tool: string, paths: readonly string[], session: NativeSession): NativeAnswer {
  const { deny, ask, allow } = session.lists;
  const denied =
    named(session, "deny", tool) ?? ruleOnAny(deny.edit, paths) ?? bareOr(deny.read, paths);
  if (denied !== undefined) return byRule(denied, "a deny rule speaks of the path");
  const asked = named(session, "ask", tool) ?? ruleOnAny(ask.edit, paths);
  if (asked !== undefined) return byRule(asked, "an ask rule speaks of the path");
  if (session.mode === "bypassPermissions") return byClient("allow", "the mode asks nothing");
  if (session.mode === "plan") return byClient("ask", "the mode is for plans only");
  if (isProtected(paths)) return byProtection("ask", "the client protects the file");
  if (isEditing(session) && areInside(session, paths))
    return byClient("allow", "the mode accepts edits in the working directories");
  const allowed =
    named(session, "allow", tool) ?? ruleOnAll(allow.edit, paths) ?? starOf(session, tool, paths);
  if (allowed !== undefined) return byRule(allowed, "a rule allows the path");
  return byClient("ask", "no rule allows the path");
}

/** Whether the mode lets files in the working directories be changed. */
export function isEditing({ mode }: NativeSession): boolean {
  return mode === "acceptEdits" || mode === "auto";
}

/** Whether the client asks a classifier where other modes ask the person, and sets broad rules aside. */
export function hasClassifier({ mode }: NativeSession): boolean {
  return mode === "auto" || mode === "plan";
}

function named(session: NativeSession, list: RuleList, tool: string): CompiledRule | undefined {
  return session.lists[list].all.find((rule) => isBare(rule) && namesTool(rule.parts, tool));
}

/** `Edit(*)`, which opens the project to the tool it names and to no other. */
function starOf(
  session: NativeSession,
  tool: string,
  paths: readonly string[],
): CompiledRule | undefined {
  if (!areInside(session, paths)) return undefined;
  return session.lists.allow.all.find(({ parts }) => parts.tool === tool && parts.subject === "*");
}

function bareOr(
  rules: readonly CompiledRule[],
  paths: readonly string[],
): CompiledRule | undefined {
  return rules.find(isBare) ?? ruleOnAny(rules, paths);
}

function isBare({ parts }: CompiledRule): boolean {
  return parts.subject === undefined;
}
