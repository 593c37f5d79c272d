// Calls that a proven sandbox contains: which questions of a policy it answers in a person's place, and why not.
import { globBase } from "#base/glob.ts";
import { baseName, isWithin, joinPath } from "#base/path.ts";
import { hostInWords } from "../../effects/headline.ts";
import { isLoopback } from "../../effects/network/destination.ts";
import type { Effect, Target } from "../../vocabulary/effect.ts";
import type { FactReader } from "../../facts/fact-reader.ts";
import type { RanCommand } from "../../effects/model/ran-command.ts";
import { entrustedPrograms } from "../../hold/entrusted.ts";
import { goesAlong } from "../../hold/moved-entries.ts";
import { type HoldNeeds, needsOf } from "../../hold/needs.ts";
import { PASSED_OVER } from "../../hold/passed-over.ts";
import { programNeeds } from "../../hold/program-needs.ts";
import { reachedHosts } from "../../hold/reached-hosts.ts";
import { readingOf } from "../../hold/registry-reading.ts";
import type { FactAnswer, ProvenSandbox, SessionFacts } from "../../facts/facts.ts";
import type { ToolCall } from "../../toolcall/tool-call.ts";
import type { Place, PlaceTests } from "../condition-places.ts";
import { mayMatch, targetOf } from "../match.ts";
import { meantBelow } from "../possible-targets.ts";
import { type Policy, type Rule, ruleName, type RuleSource, sourceOf } from "../policy.ts";
import { heldBy } from "../sandbox-holds.ts";

/** Whether a rule gives way for an effect: contained, with the words that tell it, or not and why. */
export type Containing =
  | {
      readonly isContained: true;
      readonly text: string;
      /** The file of which the call is shown a view: it holds as long as that stays in its place. */
      readonly view?: string;
    }
  /** `told`: what a person should know of it who is asked; nothing where there is no sandbox to speak of. */
  | { readonly isContained: false; readonly why: string; readonly told: string | undefined };

/** What containment of a call depends on. */
export type ContainedCall = {
  /** Undefined where what is judged is no call of a session: then nothing is contained. */
  readonly call: ToolCall | undefined;
  readonly effects: readonly Effect[];
  readonly commands: readonly RanCommand[];
  /** Files, real paths, that are read and of which nothing is shown, kept or sent. */
  readonly unseen: ReadonlySet<string>;
  /** The rules that speak of the call. */
  readonly policy: Policy;
  readonly session: SessionFacts;
  readonly reader: FactReader;
  readonly places: PlaceTests;
};

const DIGEST_CHARS = 12;
/** The surface says the same where it knows of no start: an answer is the same by either transport. */
const UNTOLD = "the session's start told nothing of a sandbox";

/** The containment of one call, worked out when a rule first asks for it. */
export class Containment {
  readonly #judged: ContainedCall;
  readonly #known = new Map<Rule, Containing>();
  #needed: HoldNeeds | undefined;

  constructor(judged: ContainedCall) {
    this.#judged = judged;
  }

  /** Whether the rule gives way; undefined for a rule that never does. */
  of(rule: Rule): Containing | undefined {
    if (rule.contained === undefined) return undefined;
    const known = this.#known.get(rule) ?? this.#workOut(rule, rule.contained.accepts);
    this.#known.set(rule, known);
    return known;
  }

