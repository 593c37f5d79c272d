// Static scan of what MCP servers say of themselves: instructions to the model, characters nobody sees, names that look alike, parameters that carry out what is private.
import { plainLetters } from "#base/look-alike.ts";
import type { Contract, Definition, Skill } from "#govern/mcp/contract.ts";
import { shellLineIn } from "#govern/mcp/skill-shell.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";
import { harmfulSentences } from "../posture/inputs/harmful-instructions.ts";
import { hiddenText } from "../posture/inputs/instruction-text.ts";

/** What can be found; each is told with its part. */
export const SCAN_FINDINGS = [
  "hidden-instruction",
  "invisible-characters",
  "shadowing",
  "look-alike-name",
  "exfiltration-parameter",
  "broad-scope",
  "double-name",
  "shell-line",
] as const;

export type ScanFinding = {
  readonly kind: (typeof SCAN_FINDINGS)[number];
  readonly gravity: "high" | "medium";
  readonly server: string;
  /** `tool lookup`, `instructions`, ... */
  readonly part: string;
  readonly message: string;
};

export type NamedContract = { readonly server: string; readonly contract: Contract };

/** Findings of one scan, and texts of one definition that are looked at. */
const FINDINGS_MAX = 2_000;
const TEXTS_MAX = 4_000;
const DEPTH_MAX = 32;

/** Scans servers together: some findings are about one beside another. */
export function scanContracts(servers: readonly NamedContract[]): readonly ScanFinding[] {
  const names = servers.flatMap(({ server, contract }) =>
    contract.tools.map(({ name }) => ({ server, name })),
  );
  return servers
    .flatMap(({ server, contract }) => [
      ...textFindings(server, "instructions", contract.instructions ?? "", names),
      ...contract.tools.flatMap((tool) => definitionFindings(server, "tool", tool, names)),
      ...contract.prompts.flatMap((one) => definitionFindings(server, "prompt", one, names)),
      ...contract.templates.flatMap((one) => definitionFindings(server, "template", one, names)),
      ...(contract.resources ?? []).flatMap((one) =>
        definitionFindings(server, "resource", one, names),
      ),
      ...(contract.skills ?? []).flatMap((one) =>
        skillFindings(server, one, contract.texts?.[one.uri] ?? "", names),
      ),
      ...doubleNames(server, contract),
    ])
    .concat(alikeNames(names))
    .slice(0, FINDINGS_MAX);
}

type NamedTool = { readonly server: string; readonly name: string };

function definitionFindings(
  server: string,
  kind: string,
  definition: Definition,
  names: readonly NamedTool[],
): readonly ScanFinding[] {
  const part = `${kind} ${definition.name}`;
  const found = new Map<string, ScanFinding>();
  for (const text of textsIn(definition as Json))
    for (const one of textFindings(server, part, text, names)) found.set(one.kind, one);
  return [...found.values(), ...parameterFindings(server, part, definition)];
}

/** What is said in the head of a skill and in its text, and whether it brings shell lines. */
function skillFindings(
  server: string,
  skill: Skill,
  text: string,
  names: readonly NamedTool[],
): readonly ScanFinding[] {
  const { name } = skill.frontmatter;
  const part = `skill ${name}`;
  const found = new Map<string, ScanFinding>();
  const head = definitionFindings(server, "skill", { ...skill, name }, names);
  for (const one of [...head, ...textFindings(server, part, text, names)]) found.set(one.kind, one);
  const line = shellLineIn(text);
  if (line !== undefined)
    found.set("shell-line", {
      kind: "shell-line",
      gravity: "high",
      server,
      part,
      message: `line ${line} of its text is a shell line: it is not passed on`,
    });
  return [...found.values()];
}

/** A character of the plane of tags, of direction, or without width. */
// oxlint-disable-next-line no-misleading-character-class -- each is looked for alone
const UNSEEN =
  /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]|[\u{e0000}-\u{e007f}]/u;

function textFindings(
  server: string,
  part: string,
  text: string,
  names: readonly NamedTool[],
): readonly ScanFinding[] {
  const found: ScanFinding[] = [];
  const tell = (kind: ScanFinding["kind"], gravity: ScanFinding["gravity"], message: string) =>
    found.push({ kind, gravity, server, part, message });
  if (UNSEEN.test(text))
    tell("invisible-characters", "high", "it holds characters that nobody sees, and a model reads");
  const plain = text.replace(new RegExp(UNSEEN, "gu"), "");
  if (harmfulSentences(plain).length > 0 || tellsPrivately(plain))
    tell("hidden-instruction", "high", "it tells the model to do something beside its purpose");
  else if (hiddenText(plain).length > 0)
    tell(
      "hidden-instruction",
      "medium",
      "it holds text that a person does not see where it is shown",
    );
  const other = names.find((one) => one.server !== server && isOrderAbout(one.name, plain));
  if (
    other !== undefined ||
    /\b(?:when|whenever|before|instead of)\b[^.]{0,60}\btools?\b[^.]{0,60}\b(?:server|mcp)\b[^.]{0,120}\b(?:always|must|never|do not|instead)\b/i.test(
      plain,
    )
  )
    tell(
      "shadowing",
      "high",
      other === undefined
        ? "it says how tools of another server are to be used"
        : `it speaks of \`${other.name}\`, a tool of the server \`${other.server}\``,
    );
  return found;
}

/** Words by which descriptions give orders that the person is not to see. */
function tellsPrivately(text: string): boolean {
  return (
    /<(?:important|system|secret|instructions?|hidden)>/i.test(text) ||
    /\b(?:do not|don't|never|without)\s+(?:tell|mention|inform|telling|mentioning|informing|show|showing|alert|alerting)\b[^.]{0,40}\b(?:user|person|human|anyone|this)\b/i.test(
      text,
    ) ||
    /\b(?:read|open|load|fetch|get|cat)\b[^.]{0,40}(?:~\/|\/home\/|\/root\/)?\.(?:ssh|aws|env|netrc|npmrc|kube|gnupg|claude)\b/i.test(
      text,
    )
  );
}

