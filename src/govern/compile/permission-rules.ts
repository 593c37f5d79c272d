// One rule of a policy as rules of the client: what they hold of it, and what of it no rule of the client can say.
import { globsIntersect, hasMagic } from "#base/glob.ts";
import { mcpPattern } from "#guard/policy/mcp-calls.ts";
import type { CommandPattern, Condition, Rule } from "#guard/policy/policy.ts";
import { namesCargo } from "#guard/policy/side-conditions.ts";
import { isRuleOfProcesses } from "#guard/policy/process-files.ts";
import type { Patterns } from "#guard/policy/sandbox-patterns.ts";
import { CLIENT_FILES, commandForms, WRITTEN_FILES } from "./command-forms.ts";
import { rulePatterns } from "./path-patterns.ts";
import type { Scope } from "./target.ts";

/** What the client's rules hold of a rule: nothing, some ways, or all of it. */
export type Extent = "none" | "part" | "whole";

/** Rules of the client for one of the policy, in the list of its verdict. */
export type NativeRules = {
  readonly rules: readonly string[];
  readonly extent: Extent;
  /** Why some of it, or all of it, is in no rule. */
  readonly left: readonly string[];
};

/** Kinds of effect of which a rule speaks that means a tool and not what it does. */
const EVERY_EFFECT_MIN = 9;

/** Files of ours that the agent may not change, and those that it may not read. All paths absolute. */
export type OwnFiles = { readonly changed: readonly string[]; readonly read: readonly string[] };

/** Gives the client's rules for a rule of the policy. */
export function nativeRulesFor(rule: Rule, scope: Scope, own: OwnFiles): NativeRules {
  const { when, verdict } = rule;
  const unseen = unseenCondition(when);
  if (unseen !== undefined)
    return nothing(`it depends on ${unseen}, which no rule of the client sees`);
  if (when.mcp !== undefined || when.exceptMcp !== undefined) return mcpRules(rule);
  if (when.tools !== undefined) return toolRules(when, when.tools);
  if (when.commands !== undefined) return commandRules(when.commands, verdict);
  if (verdict === "allow") return allowRules(when);
  return joined([
    fileRules(when, scope),
    hostRules(when),
    spelledRules(when),
    writtenFileRules(when, scope),
    tamperRules(when, scope, own),
    programRules(when),
  ]);
}

/** The rules beside a sandbox, without those about processes. */
export function withoutProcesses({ rules, extent, left }: NativeRules): NativeRules {
  const kept = rules.filter((text) => !isRuleOfProcesses(text));
  if (kept.length === rules.length) return { rules, extent, left };
  const why = "files of processes, beside a sandbox that has processes of its own alone";
  return { rules: kept, extent: kept.length === 0 ? "none" : extent, left: [...left, why] };
}

/**
 * The client's rules for the files and hosts that a rule of the policy names, one at a time. `lifted` are globs that a person
 * excepted for now: no rule is left that means one of them. Nothing is said of a whole machine, or of a tool without a place.
 */
export function placeRulesFor(
  rule: Rule,
  scope: Scope,
  lifted: readonly string[] = [],
): readonly string[] {
  const { when } = rule;
  const isOther = [when.mcp, when.exceptMcp, when.tools, when.commands].some(
    (condition) => condition !== undefined,
  );
  if (isOther || unseenCondition(when) !== undefined) return [];
  const exceptPaths = when.exceptPaths ?? [];
  const paths = when.paths?.flatMap((glob) =>
    exactPatterns(glob, exceptPaths, scope).kind === "none"
      ? [glob, ...(NARROWER[glob] ?? [])]
      : [glob],
  );
  const named = paths === undefined ? when : { ...when, paths };
  return joined([fileRules(named, scope, lifted), hostRules(when)]).rules.filter(
    (text) => /\(.+\)$/.test(text) && !/\((?:\/\/)?\*\*\)$/.test(text),
  );
}

function unseenCondition(when: Condition): string | undefined {
  const { modes, branches, ci, labels, hours, detectors, chains } = when;
  if (modes !== undefined) return "the permission mode";
  if (branches !== undefined) return "the branch";
  if (ci !== undefined) return "whether it is CI";
  if (labels !== undefined) return "the session's labels";
  if (hours !== undefined) return "the time";
  if (chains !== undefined) return "what came before in the session";
  return detectors === undefined ? undefined : "what the call holds";
}

