// Answers that are remembered: which question of a rule a person's yes settles for later calls, and how such a question is known again.
import { compileGlob } from "#base/glob.ts";
import type { Finding } from "../content/detection/finding.ts";
import type { DataSource, Effect } from "../vocabulary/effect.ts";
import type { FactReader } from "../facts/fact-reader.ts";
import { parseDestination } from "../effects/network/destination.ts";
import { pushAddresses } from "../effects/git/push.ts";
import type { GitFacts } from "../facts/facts.ts";
import { literal } from "../shell/values/text.ts";
import type { Origin, RanCommand } from "../effects/model/ran-command.ts";
import type { Json, ToolCall } from "../toolcall/tool-call.ts";
import { isEffectOf } from "./commands.ts";
import type { Decision, Question } from "./decision.ts";
import type { PlaceTests } from "./condition-places.ts";
import { mayMatch } from "./match.ts";
import { isRoutineCheck } from "./routine-checks.ts";
import { type PolicyException, type Policy, type Rule, ruleName, sourceOf } from "./policy.ts";

/** What a person said yes to before, by `answerId`, each with the time in words. */
export type RememberedAnswers = ReadonlyMap<string, string>;

/** How an answer is known again. */
export function answerId({ rule, key }: { readonly rule: string; readonly key: string }): string {
  return `${rule}\n${key}`;
}

/** Whether a person's lasting yes would keep the same call from being asked about. */
export function canLast({
  verdict,
  questions = [],
  reasons,
}: Pick<Decision, "verdict" | "questions" | "reasons">): boolean {
  const rules = new Set(questions.map(({ rule }) => rule));
  return (
    verdict === "ask" &&
    questions.length > 0 &&
    questions.every(({ key, isShort }) => key !== undefined && isShort !== true) &&
    reasons.every((reason) => reason.verdict !== "ask" || rules.has(reason.rule))
  );
}

/** Who answered. */
export type Settled =
  | { readonly by: "session"; readonly when: string }
  | { readonly by: "exception"; readonly exception: PolicyException };

/** Rule of the question about an effect that no rule of the policy speaks of. */
export const NO_RULE = "guard/no-rule";
/** Rule of the question about an effect that nobody knows. */
export const UNKNOWN_EFFECT = "guard/unknown-effect";

/** What the keys of a call's questions are made of. */
export type KeySources = {
  readonly call: ToolCall | undefined;
  readonly commands: readonly RanCommand[];
  readonly findings: readonly Finding[];
  readonly reader: FactReader;
  readonly places: PlaceTests;
  readonly policy: Policy;
  /** Of a text, the same for equal ones alone; without it nothing that depends on a file's text is remembered. */
  readonly digest?: ((text: string) => string) | undefined;
};

/** Characters of a key; what is longer is not remembered. */
const KEY_CHARS_MAX = 4_000;

/** The questions of one call, and the answers to them that are known. */
export class Remembering {
  readonly #sources: KeySources;
  readonly #known: RememberedAnswers;
  readonly #lasting = new Map<string, PolicyException>();
  readonly #used = new Set<string>();
  readonly #questions = new Map<string, Question>();

  constructor(
    sources: KeySources,
    known: RememberedAnswers,
    exceptions: readonly PolicyException[],
  ) {
    this.#sources = sources;
    this.#known = known;
    for (const exception of exceptions)
      for (const id of exception.answers ?? []) this.#lasting.set(id, exception);
  }