  #workOut(rule: Rule, accepts: readonly string[]): Containing {
    const { call, reader } = this.#judged;
    const own = this.#whyOutside();
    if (own !== undefined || call === undefined)
      return own ?? not("it is no call of a session", undefined);
    const answer = reader.ask({ kind: "containment" });
    if (answer?.kind !== "containment") return not(UNTOLD, undefined);
    if (answer.sandbox === undefined) return not(whyOf(answer), undefined);
    const { sandbox } = answer;
    if (sandbox.perCall === true) return this.#workOutHeld(rule, sandbox, accepts);
    const excluded = sandbox.excluded.find((pattern) => this.#mayBeExcluded(pattern, call));
    if (excluded !== undefined)
      return not(
        `\`excludedCommands\` has \`${excluded}\`, which may run outside of the sandbox`,
        `your settings let \`${excluded}\` run outside of the sandbox`,
      );
    // WHY: without it an install fails there, so that nobody is helped by an answer.
    if (rule.when.effects.includes("install") && sandbox.registries.length === 0)
      return not(
        "no registry gateway runs: `sallyport gateway --help`",
        "the sandbox reaches no package registry: `sallyport gateway --help`",
      );
    const open = this.#openRule(rule, sandbox, accepts);
    if (open !== undefined) return not(open, "the sandbox would not hold all rules of the policy");
    const digest = sandbox.digest.slice(0, DIGEST_CHARS);
    return { isContained: true, text: `contained: it runs in the sandbox (proof ${digest})` };
  }

  /**
   * Whether the whole call stays in its own project, in a profile that is made for it: it reaches no host, changes nothing
   * elsewhere, and gains no rights. Then nobody needs to be asked about what no rule speaks of.
   */
  ofWholeCall(): Containing {
    const { call, session, reader } = this.#judged;
    if (call?.tool !== "Bash" || call.input.kind !== "bash" || session.mode === "plan")
      return not("it is no command of a session", undefined);
    const answer = reader.ask({ kind: "containment" });
    if (answer?.kind !== "containment" || answer.sandbox?.perCall !== true)
      return not(UNTOLD, undefined);
    const { network, writes, isPrivileged, hasEngine } = this.#needs();
    return network === "hosts" || writes.length > 0 || isPrivileged || hasEngine
      ? not("it needs more than its project", undefined)
      : { isContained: true, text: HELD_BY_PROFILE };
  }

  /**
   * Whether what it makes in the whole call's sandbox holds nothing made up: it reads no view of a file. WHY that matters: a person who takes
   * a copy back later would lose the true values. `path`: and it makes this file itself.
   */
  ofOwnMaking(path?: string): Containing {
    const whole = this.ofWholeCall();
    if (!whole.isContained) return whole;
    const { effects, session, reader } = this.#judged;
    const makes = effects.some(
      ({ kind, ...one }) => kind === "write" && "target" in one && isEntryAt(one.target, path),
    );
    if (path !== undefined && !makes) return not("it does not make it", undefined);
    // WHY all of them: what is asked for one after the other takes a round of facts each, and there are few.
    const ofViews = effects.filter((effect) => {
      if (effect.kind !== "read") return false;
      const { target } = effect;
      if (target.kind !== "path" || target.reach !== "entry")
        return target.kind !== "path" || isWithin(session.projectRoot, target.real);
      const answer = reader.ask({ kind: "shown", path: target.real });
      return answer?.kind !== "shown" || answer.as === "view";
    });
    return ofViews.length > 0 ? not("it is made of a view", undefined) : whole;
  }

