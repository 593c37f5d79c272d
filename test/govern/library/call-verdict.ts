// Calls of any tool as one line of text, and what a policy says of them: `ls`, `@Read a.txt`, `@WebFetch https://a.example`.
import { join } from "node:path";
import type { SessionFacts } from "#guard/facts/facts.ts";
import type { Verdict } from "#guard/policy/decision.ts";
import type { Policy } from "#guard/policy/policy.ts";
import type { ToolInput } from "#guard/toolcall/tool-call.ts";
import { judgeWithFacts } from "#surface/services/facts/judge.ts";
import { placesOf, plainShell, type TestProject } from "../../judging.ts";

/** The verdict of a policy on a call in a project. */
export async function verdictOfCall(
  project: TestProject,
  text: string,
  { policy, session }: { readonly policy: Policy; readonly session?: Partial<SessionFacts> },
): Promise<Verdict> {
  const [, tool = "Bash", word = text] = /^@(\w+) (.*)$/s.exec(text) ?? [];
  const { decision } = await judgeWithFacts({
    call: { id: "call", tool, cwd: project.project, input: inputOf(tool, word, project) },
    policy,
    session: { ...project.session, ...session },
    shell: plainShell("bash"),
    answer: project.answer,
    ...placesOf(project, session),
  });
  return decision.verdict;
}

function inputOf(tool: string, word: string, { project, home }: TestProject): ToolInput {
  const inProject = word.startsWith("/") ? word : join(project, word);
  const path = word.startsWith("~/") ? join(home, word.slice(2)) : inProject;
  switch (tool) {
    case "Bash":
      return { kind: "bash", command: word, background: false, sandboxOff: false };
    case "Read":
      return { kind: "read", path };
    case "Write":
      return { kind: "write", path, content: "x" };
    case "Edit":
    case "NotebookEdit":
      return { kind: "edit", path, newText: "x" };
    case "Glob":
      return { kind: "search", finds: "names", root: path, filters: [] };
    case "Grep":
      return { kind: "search", finds: "content", root: path, filters: [] };
    case "WebFetch":
      return { kind: "fetch", url: word };
    case "WebSearch":
      return { kind: "web-search", query: word };
    case "Agent":
      return { kind: "agent", prompt: word, isolation: "none" };
    default:
      throw new Error(`there is no such tool: ${tool}`);
  }
}