/** A name that is no everyday word, with an order near it. */
function isOrderAbout(name: string, text: string): boolean {
  if (!/[_-]|[a-z][A-Z]/.test(name) || name.length < 6) return false;
  const at = text.indexOf(name);
  if (at < 0) return false;
  const near = text.slice(Math.max(0, at - 120), at + name.length + 160);
  return /\b(?:always|must|never|instead|do not|don't|before|first|bcc|append|replace|ignore)\b/i.test(
    near,
  );
}

/** Parameters in which a server asks for what is not its own to know. */
const PRIVATE_PARAMETER =
  /^(?:(?:full_?|whole_?|entire_?)?(?:conversation|chat)(?:_?(?:history|log|context|transcript))?|(?:message|session)_?(?:history|transcript)|system_?prompt|(?:model|assistant)_?(?:context|reasoning|instructions?)|tools?_?list|available_?tools|env(?:ironment)?(?:_?(?:vars?|variables?))?|all_?files|(?:ssh|private|api|access|secret)_?keys?|credentials?|passwords?|side_?note|scratch_?pad)$/i;
const PRIVATE_MEANING =
  /\b(?:(?:whole|entire|full|complete|all(?: of)?(?: the)?)\s+(?:conversation|chat|context|system prompt|session)|system prompt|contents? of (?:~|\.env|\/)|(?:private|ssh|api) keys?|environment variables)\b/i;
const RUNS = /^(?:command|cmd|shell|script|code|bash|exec|expression|eval)$/i;

function parameterFindings(
  server: string,
  part: string,
  definition: Definition,
): readonly ScanFinding[] {
  const schema = definition["inputSchema"];
  const found: ScanFinding[] = [];
  for (const { name, description } of parametersIn(schema)) {
    const plain = name.replace(/([a-z])([A-Z])/g, "$1_$2");
    if (PRIVATE_PARAMETER.test(plain) || PRIVATE_MEANING.test(description))
      found.push({
        kind: "exfiltration-parameter",
        gravity: "high",
        server,
        part,
        message: `the parameter \`${name}\` asks for what the tool has no need of`,
      });
    if (RUNS.test(plain))
      found.push({
        kind: "broad-scope",
        gravity: "medium",
        server,
        part,
        message: `the parameter \`${name}\` is code or a command: the tool does whatever it is told`,
      });
  }
  return found;
}

function parametersIn(
  schema: unknown,
): readonly { readonly name: string; readonly description: string }[] {
  const found: { name: string; description: string }[] = [];
  const waiting: { value: unknown; depth: number }[] = [{ value: schema, depth: 0 }];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const { value, depth } = at;
    if (typeof value !== "object" || value === null || depth > DEPTH_MAX) continue;
    if (found.length > TEXTS_MAX) break;
    for (const [key, one] of Object.entries(value)) {
      if (key === "properties" && typeof one === "object" && one !== null)
        for (const [name, told] of Object.entries(one)) {
          const said: unknown =
            typeof told === "object" && told !== null && "description" in told
              ? told.description
              : "";
          found.push({ name, description: typeof said === "string" ? said : "" });
        }
      waiting.push({ value: one, depth: depth + 1 });
    }
  }
  return found;
}

function folded(name: string): string {
  return plainLetters(name)
    .toLowerCase()
    .replaceAll(/[\s_.-]/g, "");
}

function alikeNames(names: readonly NamedTool[]): readonly ScanFinding[] {
  const seen = new Map<string, NamedTool>();
  const found: ScanFinding[] = [];
  for (const one of names) {
    const isMixed = /[A-Za-z]/.test(one.name) && /[^\p{ASCII}]/u.test(one.name);
    const key = folded(one.name);
    const before = seen.get(key);
    const part = `tool ${one.name}`;
    const isAnother = before !== undefined && before.name !== one.name;
    if (
      isAnother ||
      (isMixed && folded(one.name) !== one.name.toLowerCase().replaceAll(/[\s_.-]/g, ""))
    )
      found.push({
        kind: "look-alike-name",
        gravity: "high",
        server: one.server,
        part,
        message: isAnother
          ? `its name looks like \`${before.name}\` of the server \`${before.server}\``
          : "its name has letters of another script that look like Latin ones",
      });
    if (before === undefined) seen.set(key, one);
  }
  return found;
}

function doubleNames(server: string, { tools }: Contract): readonly ScanFinding[] {
  const names = tools.map(({ name }) => name);
  const doubles = new Set(names.filter((name, at) => names.indexOf(name) !== at));
  return [...doubles].map((name) => ({
    kind: "double-name",
    gravity: "high",
    server,
    part: `tool ${name}`,
    message: "two tools have this name, and nobody can say which one answers",
  }));
}

function textsIn(value: Json): readonly string[] {
  const found: string[] = [];
  const waiting: { value: Json; depth: number }[] = [{ value, depth: 0 }];
  for (let at = waiting.pop(); at !== undefined && found.length < TEXTS_MAX; at = waiting.pop()) {
    if (typeof at.value === "string") found.push(at.value);
    else if (typeof at.value === "object" && at.value !== null && at.depth < DEPTH_MAX)
      for (const [key, one] of Object.entries(at.value as { readonly [key: string]: Json })) {
        if (UNSEEN.test(key)) found.push(key);
        waiting.push({ value: one, depth: at.depth + 1 });
      }
  }
  return found;
}