  /**
   * Whether a program loads what the rule keeps, or shows nothing of it, and gets a view of it: the same names with other values, so that
   * it works and has nothing that is worth anything. WHY not of what is looked at, but lines that a view leaves as they are: whoever wants
   * to see a file would take the values for its own.
   */
  ofLoaded(rule: Rule, effect: Effect): Containing | undefined {
    if (rule.views !== true || effect.kind !== "read" || !isByPlace(rule)) return undefined;
    const { target } = effect;
    const { call, session, reader, unseen } = this.#judged;
    if (target.kind !== "path") return undefined;
    const isUnseen = target.isLoaded === true || unseen.has(target.real);
    const words = isUnseen ? undefined : target.picks;
    if (!isUnseen && words === undefined) return undefined;
    // WHY the id: lines of texts run where nobody called them.
    if (call?.tool !== "Bash" || call.input.kind !== "bash" || call.id === "") return undefined;
    if (session.mode === "plan" || !this.#isPerCall()) return undefined;
    const { network, isPrivileged } = this.#needs();
    if (isPrivileged || this.#setsUp()) return undefined;
    const asked = words === undefined ? {} : { words };
    const answer = reader.ask({ kind: "shown", path: target.real, ...asked });
    if (answer?.kind !== "shown") return undefined;
    if (words !== undefined && answer.as === "view" && answer.isSame !== true) return undefined;
    if (answer.as === "view") return { isContained: true, text: HELD_BY_VIEW, view: target.real };
    // WHY no host: what the call makes there is then made of what it may see.
    return answer.as === "missing" && network === "none"
      ? { isContained: true, text: HELD_BY_PROFILE }
      : undefined;
  }

  /**
   * Whether a person may say yes to the use of a private key that the rule keeps: nothing else of the call could show the file, which all
   * of the call sees then. WHY so little beside it: whatever else is read may be made a link to the key meanwhile.
   */
  ofKeyUse(rule: Rule, effect: Effect): boolean {
    const { call, session, effects, commands } = this.#judged;
    if (rule.views !== true || !isByPlace(rule) || !isKeyOfProject(effect, session)) return false;
    if (call?.tool !== "Bash" || call.input.kind !== "bash" || call.id === "") return false;
    if (call.input.background || session.mode === "plan") return false;
    if (commands.some(({ words }) => words.includes(undefined))) return false;
    const isSigning = commands.every(
      ({ words: [word, verb] }) => word === "openssl" && verb === "dgst",
    );
    return effects.every((other) => {
      if (other.kind === "execute") return other.reach === "modelled" && other.origin === "system";
      if (other.kind === "write")
        return other.target.kind === "path" && KEY_SIDES.test(other.via.at(-1) ?? "echo");
      if (other.kind !== "read" || other.target.kind !== "path") return false;
      const { reach, usedTo, isPublic } = other.target;
      return reach === "entry" && (usedTo !== undefined || isPublic === true || isSigning);
    });
  }

  /** Whether a program would take away what the profile keeps, which the call names nowhere: it stays, and the program goes on. */
  ofSwept(effect: Effect): Containing | undefined {
    if (effect.kind !== "tamper" || effect.isSwept !== true) return undefined;
    const { call, session } = this.#judged;
    const { target } = effect;
    if (call?.tool !== "Bash" || call.input.kind !== "bash" || call.id === "") return undefined;
    if (session.mode === "plan" || !this.#isPerCall() || this.#needs().isPrivileged)
      return undefined;
    return target?.kind === "path" && target.real === joinPath(session.projectRoot, ".claude")
      ? { isContained: true, text: HELD_AND_KEPT }
      : undefined;
  }

  /**
   * Whether what a rule means by its place is hidden from a search of the whole project, or from a server of it, or goes along with a directory
   * that is moved: it is no place that the call names, and all of it is looked for when the profile is made.
   */
  ofSearch(rule: Rule, effect: Effect): Containing | undefined {
    if (effect.kind !== "read" || !isByPlace(rule)) return undefined;
    const { target, via } = effect;
    if (target.kind !== "path" || target.reach !== "tree" || target.copies !== undefined)
      return undefined;
    const { session, reader, places } = this.#judged;
    const isMove = via.at(-1) === "mv";
    const isSearch = isMove || target.isServed === true || SEARCHES.test(via.at(-1) ?? "");
    if (!isSearch || !isWithin(session.projectRoot, target.real)) return undefined;
    const place = places.of(rule.when);
    // A directory of which the rule means all is named by the call.
    if ([target.path, target.real].some((path) => place.isHolder(path) || place.coversTree(path)))
      return undefined;
    const whole = this.ofWholeCall();
    if (!whole.isContained) return undefined;
    if (this.#isOpened()) return undefined;
    const { places: meant, isWhole } = meantBelow(target, place, reader);
    const isHidden = (path: string): boolean =>
      isWithin(session.projectRoot, path) &&
      !path
        .slice(session.projectRoot.length)
        .split("/")
        .some((part) => PASSED_OVER.has(part));
    if (!meant.every(isHidden)) return undefined;
    if (isMove) return isWhole && meant.every(this.#staysHidden(place)) ? whole : undefined;
    return isWhole ? whole : this.ofUnsure(rule, effect);
  }

  /**
   * Whether a file in a directory that the call moves is meant by its name where it comes to lie as well, so that it is hidden there. WHY
   * so few programs: no other may put a link where it moves to.
   */
  #staysHidden({ test }: Place): (path: string) => boolean {
    const { effects, session } = this.#judged;
    const isCertain = effects.every((effect) => {
      if (effect.kind === "execute") return effect.reach === "modelled";
      return effect.kind === "read" || (LOOKED_FOR.has(effect.kind) && movesOnly(effect));
    });
    if (!isCertain) return () => false;
    const roots = [session.projectRoot];
    const [isFile, isAlone] = [() => false, () => true];
    return goesAlong({ effects, roots, hides: test, isFile, isAlone });
  }

  /**
   * Whether what a rule about a place may mean, of which it cannot be told whether it is there, is no question of its own: code of the
   * project may run in this call's profile, and could reach it just as well. So that the size of a project decides nothing.
   */
  ofUnsure(rule: Rule, effect: Effect): Containing | undefined {
    if (!LOOKED_FOR.has(effect.kind) || !isByPlaceAndAct(rule)) return undefined;
    const target = targetOf(effect);
    const { session, policy } = this.#judged;
    if (target === undefined || !isBelow(session.projectRoot, target)) return undefined;
    const whole = this.ofWholeCall();
    if (!whole.isContained || this.#isOpened()) return undefined;
    const ofCode = policy.rules.find(isOfProjectCode);
    const containing = ofCode === undefined ? undefined : this.of(ofCode);
    return containing?.isContained === true ? containing : undefined;
  }

  /**
   * Whether something is set up that stays: in a container, or elsewhere by a program that is not given the files themselves with a
   * person's yes. WHY: nobody wants other values there.
   */
  #setsUp(): boolean {
    const { effects } = this.#judged;
    const isDeployed = effects.some(
      (effect) => effect.kind === "deploy" && effect.system !== "processes",
    );
    return this.#needs().hasEngine || (isDeployed && entrustedPrograms(effects).length === 0);
  }

  /** WHY: what one program of the call is given, all of them see. */
  #isOpened(): boolean {
    const { effects, commands } = this.#judged;
    return (
      effects.some((other) => other.kind === "read" && isGiven(other.target)) ||
      commands.some(({ words: [word] }) => word === undefined || mayOpen(baseName(word)))
    );
  }

  /** Worked out once: many rules may ask for it. */
  #needs(): HoldNeeds {
    if (this.#needed !== undefined) return this.#needed;
    const { effects, session, commands } = this.#judged;
    const programs = commands.flatMap(({ words: [word] }) =>
      word === undefined ? [] : [baseName(word)],
    );
    const { projectRoot, temporary } = session;
    this.#needed = needsOf({ effects, projectRoot, programs, temporary });
    return this.#needed;
  }

  /** What the profile of this very call leaves open: the hosts and places that its other effects need. */
  #workOutHeld(rule: Rule, sandbox: ProvenSandbox, accepts: readonly string[]): Containing {
    const { network, writes, isPrivileged, hasEngine } = this.#needs();
    if (isPrivileged) return not("it gains rights that nothing held can have", undefined);
    if (hasEngine)
      return not("it runs in a container, which no profile of the call holds", undefined);
    // WHY whatever the call needs: its code was read, and the profile stands behind that reading.
    if (rule.when.reach === "modelled") return { isContained: true, text: HELD_BY_PROFILE };
    const onlyBrings = network === "hosts" && this.#onlyBrings();
    const isRead = network === "hosts" && !onlyBrings && this.#isRead(sandbox);
    if (network === "hosts" && !onlyBrings && !isRead) {
      const { effects } = this.#judged;
      const any = reachesAny(effects) ? ", and that code may reach any host" : "";
      const reached = `${reachedInWords(effects)}${any}`;
      return not(
        `the same call reaches ${reached}: split it into two calls`,
        `the same call reaches ${reached}`,
      );
    }
    const given: ProvenSandbox = {
      ...sandbox,
      hosts: [],
      registries: onlyBrings || isRead ? ["*"] : [],
      allowWrite: writes.map(({ path }) => path),
    };
    const open = this.#openRule(rule, given, accepts);
    if (open !== undefined) return not(open, "the same call needs a place outside of the project");
    return { isContained: true, text: isRead ? HELD_AND_READ : HELD_BY_PROFILE };
  }

  /** Whether all that the call reaches is what lock files name, read for it outside: then it may run scripts, which reach nothing else. */
  #isRead({ reads }: ProvenSandbox): boolean {
    const { call, effects } = this.#judged;
    // WHY the id: lines of texts run where nobody called them.
    return (
      reads === true && call !== undefined && call.id !== "" && readingOf(effects) !== undefined
    );
  }

  /**
   * Whether the call reaches hosts only to bring what files of the project name, and nothing in it runs any of that or could send
   * something: then it tells the registries the names that they are asked for, and no more.
   */
  #onlyBrings(): boolean {
    return this.#judged.effects.every((effect) => {
      switch (effect.kind) {
        case "install":
          return !effect.runsScripts && (effect.declared ?? effect.locked) !== undefined;
        case "execute":
          return effect.reach === "modelled" && effect.origin === "system";
        case "read":
        case "write":
        case "delete":
          return true;
        default:
          return false;
      }
    });
  }

  /** What of the call itself keeps it from being contained, whatever the sandbox is. */
  #whyOutside(): (Containing & { readonly isContained: false }) | undefined {
    const { call, session, effects } = this.#judged;
    if (call === undefined || call.tool !== "Bash" || call.input.kind !== "bash")
      return not("only commands run in the sandbox", undefined);
    const isPerCall = this.#isPerCall();
    if (call.input.sandboxOff && !isPerCall)
      return not(
        "the call asks to run outside of the sandbox",
        "the agent wants it to run outside of the sandbox",
      );
    // WHY: it keeps the masks of its start, and reads what is written after that.
    if (call.input.background && !isPerCall)
      return not("it goes on in the background", "no sandbox answers for it in the background");
    if (session.mode === "plan")
      return not("in plan mode nothing may change, in a sandbox neither", undefined);
    // WHY not of a profile for one call: it hides what is there, and what the call makes is made of what it sees.
    if (isPerCall) return undefined;
    const made = effects.find((effect) => this.#mayMakeHidden(effect));
    return made === undefined
      ? undefined
      : not(
          "the call may make a file that is to stay hidden: split it into two calls",
          "no sandbox answers for it unless it is split into two calls",
        );
  }

  #isPerCall(): boolean {
    const answer = this.#judged.reader.ask({ kind: "containment" });
    return answer?.kind === "containment" && answer.sandbox?.perCall === true;
  }

  /** WHY: what is hidden is worked out when the call begins. */
  #mayMakeHidden(effect: Effect): boolean {
    if (effect.kind !== "write") return false;
    const { policy, places } = this.#judged;
    const { target, via, at } = effect;
    const read: Effect = { kind: "read", target, via, at };
    return policy.rules.some(
      ({ verdict, when }) =>
        verdict === "deny" && mayMatch(when, read, places, undefined).answer !== "no",
    );
  }

  /** Whether the client may take the call for one of an excluded pattern: it looks at the text, we also at what runs. */
  #mayBeExcluded(pattern: string, { input }: ToolCall): boolean {
    const [word = ""] = pattern.trim().split(/[\s:]/);
    if (word === "" || /[*?[\\$'"]/.test(word) || input.kind !== "bash") return true;
    const name = baseName(word);
    return (
      input.command.includes(name) ||
      this.#judged.commands.some(({ words: [ran] }) => ran === undefined || baseName(ran) === name)
    );
  }

  /** A rule of the policy that the sandbox does not hold and that the containing rule does not accept, in words. */
  #openRule(
    containing: Rule,
    sandbox: ProvenSandbox,
    accepts: readonly string[],
  ): string | undefined {
    const { policy, session, effects } = this.#judged;
    const source = sourceOf(containing, policy);
    const installs = effects.some(({ kind }) => kind === "install");
    for (const rule of policy.rules) {
      if (rule.verdict === "allow") continue;
      const { left, open } = heldBy(sandbox, rule, { session, installs });
      // WHY: a policy accepts what its own rules leave, and nothing of another layer's but what it says itself.
      const unaccepted = left.find(
        (one) => !accepts.includes(one) || !hasRule(source, rule, policy),
      );
      const why = open ?? (unaccepted === undefined ? undefined : LEFT[unaccepted]);
      if (why !== undefined)
        return `the sandbox does not hold \`${ruleName(rule, policy)}\`: ${why}`;
    }
    return undefined;
  }
}