function toolRules(when: Condition, tools: readonly string[]): NativeRules {
  if (
    when.effects.length < EVERY_EFFECT_MIN ||
    when.paths !== undefined ||
    when.hosts !== undefined
  )
    return nothing("a rule of the client cannot name a tool together with an effect");
  const named = tools.filter((tool) => !tool.includes("*") || /^mcp__[\w-]+__\*$/.test(tool));
  const left =
    tools.length === named.length ? [] : ["the client takes `*` in names of MCP tools alone"];
  return { rules: named, extent: left.length === 0 ? "whole" : "part", left };
}

/** WHY none that allow: the client would answer before anybody looks at what the call holds. */
function mcpRules({ verdict, when: { mcp = [], exceptMcp, tools } }: Rule): NativeRules {
  if (verdict === "allow") return nothing("only the hook allows tools of MCP servers");
  if (exceptMcp !== undefined || tools !== undefined)
    return nothing("a rule of the client has no exceptions for MCP tools");
  const named = mcp.map(mcpPattern).filter((one) => isClientName(one.server, one.tool));
  const left = mcp.length === named.length ? [] : ["the client takes `*` in place of a tool alone"];
  return {
    rules: named.map(({ server, tool }) => `mcp__${server}__${tool}`),
    extent: named.length === 0 ? "none" : left.length === 0 ? "whole" : "part",
    left,
  };
}

function isClientName(server: string, tool: string): boolean {
  return /^[\w-]+$/.test(server) && /^(?:\*|[\w-]+)$/.test(tool);
}

function commandRules(commands: readonly CommandPattern[], verdict: Rule["verdict"]): NativeRules {
  const rules: string[] = [];
  const left = new Set<string>();
  for (const { words, exact } of commands) {
    const line = words.join(" ");
    if (words[0] === "*" || /[()*\\]|\p{Cc}/u.test(line))
      left.add("a pattern of words has no counterpart among the client's rules");
    else if (exact) rules.push(`Bash(${line})`);
    // WHY not for allow: with what may follow the command does more than the policy allows of it.
    else if (verdict === "allow")
      left.add("a beginning of a command would allow whatever follows it");
    else rules.push(`Bash(${line}:*)`);
  }
  if (verdict !== "allow" && rules.length > 0) left.add("other spellings of the same command");
  return { rules, extent: rules.length === 0 ? "none" : "part", left: [...left] };
}

/** WHY so few: the hook answers for what is proven; a rule of the client would answer for what is not. */
function allowRules(when: Condition): NativeRules {
  const isPlainHost =
    when.effects.length === 1 &&
    when.effects[0] === "egress" &&
    when.exceptHosts === undefined &&
    !namesCargo(when);
  const hosts = isPlainHost ? (when.hosts ?? []).filter(isHostName) : [];
  if (hosts.length === 0) return nothing("only the hook allows by effects");
  return {
    rules: hosts.map((host) => `WebFetch(domain:${host})`),
    extent: "part",
    left: ["commands that reach the host"],
  };
}

function fileRules(when: Condition, scope: Scope, lifted: readonly string[] = []): NativeRules {
  const tools = [
    ...(when.effects.includes("read") && when.operations === undefined ? ["Read"] : []),
    ...(when.effects.includes("write") && isAnyWrite(when) ? ["Edit"] : []),
  ];
  const isAboutFiles = ["read", "write", "delete"].some((kind) =>
    when.effects.some((effect) => effect === kind),
  );
  if (!isAboutFiles) return nothing();
  if (tools.length === 0)
    return nothing("the client has no rule that means deleting, or one way of writing alone");
  const rules: string[] = [];
  const left = new Map<string, string[]>();
  for (const glob of when.paths ?? ["/**"]) {
    const found = exactPatterns(glob, when.exceptPaths ?? [], scope, lifted);
    if (found.kind === "none") left.set(found.why, [...(left.get(found.why) ?? []), glob]);
    else
      for (const tool of tools)
        rules.push(...found.patterns.map((pattern) => `${tool}(${pattern})`));
  }
  const reasons = [...left].map(([why, globs]) => `${shortList(globs)}: ${why}`);
  if (rules.length > 0) reasons.push("commands in which the client does not recognize the file");
  return { rules, extent: rules.length === 0 ? "none" : "part", left: reasons };
}

/** Items that are named in a reason. */
const NAMED_MAX = 6;

