// Checks of one rule's form: what the client drops, and what it keeps and never matches.
import type { RuleText } from "#guard/native/rule.ts";
import type { Catalogue } from "../catalogue.ts";
import type { CheckId } from "./checks.ts";
import { commandFormRemarks } from "./command-forms.ts";
import { pathFormRemarks } from "./path-forms.ts";
import type { CheckRemark, FormSubject } from "./rule-remark.ts";
import type { RuleList } from "./rule-text.ts";
import { searchFormRemarks, webFormRemarks } from "./web-forms.ts";

/** What is wrong with a rule's form. `isIdle`: it never matches, so nothing else need be said of it. */
export function formRemarks(
  rule: RuleText,
  { list, text }: { readonly list: RuleList; readonly text: string },
  catalogue: Catalogue,
): { readonly remarks: readonly CheckRemark[]; readonly isIdle: boolean } {
  if (text !== text.trim() && text.trim() !== "") {
    const fix = `write \`${text.trim()}\``;
    const message = "spaces around a rule belong to it: it matches nothing";
    return { remarks: [{ id: "rule/spaces", message, fix }], isIdle: true };
  }
  if (rule.kind === "malformed")
    return { remarks: [{ id: "rule/malformed", message: rule.why, fix: rule.fix }], isIdle: true };
  const form = { ...rule, list, text };
  const tool = toolRemark(form, catalogue);
  if (tool !== undefined) return { remarks: [tool], isIdle: tool.id !== "rule/old-name" };
  const remarks = subjectRemarks(form, catalogue);
  // A line that is allowed as a whole works; what stands beside its severity says so.
  return {
    remarks,
    isIdle: remarks.some(({ id, severity }) => IDLE.has(id) && severity === undefined),
  };
}

/** Checks after which a rule is known to match nothing. */
const IDLE: ReadonlySet<CheckId> = new Set([
  "rule/path-of-wrong-tool",
  "rule/absolute-path",
  "rule/negation",
  "rule/path-prefix",
  "rule/field-name",
  "rule/spaces",
  "rule/url",
  "rule/no-domain",
  "rule/search-wildcard",
  "rule/prefix-misplaced",
  "rule/star-before-prefix",
  "rule/alternation",
  "rule/compound",
  "rule/regular-expression",
]);

function subjectRemarks(form: FormSubject, catalogue: Catalogue): readonly CheckRemark[] {
  const known = catalogue.tools.find(({ name }) => name === form.tool);
  if (form.tool === "WebFetch") return webFormRemarks(form);
  if (form.tool === "WebSearch") return searchFormRemarks(form);
  const named = fieldRemark(form);
  if (named !== undefined && known !== undefined) return [named];
  if (known?.bracket === "command") return commandFormRemarks(form);
  if (known?.bracket === "path" || known?.bracket === "none")
    return pathFormRemarks(form, known.real);
  return [];
}

function toolRemark(
  { tool, subject, list }: FormSubject,
  { tools, renamed }: Catalogue,
): CheckRemark | undefined {
  const other = otherNotation(tool, subject);
  if (other !== undefined) return other;
  if (tool.startsWith("mcp__")) return mcpRemark(tool, subject, list);
  if (tool.includes("*")) return wildcardRemark(tool, list);
  const newName = renamed.find(({ name }) => name === tool)?.to;
  if (newName !== undefined) {
    const message = `\`${tool}\` is the old name of \`${newName}\`; the client still takes it`;
    return { id: "rule/old-name", message, fix: `write \`${newName}\`` };
  }
  if (tools.some(({ name }) => name === tool)) return undefined;
  const near = tools.find(({ name }) => name.toLowerCase() === tool.trim().toLowerCase())?.name;
  return {
    id: "rule/unknown-tool",
    message: `no tool is called \`${tool}\`: the rule matches nothing`,
    fix: near === undefined ? toolAdvice(tool) : `write \`${near}\``,
  };
}

/** Tools in a notation that rules do not have: alternatives, regular expressions. */
function otherNotation(tool: string, subject: string | undefined): CheckRemark | undefined {
  const names = tool.split("|");
  if (names.length > 1 && names.every((name) => /^\w[\w*-]*$/.test(name))) {
    const rest = subject === undefined ? "" : `(${subject})`;
    return {
      id: "rule/alternation",
      message: "a bar is no alternative in a rule: this one matches nothing",
      fix: `write ${names.map((name) => `\`${name}${rest}\``).join(" and ")}`,
    };
  }
  if (!/^\^|\$$|\w\.[*+]|\\[wdsb.]|\[[^\]]+\][*+]/.test(tool) || /^mcp__\.\*$/.test(tool))
    return undefined;
  return {
    id: "rule/regular-expression",
    message: "rules are no regular expressions: no tool has this name",
    fix: "name the tool, or `mcp__server__*` for all tools of one server",
  };
}

/** Names that people write for tools that exist under another. */
function toolAdvice(tool: string): string {
  if (/^(?:shell|sh|exec|execute|terminal|command|run)$/i.test(tool))
    return "commands are `Bash(...)`";
  if (/[,|]/.test(tool)) return "write one rule for each tool";
  return "name a tool of the client, or `mcp__server__tool`";
}

function mcpRemark(
  tool: string,
  subject: string | undefined,
  list: RuleList,
): CheckRemark | undefined {
  if (subject !== undefined) {
    return {
      id: "rule/mcp-brackets",
      message: "rules about MCP tools take no brackets: the client drops this one",
      fix: `write \`${tool}\`, or a hook for what the call holds`,
    };
  }
  const server = /^mcp__([\s\S]*?)(?:__|$)/.exec(tool)?.[1] ?? "";
  return list === "allow" && server.includes("*") ? wildcardRemark(tool, list) : undefined;
}

function wildcardRemark(tool: string, list: RuleList): CheckRemark | undefined {
  if (list === "allow") {
    return {
      id: "rule/wildcard-tool",
      message: `an allow rule may not name tools by a wildcard: the client drops \`${tool}\``,
      fix: "name the tools, or `mcp__server__*` for all tools of one server",
    };
  }
  if (tool !== "*") return undefined;
  return {
    id: "rule/wildcard-tool",
    severity: "warning",
    message: "this takes every tool away from the model",
    fix: "name the tools that are meant",
  };
}

/** Fields of calls that people write before what a rule holds, as other notations have it. */
const FIELD = /^(?:command|cmd|file_path|filePath|notebook_path|path|pattern|glob)\s*[:=]\s*(?=\S)/;

/** Measured: the field is taken for a part of the command or the path. */
function fieldRemark({ tool, subject = "" }: FormSubject): CheckRemark | undefined {
  const [field] = FIELD.exec(subject) ?? [];
  const rest = subject.slice(field?.length);
  if (field === undefined || /^:?\*+$/.test(rest)) return undefined;
  return {
    id: "rule/field-name",
    message: "rules name no field of a call: this one matches nothing",
    fix: `write \`${tool}(${rest})\``,
  };
}