/** Whether a policy has a rule: it came with it, or with another that says the same, as where two layers extend one policy. */
function hasRule(source: RuleSource, rule: Rule, policy: Policy): boolean {
  const isFrom = (one: Rule): boolean => {
    const { layer, policy: id } = sourceOf(one, policy);
    return layer === source.layer && id === source.policy;
  };
  const said = ({ verdict, when }: Rule): string => JSON.stringify({ verdict, when });
  return (
    isFrom(rule) ||
    policy.rules.some(
      (other) => other.id === rule.id && isFrom(other) && said(other) === said(rule),
    )
  );
}

const HOSTS_NAMED = 3;

/**
 * Whether no proxy holds the call to the hosts that it is judged to reach, so that all of it has the machine's network. Of git's contacts
 * those over ssh and http are made outside.
 */
function reachesAny(effects: readonly Effect[]): boolean {
  const left = effects.filter((effect) => !isMadeOutside(effect));
  const isReaching = left.some(
    (effect) =>
      effect.kind === "install" ||
      effect.kind === "publish" ||
      (effect.kind === "egress" && !isLoopback(effect.destination.host ?? "")),
  );
  return isReaching && reachedHosts(left) === undefined;
}

function isMadeOutside(effect: Effect): boolean {
  const isTransport = effect.via.at(-1) === "ssh" && effect.via.at(-2) === "git";
  if (effect.via.at(-1) !== "git" && !isTransport) return false;
  if (effect.kind === "publish") return !/^git:/i.test(effect.destination ?? "");
  return (
    effect.kind === "egress" &&
    /^(?:ssh|git\+ssh|ssh\+git|https?)$/.test(effect.destination.scheme ?? "")
  );
}