function shortList(globs: readonly string[]): string {
  const more = globs.length - NAMED_MAX;
  const named = globs.slice(0, NAMED_MAX).map((glob) => `\`${glob}\``);
  return `${named.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

/**
 * The patterns of a path that mean nothing that the policy excepts: a deny rule of the client has no exceptions. Some
 * exceptions do not count, because refusing them too costs nobody anything: a name at any depth in a directory that is
 * meant whole, and a directory outside of the project for one name in full.
 */
function exactPatterns(
  glob: string,
  exceptions: readonly string[],
  scope: Scope,
  lifted: readonly string[] = [],
): Patterns {
  const all = rulePatterns(glob, scope);
  if (all.kind === "none") return all;
  const counted = [...exceptions.filter((except) => !isIncidental(glob, except)), ...lifted];
  const patterns = all.patterns.filter(
    (pattern) =>
      !counted.some((except) => globsIntersect(placedPattern(pattern, glob), placed(except))),
  );
  if (patterns.length > 0) return { kind: "patterns", patterns };
  return {
    kind: "none",
    why: "the policy excepts some of that, which no rule of the client can",
  };
}

function isIncidental(glob: string, except: string): boolean {
  const directory = glob.endsWith("/**") ? glob.slice(0, -3) : undefined;
  if (directory !== undefined && directory !== "" && !hasMagic(directory))
    return directory !== "<project>" && !except.includes(directory);
  return /^(?:\/|~\/)/.test(except) && except.endsWith("/**") && isPlainName(glob);
}

/** One name in full, at any depth. */
function isPlainName(glob: string): boolean {
  return !/^(?:\/|~\/|<project>)/.test(glob) && !hasMagic(glob);
}

/** A pattern of the client as an absolute glob: one that begins at the working directory stays in the project. */
function placedPattern(pattern: string, glob: string): string {
  return pattern.startsWith("**/") ? `${PROJECT}/${pattern}` : placed(glob);
}

/** A project and a home that stand for all. */
const HOME = "/home/anybody";
const PROJECT = `${HOME}/p`;

/** A glob as an absolute one. */
function placed(glob: string): string {
  if (glob.startsWith("/")) return glob;
  if (glob.startsWith("~/")) return `${HOME}/${glob.slice(2)}`;
  if (glob === "<project>" || glob.startsWith("<project>/")) return `${PROJECT}${glob.slice(9)}`;
  return `/**/${glob.replace(/^(?:\*\*\/)+/, "")}`;
}

function isAnyWrite({ operations }: Condition): boolean {
  return operations === undefined || ["create", "change"].every((one) => operations.includes(one));
}

function hostRules(when: Condition): NativeRules {
  if (!when.effects.includes("egress")) return nothing();
  if (namesCargo(when)) return nothing("the client does not see what is sent");
  if (when.exceptHosts !== undefined)
    return nothing("a rule of the client has no exceptions for hosts");
  if (when.hosts === undefined)
    return {
      rules: ["WebFetch", "WebSearch"],
      extent: "part",
      left: ["commands that reach a host"],
    };
  const named = when.hosts.filter(isHostName);
  const words = when.hosts.filter((host) => !isHostName(host));
  return {
    rules: named.map((host) => `WebFetch(domain:${host})`),
    extent: named.length === 0 ? "none" : "part",
    left: [
      ...words.map((word) => `\`${word}\` is a word of the policy and no host`),
      ...(named.length === 0 ? [] : ["commands that reach the host"]),
    ],
  };
}

function isHostName(host: string): boolean {
  return host.includes(".") && /^(?:\*\.)?[A-Za-z0-9.-]+$/.test(host);
}

function spelledRules(when: Condition): NativeRules {
  if (when.refs !== undefined) return nothing("the client does not see which branch is meant");
  if (when.recoverable !== undefined)
    return nothing("the client does not see whether git could give the work back");
  const { remotes, exceptRemotes, registries, exceptRegistries, managers, systems } = when;
  const places = [remotes, exceptRemotes, registries, exceptRegistries, managers, systems];
  if (places.some((one) => one !== undefined))
    return nothing("the client does not see which remote, registry or system is meant");
  const forms = commandForms(when);
  if (forms.length === 0) return nothing();
  return {
    rules: forms.map(({ rule }) => `Bash(${rule})`),
    extent: "part",
    left: ["every other way to do it"],
  };
}

