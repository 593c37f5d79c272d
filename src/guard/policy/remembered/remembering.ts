// Answers that are remembered: which question of a rule a person's yes settles for later calls, and how such a question is known again.
import type { Effect } from "../../vocabulary/effect.ts";
import type { Origin } from "../../effects/model/ran-command.ts";
import type { Question } from "../decision.ts";
import { type PolicyException, type Rule, ruleName, sourceOf } from "../policy.ts";
import { type KeySources, keyText, lineOf, classesOf } from "./key-sources.ts";
import {
  type RememberedAnswers,
  type Settled,
  NO_RULE,
  UNKNOWN_EFFECT,
  answerId,
} from "./answers.ts";
import { COVERED, executeKey, WRITTEN_CHECKS } from "./execute-keys.ts";
import { anyBranch, publishedAt } from "./publish-keys.ts";
import {
  openKey,
  inputClass,
  cargoOf,
  installKey,
  historyKey,
  LASTING_SYSTEMS,
  DESTRUCTIVE,
  writeKey,
} from "./effect-keys.ts";

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
      rule,
      what,
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