/** The hosts that a call reaches, in words; what nobody can name is called by what it is. */
function reachedInWords(effects: readonly Effect[]): string {
  const found = new Set<string>();
  for (const effect of effects) {
    if (effect.kind === "egress" && !isLoopback(effect.destination.host ?? ""))
      found.add(hostInWords(effect.destination));
    if (effect.kind === "publish" && effect.destination !== undefined)
      found.add(`\`${effect.destination}\``);
    if (effect.kind === "install")
      found.add(
        effect.registry === undefined
          ? `registries of ${effect.manager}`
          : `\`${effect.registry}\``,
      );
  }
  const named = [...found];
  if (named.length === 0) return "other hosts";
  const rest = named.length > HOSTS_NAMED ? " and others" : "";
  return `${named.slice(0, HOSTS_NAMED).join(", ")}${rest}`;
}

/** Programs that show, pack or copy what they find in files: of what is hidden they get no more than anybody. */
const SEARCHES =
  /^(?:[efz]?grep|rg|ag|ack|ugrep|cat|head|tail|wc|sed|g?awk|mawk|sort|nl|less|more|bat|(?:bsd|g)?tar|zip|7z[az]?|cp|rsync)$/;

/** Programs that may change files beside the use of a key: they make no links, and show nothing. */
const KEY_SIDES = /^(?:openssl|ssh-keygen|mkdir|chmod|echo|printf|tail|head|grep)$/;