function writtenFileRules(when: Condition, scope: Scope): NativeRules {
  if (!when.effects.includes("persist") || when.paths !== undefined) return nothing();
  const globs = [...WRITTEN_FILES].flatMap(([operation, files]) =>
    when.operations === undefined || when.operations.includes(operation) ? files : [],
  );
  return editRules(globs, scope);
}

function tamperRules(when: Condition, scope: Scope, own: OwnFiles): NativeRules {
  if (!when.effects.includes("tamper") || when.operations !== undefined) return nothing();
  const ours = scope === "project" ? { changed: [], read: [] } : own;
  const { rules, left, extent } = editRules([...CLIENT_FILES, ...ours.changed], scope);
  return { rules: [...rules, ...ours.read.map((path) => `Read(/${path})`)], left, extent };
}

function editRules(globs: readonly string[], scope: Scope): NativeRules {
  if (globs.length === 0) return nothing();
  const patterns = globs.map((glob) => rulePatterns(glob, scope));
  return {
    rules: patterns.flatMap((found) =>
      found.kind === "none" ? [] : found.patterns.map((pattern) => `Edit(${pattern})`),
    ),
    extent: "part",
    left: ["programs that write the files by themselves"],
  };
}

function programRules(when: Condition): NativeRules {
  if (!when.effects.includes("execute")) return nothing();
  if (when.programs === undefined || when.origins !== undefined || when.reach !== undefined)
    return nothing("the client does not know where code comes from and what it may do");
  const named = when.programs.filter((program) => /^[\w./+-]+$/.test(program));
  return {
    rules: named.map((program) => `Bash(${program}:*)`),
    extent: named.length === 0 ? "none" : "part",
    left: ["the same program under another name or inside another one"],
  };
}

function joined(parts: readonly NativeRules[]): NativeRules {
  const rules = [...new Set(parts.flatMap((part) => part.rules))];
  const left = [...new Set(parts.flatMap((part) => part.left))];
  if (rules.length > 0) return { rules, extent: "part", left };
  return { rules, extent: "none", left: left.length > 0 ? left : [NO_WORD] };
}

const NO_WORD = "the client has no rule for this effect";

function nothing(...left: readonly string[]): NativeRules {
  return { rules: [], extent: "none", left };
}

const DIRECTORIES = ["<project>", "<project>/certs", "<project>/keys", "<project>/ssl"];
const KEY_DIRECTORIES = [...DIRECTORIES, "<project>/tls", "~", "~/.ssh"];

/** By glob. INVARIANT: each name is one that the glob means; test/govern/compile/client-refusals.test.ts asks it. */
export const NARROWER: Readonly<Record<string, readonly string[]>> = {
  ".env.*": [
    ...[".env.local", ".env.development", ".env.production", ".env.staging", ".env.test"],
    ...[".env.dev", ".env.prod", ".env.stage", ".env.ci", ".env.docker", ".env.secret"],
    ...[".env.*.local", ".env.bak", ".env.backup", ".env.old", ".env.*.js"],
    // Endings by which a tool of the client looks into a file before any hook is asked.
    ...["js", "cjs", "mjs", "ts", "json", "yaml", "yml", "toml", "md", "txt", "ipynb", "png"].map(
      (ending) => `.env.${ending}`,
    ),
  ],
  "*.pem": KEY_DIRECTORIES.map((directory) => `${directory}/*.pem`),
  "*.key": KEY_DIRECTORIES.map((directory) => `${directory}/*.key`),
  ".npmrc": ["~/.npmrc"],
  "~/.ssh/**": [
    ...["~/.ssh/config", "~/.ssh/*_rsa", "~/.ssh/*_dsa", "~/.ssh/*_ecdsa", "~/.ssh/*_ed25519"],
    ...["~/.ssh/*_sk", "~/.ssh/*_key"],
  ],
  "~/.cargo/credentials*": ["~/.cargo/credentials", "~/.cargo/credentials.toml"],
  "~/.terraform.d/credentials*": ["~/.terraform.d/credentials.tfrc.json"],
  "~/.mozilla/**/cookies.sqlite*": ["~/.mozilla/**/cookies.sqlite"],
  "~/.thunderbird/**/cookies.sqlite*": ["~/.thunderbird/**/cookies.sqlite"],
  ".vault_pass*": [".vault_pass", ".vault_pass.txt"],
  ".ansible-vault-pass*": [".ansible-vault-pass"],
  "~/.authinfo*": ["~/.authinfo", "~/.authinfo.gpg"],
};
