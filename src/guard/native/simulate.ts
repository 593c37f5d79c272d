// What the client itself would do with a call: its rules, modes and own judgement, without the client.
import type { Json } from "../toolcall/tool-call.ts";
import { byClient, byRule } from "./answers.ts";
import { judgeBash } from "./bash.ts";
import { hasClassifier, judgeFile } from "./files.ts";
import { namesTool } from "./rule.ts";
import { type CompiledRule, FILE_TOOLS, type NativeSession } from "./session.ts";
import type { NativeAnswer, NativeCall, NativeDisk, RuleList } from "./stack.ts";

const NO_LINKS: NativeDisk = { realPath: () => undefined };

/**
 * The client's decision for one call of a session, with the rule and the file that made it. Pure. Where the client's
 * answer is not known for sure it is the stricter one. Hooks and the sandbox are not part of it: it is what happens
 * where no hook has an opinion and no sandbox is on.
 */
export function simulateNative(
  session: NativeSession,
  call: NativeCall,
  disk: NativeDisk = NO_LINKS,
): NativeAnswer {
  const answer = judge(session, call, disk);
  if (answer.verdict === "ask" && session.mode === "dontAsk") {
    return { ...answer, verdict: "deny", why: `${answer.why}; the mode refuses what it would ask` };
  }
  return answer;
}

function judge(session: NativeSession, call: NativeCall, disk: NativeDisk): NativeAnswer {
  const { command } = call.input;
  if (call.tool === "Bash" && typeof command === "string")
    return judgeBash({
      command,
      cwd: call.cwd,
      hasRunShell: call.hasRunShell === true,
      session,
      disk,
    });
  if (call.tool in FILE_TOOLS)
    return judgeFile(call, session, disk) ?? byClient("ask", "the input names no path");
  return judgeOther(session, call);
}

/** Tools without a judgement of their own: by their name, and by what stands in the brackets of their rules. */
function judgeOther(session: NativeSession, call: NativeCall): NativeAnswer {
  const tool = call.tool === "Task" ? "Agent" : call.tool;
  for (const list of ["deny", "ask"] as const) {
    const found = ruleFor(session, list, { ...call, tool });
    if (found !== undefined) return byRule(found, "a rule speaks of the call");
  }
  if (session.mode === "bypassPermissions") return byClient("allow", "the mode asks nothing");
  const allowed = ruleFor(session, "allow", { ...call, tool });
  if (allowed !== undefined) return byRule(allowed, "a rule allows the call");
  if (tool === "Agent" && hasClassifier(session))
    return byClient("ask", "the mode has a classifier for it");
  if (ASKS_NOTHING.has(tool)) return byClient("allow", "the client asks nothing about the tool");
  return byClient("ask", "no rule speaks of the call");
}

const ASKS_NOTHING: ReadonlySet<string> = new Set(["Agent", "Skill", "ToolSearch", "ListAgents"]);

function ruleFor(
  session: NativeSession,
  list: RuleList,
  call: NativeCall,
): CompiledRule | undefined {
  return session.lists[list].all.find(({ parts }) => {
    if (parts.subject === undefined) return namesTool(parts, call.tool);
    return parts.tool === call.tool && subjectMatches(parts.subject, call);
  });
}

function subjectMatches(subject: string, { tool, input }: NativeCall): boolean {
  switch (tool) {
    case "WebFetch":
      return isOfDomain(subject, input["url"]);
    case "Agent":
      return subject === input["subagent_type"];
    case "Skill":
      return isSkill(subject, input["skill"]);
    default:
      return false;
  }
}

function isOfDomain(subject: string, url: Json | undefined): boolean {
  const domain = /^domain:(.+)$/.exec(subject)?.[1]?.toLowerCase();
  const host = typeof url === "string" ? hostOf(url) : undefined;
  if (domain === undefined || host === undefined) return false;
  if (domain === "*") return true;
  return domain.startsWith("*.") ? host.endsWith(domain.slice(1)) : domain === host;
}

function hostOf(url: string): string | undefined {
  try {
    return new URL(url).hostname.toLowerCase().replace(/\.$/, "");
  } catch {
    return undefined;
  }
}

function isSkill(subject: string, skill: Json | undefined): boolean {
  if (typeof skill !== "string") return false;
  const name = skill.replace(/^\//, "");
  if (!subject.endsWith(":*")) return subject === name;
  const prefix = subject.slice(0, -2);
  return name === prefix || name.startsWith(prefix);
}