/** Whether a change is made by a program that makes no links. */
function movesOnly({ via }: Effect): boolean {
  return /^(?:mv|mkdir|rmdir|touch|sed)$/.test(via.at(-1) ?? "");
}

/** Effects on files, which lie where a profile hides or keeps them. */
const LOOKED_FOR: ReadonlySet<Effect["kind"]> = new Set(["read", "write", "delete"]);

/** Whether all that a target may be lies below a directory. */
function isBelow(root: string, target: Target): boolean {
  switch (target.kind) {
    case "path":
      return isWithin(root, target.path) && isWithin(root, target.real);
    case "pattern":
      return isWithin(root, globBase(target.path));
    case "unresolved":
      return target.within !== undefined && isWithin(root, target.within);
    default:
      return target satisfies never;
  }
}

/** The rule that asks about any code of the project, and gives way to a sandbox. */
function isOfProjectCode({ verdict, contained, when }: Rule): boolean {
  const { effects, reach, origins, paths, commands, programs, chains } = when;
  return (
    verdict === "ask" &&
    contained !== undefined &&
    effects.every((kind) => kind === "execute") &&
    reach === "unbounded" &&
    [origins, paths, commands, programs, chains].every((one) => one === undefined)
  );
}

/** Whether a rule speaks of places alone, and not of all of them: the others are hidden from nobody. */
export function isByPlace(rule: Rule): boolean {
  return rule.when.operations === undefined && isByPlaceAndAct(rule);
}