  /** Who answered the question of a rule about an effect before; otherwise it is noted as one of this call. */
  ofRule(rule: Rule, effect: Effect, from: readonly Origin[], what: string): Settled | undefined {
    const { policy } = this.#sources;
    const name = ruleName(rule, policy);
    const isManaged = sourceOf(rule, policy).layer === "managed";
    const key = mayBeRemembered(rule) ? this.#keyOf(effect, from) : undefined;
    const covered = key === undefined ? undefined : COVERED[key.slice(2, key.indexOf('"', 2))];
    const isPush = key !== undefined && effect.kind === "publish";
    const wide = isPush ? anyBranch(effect, this.#sources) : undefined;
    return this.#settle({ rule: name, what: covered ?? what, key, wide, isManaged });
  }

  /** The same for a rule about command lines. */
  ofCommands(rule: Rule, what: string): Settled | undefined {
    const { policy, call } = this.#sources;
    const isManaged = sourceOf(rule, policy).layer === "managed";
    const key = mayBeRemembered(rule) && call ? keyText("line", lineOf(call)) : undefined;
    return this.#settle({ rule: ruleName(rule, policy), what, key, isManaged });
  }

  /** The same for an effect that no rule speaks of. */
  ofOpen(effect: Effect, from: readonly Origin[], what: string): Settled | undefined {
    const key = this.#keyOf(effect, from) ?? openKey(effect);
    return this.#settle({ rule: NO_RULE, what, key, isManaged: false });
  }

  /** The same for an effect that nobody knows: only of a tool of an MCP server. */
  ofUnknown(effect: Effect, what: string): Settled | undefined {
    const { call, findings } = this.#sources;
    const isTool = effect.kind === "unknown" && effect.reason === "unknown-tool";
    const key =
      isTool && call?.input.kind === "mcp"
        ? keyText("mcp", call.tool, inputClass(call), classesOf(findings))
        : undefined;
    return this.#settle({ rule: UNKNOWN_EFFECT, what, key, isManaged: false });
  }

  /** Ids of the exceptions that answered. */
  used(): readonly string[] {
    return [...this.#used];
  }

  /** What nobody answered before. */
  questions(): readonly Question[] {
    return [...this.#questions.values()];
  }

  #settle(asked: {
    readonly rule: string;
    readonly what: string;
    readonly key: string | undefined;
    readonly wide?: Question["lasting"] | undefined;
    readonly isManaged: boolean;
  }): Settled | undefined {
    const { rule, what, wide, isManaged } = asked;
    const isLong = (asked.key?.length ?? 0) > KEY_CHARS_MAX;
    const key = isLong ? undefined : asked.key;
    if (key !== undefined) {
      const id = answerId({ rule, key });
      const when = this.#known.get(id);
      if (when !== undefined) return { by: "session", when };
      // WHY: what is managed is lifted by the managed policy alone.
      const exception =
        isManaged || isOfSession(key)
          ? undefined
          : (this.#lasting.get(id) ??
            (wide && this.#lasting.get(answerId({ rule, key: wide.key }))));
      if (exception !== undefined) {
        this.#used.add(exception.id);
        return { by: "exception", exception };
      }
    }
    const question: Question = {
      ...{ rule, what },
      ...(key === undefined ? {} : { key }),
      ...(key === undefined || wide === undefined ? {} : { lasting: wide }),
    };
    const isShort = isManaged || (key !== undefined && isOfSession(key));
    this.#questions.set(
      JSON.stringify([rule, key ?? what]),
      isShort ? { ...question, isShort } : question,
    );
    return undefined;
  }

  #keyOf(effect: Effect, from: readonly Origin[]): string | undefined {
    const sources = this.#sources;
    const { call, findings } = sources;
    if (call === undefined) return undefined;
    const classes = classesOf(findings);
    switch (effect.kind) {
      case "publish": {
        const place = publishedAt(effect, sources);
        if (place === undefined || !effect.refs?.length) return undefined;
        return keyText("publish", place, effect.refs.toSorted(), classes);
      }
      case "egress": {
        const { host, scheme, port, known } = effect.destination;
        const cargo = cargoOf(effect.carries);
        if (cargo === undefined || (host === undefined && known === undefined)) return undefined;
        // A host that only the program knows is the same one as long as the command is.
        const line = host === undefined ? lineOf(call) : [];
        return keyText(
          "send",
          ...[scheme ?? "", host ?? known ?? "", port ?? 0, effect.asks === true],
          ...[cargo, classes, line],
        );
      }
      case "execute":
        return executeKey(effect, from, sources);
      case "install":
        return installKey(effect, sources);
      case "history":
        return historyKey(effect, sources);
      case "deploy": {
        const { system, operation } = effect;
        if (LASTING_SYSTEMS.includes(system) || DESTRUCTIVE.test(operation)) return undefined;
        return keyText("deploy", system, operation, lineOf(call), classes);
      }
      case "write":
        return writeKey(effect, sources, classes);
      case "read":
      case "delete":
      case "privilege":
      case "persist":
      case "tamper":
      case "unknown":
        return undefined;
      default:
        return effect satisfies never;
    }
  }
}

/**
 * The repository that gets something, as its address. WHY the same for a request at its forge: what it asks others to take is
 * the branch that was pushed there. What a registry or a release page has got cannot be taken back.
 */
function publishedAt(
  { channel, destination, refs }: Effect & { kind: "publish" },
  { call, reader }: KeySources,
): string | undefined {
  if (channel === "git") return destination;
  if (channel !== "release" || refs === undefined || call === undefined) return undefined;
  const repository = repositoryOf(call, reader);
  const [url, ...others] = repository === undefined ? [] : pushAddresses(repository);
  const isThere = url !== undefined && others.length === 0 && hostOf(url) === destination;
  return isThere ? url : undefined;
}

/** The host of an address as git takes it. */
function hostOf(url: string): string | undefined {
  return parseDestination(literal(url), "ssh").host;
}

function repositoryOf({ cwd }: ToolCall, reader: FactReader): GitFacts | undefined {
  const answer = reader.ask({ kind: "git", directory: cwd });
  return answer?.kind === "git" ? answer.repository : undefined;
}

/** Branches that others build on, whatever a policy names. */
const SHARED_BRANCH =
  /^(?:main|master|trunk|dev|develop|stable|staging|prod|production|gh-pages)$|^releases?\//;

/**
 * The lasting form of a yes to a push or a request: for whichever branch is at hand, as long as no rule speaks of it by name.
 * Branches come and go in a day.
 */
function anyBranch(
  effect: Effect & { kind: "publish" },
  sources: KeySources,
): { readonly key: string; readonly what: string } | undefined {
  const { call, reader, policy, findings } = sources;
  const [ref, ...others] = effect.refs ?? [];
  if (call === undefined || ref === undefined || others.length > 0) return undefined;
  const place = publishedAt(effect, sources);
  const branch = repositoryOf(call, reader)?.branch;
  const isNamed = policy.rules.some(({ when }) =>
    when.refs?.some((glob) => compileGlob(glob)(ref)),
  );
  if (place === undefined || ref !== branch || SHARED_BRANCH.test(ref) || isNamed) return undefined;
  return {
    key: keyText("publish-branch", place, classesOf(findings)),
    what: `publishes the branch at hand to \`${place}\`, other than branches such as \`main\` and those that the policy names`,
  };
}

/** Deploy effects of these systems may lose what nobody gets back, whatever the operation is called. */
const LASTING_SYSTEMS: readonly string[] = ["database", "storage", "machine", "agent"];
const DESTRUCTIVE = /destroy|delete|drop|remove|purge|prune|wipe|down|uninstall|rollback|off/;

/**
 * Whether a yes to a rule's question may settle later ones. Never where the rule is about secrets: about values that
 * detectors found, about keys that are sent, or by its name. WHY not of a rule that denies: it asks only where it cannot be
 * told whether it holds.
 */
function mayBeRemembered({ id, verdict, when, remembered }: Rule): boolean {
  if (verdict !== "ask" || remembered === false) return false;
  if (when.detectors !== undefined || /(?:^|[/-])secrets?(?:[/-]|$)/.test(id)) return false;
  const kinds = when.carries ?? [];
  return !kinds.some((kind) => kind === "environment" || kind === "variable");
}

function keyText(...parts: readonly Json[]): string {
  return JSON.stringify(parts);
}

/** The call's command as it stands, and where: the same line again. */
function lineOf({ input, cwd, tool }: ToolCall): Json[] {
  return [tool, input.kind === "bash" ? input.command : JSON.stringify(input), cwd];
}

/** The families of what detectors found in the call, each with how sure that is. */
function classesOf(findings: readonly Finding[]): string[] {
  return [...new Set(findings.map(({ family, tier }) => `${family}-${tier}`))].sort();
}

/** What is sent, as classes; undefined where it may be anything, or keys. */
function cargoOf(carries: readonly DataSource[]): string[] | undefined {
  const found = new Set<string>();
  for (const source of carries) {
    switch (source.kind) {
      case "argument":
      case "repository":
        found.add(source.kind);
        break;
      case "network":
        if (source.destination.host === undefined) return undefined;
        found.add(`network ${source.destination.host}`);
        break;
      case "file":
        if (source.target.kind !== "path") return undefined;
        found.add(`file ${source.target.real} ${source.target.reach}`);
        break;
      case "environment":
      case "variable":
      case "processes":
      case "unknown":
        return undefined;
      default:
        source satisfies never;
    }
  }
  return [...found].sort();
}

/** Programs whose further words only choose which tests or files of the project they run over. */
const RUNNERS =
  /^(?:pytest|py\.test|vitest|jest|mocha|tsc|eslint|ruff|mypy|tox|phpunit|rspec|(?:npm|yarn|pnpm|bun|go|cargo|deno) test)$/;

/** What a yes covers that covers more than the call, by the first word of its key. */
const COVERED: Readonly<Record<string, string>> = {
  checks: "runs tests, builds and checks of this project",
  "checks-written": "runs tests, builds and checks over code that was written in this session",
};

/** Tests, builds and checks of a project, and the same of what the session wrote: that counts in the session alone. */
const CHECKS = "checks";
const WRITTEN_CHECKS = "checks-written";

/**
 * Tests, builds and checks of a project together, its other code by the command that runs it; other programs by the whole
 * line. What the session wrote only where a test, build or check runs it.
 */
function executeKey(
  effect: Effect & { kind: "execute" },
  from: readonly Origin[],
  { call, commands }: KeySources,
): string | undefined {
  const { program, origin, reach } = effect;
  if (call === undefined || program === undefined) return undefined;
  if (origin === "system" || origin === "inline") return keyText("line", program, lineOf(call));
  if (from.length === 0 || reach !== "unbounded") return undefined;
  const own = commands.filter((command) => from.some((one) => isEffectOf(command, effect, one)));
  const moves = commands.filter(({ words: [name] }) => name === "cd" || name === "pushd");
  const where = moves.map(({ words: all }) => all);
  const isCheck = own.some(({ words }) => isRoutineCheck(words)) && where.every(staysBelow);
  // WHY one yes for all of them: each runs the same code of the project, and may do as much.
  if (isCheck && (origin === "project" || origin === "generated"))
    return keyText(origin === "project" ? CHECKS : WRITTEN_CHECKS, call.cwd);
  if (origin !== "project") return undefined;
  const words = own.map((command) => taskWords(program, command));
  const isKnown = [...words, ...where].every((line) => line.every((word) => word !== undefined));
  if (!isKnown || own.length === 0) return undefined;
  return keyText("run", program, words as string[][], call.cwd, where as string[][]);
}

/** Whether a `cd` goes to a directory below. */
function staysBelow(words: readonly (string | undefined)[]): boolean {
  return words.slice(1).every((word) => word !== undefined && !/^[/~-]|(?:^|\/)\.\./.test(word));
}

/** The words of a command without those by which a runner only chooses among files of the project. */
function taskWords(program: string, { words }: RanCommand): readonly (string | undefined)[] {
  if (!RUNNERS.test(program)) return words;
  return words.filter(
    (word, at) =>
      at === 0 || word === undefined || word.startsWith("-") || /^[/~]|(?:^|\/)\.\./.test(word),
  );
}

/**
 * How the key of an install begins of whose files only the beginning could be read. WHY it counts in the session: what the
 * session wrote is not among these files.
 */
const IN_PART = '["install-part"';
const WRITTEN = `["${WRITTEN_CHECKS}"`;

/** Whether a yes counts no longer than the session. */
function isOfSession(key: string): boolean {
  return key.startsWith(IN_PART) || key.startsWith(WRITTEN);
}

/** Packages at their versions, or what files of the project name as they are now. */
function installKey(
  { manager, packages, registry, runsScripts, locked, declared }: Effect & { kind: "install" },
  { reader, digest }: KeySources,
): string | undefined {
  const base = [manager, packages.toSorted(), registry ?? "", runsScripts] as const;
  const files = locked?.files ?? declared?.files;
  if (files === undefined) {
    const isNamed = packages.length > 0 && !packages.some((name) => /^[./~]|^file:/.test(name));
    return isNamed ? keyText("install", ...base) : undefined;
  }
  let isWhole = true;
  const texts = files.toSorted().map((path) => {
    const answer = reader.ask({ kind: "text", path });
    if (answer?.kind !== "text") return undefined;
    if (answer.text !== undefined && !answer.complete) isWhole = false;
    return [path, answer.text ?? null];
  });
  if (digest === undefined || texts.includes(undefined)) return undefined;
  return keyText(isWhole ? "install" : "install-part", ...base, digest(JSON.stringify(texts)));
}

/** Commits that are made anew on a branch, by the same command. What is lost for good is never remembered. */
function historyKey(
  { operation, remote, refs = [] }: Effect & { kind: "history" },
  { call, reader }: KeySources,
): string | undefined {
  if (call === undefined || (operation !== "rewrite" && operation !== "amend")) return undefined;
  const branch = repositoryOf(call, reader)?.branch;
  if (branch === undefined) return undefined;
  return keyText("history", operation, remote ?? "", [...refs], branch, lineOf(call));
}

/** One named file; none that a rule keeps from being read. */
function writeKey(
  { target, mode, via, at }: Effect & { kind: "write" },
  { policy, places, reader }: KeySources,
  classes: string[],
): string | undefined {
  if (target.kind !== "path" || target.reach !== "entry") return undefined;
  if (mode === "tracked" || mode === "cache") return undefined;
  const read: Effect = { kind: "read", target, via, at };
  const isKept = policy.rules.some(
    (rule) =>
      rule.verdict !== "allow" &&
      rule.when.effects.includes("read") &&
      mayMatch(rule.when, read, places, reader).answer !== "no",
  );
  return isKept ? undefined : keyText("write", target.real, classes);
}

/** An effect that no rule restricts, whole; never one that takes something away. */
function openKey(effect: Effect): string | undefined {
  const { via: _via, at: _at, ...what } = effect;
  const isPlain =
    (what.kind === "read" && what.target.kind === "path") ||
    (what.kind === "execute" && what.reach === "modelled" && what.origin === "system");
  return isPlain ? `open ${JSON.stringify(what)}` : undefined;
}

/** Tools whose names say that they only look. */
const LOOKING =
  /^(?:get|list|search|read|find|describe|fetch|show|view|lookup|count)(?:[_-]|[A-Z]|$)/;

/**
 * The class of an MCP tool's input: of a tool that only looks the names of its fields with the kinds of their values, of any
 * other the input itself.
 */
function inputClass({ input }: ToolCall): Json {
  if (input.kind !== "mcp") return null;
  const given: Json = input.input;
  if (!LOOKING.test(input.tool) || !isFields(given)) return ["exactly", JSON.stringify(given)];
  return Object.entries(given)
    .map(([name, value]) => [name, Array.isArray(value) ? "list" : typeof value])
    .sort(([one = ""], [other = ""]) => (one < other ? -1 : 1));
}

function isFields(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
