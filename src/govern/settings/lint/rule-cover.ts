// Whether a rule holds every call that another one holds, and the rules that stand idle because of it.
import { compileGlob } from "#base/glob.ts";
import { compileCommandRule } from "#guard/native/command-rule.ts";
import { type RuleText, starsMatch } from "#guard/native/rule.ts";
import type { PlacedRule } from "./rule-text.ts";
import { findingAt, type LintFinding } from "./document.ts";

type Kept = Extract<RuleText, { kind: "rule" }>;
/** A rule made ready to be compared with many. */
export type Compared = {
  readonly placed: PlacedRule;
  readonly tool: string;
  readonly isWhole: boolean;
  /** Whether its name may stand for several tools. */
  readonly isFamily: boolean;
  /** What stands for its calls: a rule that holds all of these holds the rule. */
  readonly samples: readonly string[];
  readonly holds: (sample: string) => boolean;
};
/** Stands for any text: no pattern matches it but one that takes any text. */
const ANY_TEXT = "\u0001";
/** Rules that are compared with each other; the number of comparisons is its square. */
const COMPARED_MAX = 2_000;

/** Tools whose rules are about paths. */
const PATH_TOOLS = ["Read", "Edit", "Cd"];

/** Rules of all files that another rule makes idle, or holds already. `rules` never match nothing by their form. */
export function shadowFindings(rules: readonly PlacedRule[]): readonly LintFinding[] {
  const compared = rules
    .slice(0, COMPARED_MAX)
    .flatMap((placed) => (placed.rule.kind === "rule" ? [prepared(placed, placed.rule)] : []));
  const denies = compared.filter(({ placed }) => placed.list === "deny");
  const asks = compared.filter(({ placed }) => placed.list === "ask");
  return compared.flatMap((inner, index) => {
    const { placed } = inner;
    const coveredBy = (others: readonly Compared[]) => others.find((other) => covers(other, inner));
    const deny = placed.list === "deny" ? undefined : coveredBy(denies);
    if (deny !== undefined) return [shadow("shadow/deny", placed, deny.placed)];
    const ask = placed.list === "allow" ? coveredBy(asks) : undefined;
    if (ask !== undefined) return [shadow("shadow/ask", placed, ask.placed)];
    const wider = compared.find(
      (other, at) =>
        at !== index &&
        other.placed.list === placed.list &&
        covers(other, inner) &&
        (at < index || !covers(inner, other)),
    );
    return wider === undefined ? [] : [shadow("shadow/wider", placed, wider.placed)];
  });
}

/** Whether every call that `inner` holds is held by `outer` too: it may say no where it is so, never yes where it is not. */
export function covers(outer: Compared, inner: Compared): boolean {
  if (outer.isFamily) return outer.isWhole && outer.holds(inner.tool.replaceAll("*", ANY_TEXT));
  if (outer.tool !== inner.tool) return false;
  if (outer.isWhole) return true;
  return !inner.isWhole && inner.samples.every((sample) => outer.holds(sample));
}

/** A rule as `covers` wants it. */
export function prepared(placed: PlacedRule, { tool, subject }: Kept): Compared {
  const isFamily = tool.startsWith("mcp__") || tool.includes("*");
  const base = { placed, tool, isFamily, isWhole: subject === undefined };
  if (subject === undefined) return { ...base, samples: [], holds: toolTest(tool) };
  if (tool === "Bash" || tool === "PowerShell")
    return {
      ...base,
      samples: commandSamples(subject),
      holds: compileCommandRule(subject).matches,
    };
  if (PATH_TOOLS.includes(tool)) return { ...base, ...pathParts(subject) };
  if (tool === "WebFetch") {
    const host = subject.replace(/^domain:/, "").toLowerCase();
    return {
      ...base,
      samples: [host.replaceAll("*", ANY_TEXT)],
      holds: (text) => starsMatch(host, text),
    };
  }
  return { ...base, samples: [subject], holds: (text) => text === subject };
}

function shadow(
  id: "shadow/deny" | "shadow/ask" | "shadow/wider",
  { document, start, list, text }: PlacedRule,
  by: PlacedRule,
): LintFinding {
  const where = by.document === document ? "" : ` of \`${by.document.file}\``;
  const messages = {
    "shadow/deny": `the deny rule \`${by.text}\`${where} wins: this ${list} never holds`,
    "shadow/ask": `the ask rule \`${by.text}\`${where} wins: this allow never holds`,
    "shadow/wider": `\`${by.text}\`${where} holds this already`,
  };
  return findingAt(document, start, id, {
    message: messages[id],
    fix:
      id === "shadow/wider"
        ? `take \`${text}\` out`
        : "take one of the two out, or make the other narrower",
  });
}

function pathParts(subject: string): Pick<Compared, "samples" | "holds"> {
  const { anchor, glob } = anchored(subject.toLowerCase());
  const tests = [glob, `${glob}/**`].map((one) => compileGlob(one, { ignoreCase: true }));
  const sample = glob.replaceAll("**", ANY_TEXT).replace(/[*?]/g, ANY_TEXT);
  // WHY: most rules have nothing to do with each other, and this is seen at their first letters.
  const head = anchor + glob.slice(0, /[*?[\\]|$/.exec(glob)?.index);
  const rest = anchor.length;
  return {
    samples: [anchor + sample],
    holds: (text) => text.startsWith(head) && tests.some((test) => test(text.slice(rest))),
  };
}

function toolTest(tool: string): (name: string) => boolean {
  const isServer = /^mcp__[^*]+$/.test(tool) && tool.split("__").length === 2;
  return (name) => name === tool || starsMatch(isServer ? `${tool}__*` : tool, name);
}

function commandSamples(pattern: string): readonly string[] {
  const prefix = prefixOf(pattern);
  return prefix === undefined
    ? [pattern.replaceAll("*", ANY_TEXT)]
    : [prefix, `${prefix} ${ANY_TEXT}`];
}

/** The words before `:*` or a lone star at the end. */
function prefixOf(pattern: string): string | undefined {
  const prefix = /^(.*?)(?::\*| \*)$/s.exec(pattern)?.[1];
  return prefix?.includes("*") ? undefined : prefix;
}

/**
 * A path pattern as a glob below its anchor. As in gitignore one without a slash holds at every depth. WHY the anchor
 * apart: where one slash or a tilde lead is not known here, so only patterns of one anchor are compared.
 */
function anchored(path: string): { readonly anchor: string; readonly glob: string } {
  const clean = path.replace(/^(?:\.\/)+/, "").replace(/\/+$/, "");
  const anchor = /^(?:\/\/|~\/|\/)/.exec(clean)?.[0] ?? "";
  const rest = clean.slice(anchor.length);
  const isAnchored = anchor !== "" || rest.includes("/") || rest === "**";
  // A separator of its own keeps `/x` and `//x` apart.
  return { anchor: `${anchor}:`, glob: `/${isAnchored ? rest : `**/${rest}`}` };
}