/** The same where a rule also says what is done there. */
function isByPlaceAndAct({ when }: Rule): boolean {
  const { paths, detectors, labels, hours, branches, modes, chains } = when;
  const others = [detectors, labels, hours, branches, modes, chains];
  return paths !== undefined && !paths.includes("/**") && others.every((one) => one === undefined);
}

/** Whether a private key is worked with and not shown. WHY of the project alone: one of the home stands for the person. */
export function isKeyOfProject(effect: Effect, { projectRoot }: SessionFacts): boolean {
  if (effect.kind !== "read" || effect.target.kind !== "path") return false;
  return effect.target.usedTo !== undefined && isWithin(projectRoot, effect.target.real);
}

function isEntryAt(target: Target | undefined, path: string | undefined): boolean {
  return target?.kind === "path" && target.reach === "entry" && target.real === path;
}

function isGiven(target: Target): boolean {
  return target.kind === "path" && (target.isKey ?? target.usedTo) !== undefined;
}

/** Whether a program is given files of the project that are hidden from others. */
function mayOpen(program: string): boolean {
  return programNeeds(program).projectNames !== undefined;
}

/** Said of a rule that gives way because the call is held. */
export const HELD_BY_PROFILE = "held: it runs in a profile that was made for this call";

/** The same where registries are read for the call outside: who makes its profile goes by this. */
export const HELD_AND_READ = `${HELD_BY_PROFILE}, and reads of registries what the lock file names`;

/** The same of what the call cannot change there. */
const HELD_AND_KEPT = `${HELD_BY_PROFILE}, in which that stays as it is`;

/** The same where the call is shown a view of a file. */
const HELD_BY_VIEW = `${HELD_BY_PROFILE}, and shows other values there`;

const LEFT = {
  project: "files of the project are changed there",
  environment: "variables of the client are read there",
  elsewhere: "files outside of the project are not hidden by their name",
  home: "places of the home that are only asked about are read there",
  programs: "programs are run there whatever they are called",
  registries: "registries of packages are read from there while an install runs",
} as const;

function whyOf(answer: FactAnswer & { kind: "containment" }): string {
  return "why" in answer ? answer.why : UNTOLD;
}

function not(why: string, told: string | undefined): Containing & { readonly isContained: false } {
  return { isContained: false, why, told };
}
