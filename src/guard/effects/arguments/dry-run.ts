// Dry runs: options with which a program says what it would change and changes nothing, as its documentation has it.
import { ownValue } from "#base/own-value.ts";
import { type Text, textOf } from "../../shell/values/text.ts";
import type { Consequence } from "../model/command-model.ts";
import type { Effect } from "../../vocabulary/effect.ts";
import { egress } from "../model/verbs.ts";

/** What a program still does when it rehearses. */
type Rehearsal = {
  /** The words of the call that are no options, joined, begin so. */
  readonly verbs: RegExp;
  readonly options: readonly string[];
  /** Code of the project, its scripts and plugins, still runs. */
  readonly runsCode?: true;
  /** The registry is asked what there is. */
  readonly asks?: true;
};

const DRY = ["--dry-run"];
const NPM: readonly Rehearsal[] = [
  {
    // WHY not `ci`, `link` and others: the option is documented for these.
    verbs: /^(?:install|i|add|update|up|upgrade|dedupe|uninstall|remove|rm|un|r|prune)\b/,
    options: DRY,
    asks: true,
  },
  { verbs: /^(?:publish|unpublish|deprecate)\b/, options: DRY, runsCode: true, asks: true },
];
const CARGO: readonly Rehearsal[] = [
  { verbs: /^publish\b/, options: [...DRY, "-n"], runsCode: true, asks: true },
  { verbs: /^(?:add|update|remove|rm)\b/, options: [...DRY, "-n"], asks: true },
];
const COMPOSE: readonly Rehearsal[] = [
  {
    verbs: /^compose (?:up|down|create|start|stop|restart|build|pull|push|rm|kill|pause|unpause)\b/,
    options: DRY,
  },
];
const HELM: readonly Rehearsal[] = [
  {
    verbs: /^(?:install|upgrade|uninstall|delete|rollback)\b/,
    options: [...DRY, "--dry-run=client", "--dry-run=server"],
    runsCode: true,
  },
];
const POETRY: readonly Rehearsal[] = [
  { verbs: /^publish\b/, options: DRY, runsCode: true },
  { verbs: /^(?:install|add|update|remove|sync)\b/, options: DRY, runsCode: true, asks: true },
];
/** Plugins of the project are loaded all the same. */
const COMPOSER: readonly Rehearsal[] = [
  {
    verbs: /^(?:install|i|update|u|upgrade|require|remove|rm)\b/,
    options: DRY,
    runsCode: true,
    asks: true,
  },
];
const BREW: readonly Rehearsal[] = [
  { verbs: /^(?:cleanup|autoremove)\b/, options: [...DRY, "-n"] },
  { verbs: /^(?:install|reinstall|upgrade|uninstall)\b/, options: [...DRY, "-n"], asks: true },
];
const RCLONE: readonly Rehearsal[] = [
  {
    verbs: /^(?:copy|copyto|sync|bisync|move|moveto|delete|deletefile|purge|dedupe|cleanup)\b/,
    options: [...DRY, "-n"],
  },
];

/**
 * By program. Where packages of others are built to learn what they need (pip, uv), a dry run is none; nor is that of apt,
 * which takes away a log of its own.
 */
const REHEARSALS: Readonly<Record<string, readonly Rehearsal[]>> = {
  npm: NPM,
  brew: BREW,
  cargo: CARGO,
  composer: COMPOSER,
  docker: COMPOSE,
  helm: HELM,
  poetry: POETRY,
  rclone: RCLONE,
};

/** Options that take no value, behind which another option stands for itself. */
const PLAIN =
  /^(?:-[yqvd]|--(?:yes|assume-yes|quiet|verbose|json|force|global|save-dev|no-audit|no-fund|detach|allow-dirty|wait|atomic|install|progress|all)|--[\w-]+=.*)$/;
const STAYS: ReadonlySet<Effect["kind"]> = new Set(["read", "egress", "tamper", "unknown"]);

/** The consequences of a call without those that a dry run leaves out; all of them where it is none. */
export function dryRunEffects(
  name: string,
  args: readonly Text[],
  consequences: readonly Consequence[],
): readonly Consequence[] {
  const found = Object.hasOwn(REHEARSALS, name) ? rehearsalOf(name, args) : undefined;
  if (found === undefined || consequences.some(isDeclared)) return consequences;
  return [
    ...consequences.filter((one) => stays(one, found)),
    ...(found.asks === true ? [egress(undefined)] : []),
  ];
}

/** WHY not less: what it asks of registries is no more than such an install brings, and a sandbox lets that be read. */
function isDeclared(one: Consequence): boolean {
  return (
    one.kind === "effect" && one.effect.kind === "install" && one.effect.declared !== undefined
  );
}

function rehearsalOf(name: string, args: readonly Text[]): Rehearsal | undefined {
  const words = args.map((word) => textOf(word));
  // A word that is not known may undo it, and so may a value: npm takes `--dry-run false` for none.
  if (words.some((word) => word === undefined || UNDOES.test(word))) return undefined;
  const known = words.filter((word) => word !== undefined);
  const plain = known.filter((word) => !word.startsWith("-")).join(" ");
  return ownValue(REHEARSALS, name)?.find(
    ({ verbs, options }) =>
      verbs.test(plain) &&
      known.some((word, at) => options.includes(word) && isForItself(known[at - 1])),
  );
}

const UNDOES = /^(?:--|--no-dry-run.*|--dry-run=(?!client$|server$).*|false|no|0|null|none|off)$/;

/** Whether a word behind this one is no value of it. */
function isForItself(before: string | undefined): boolean {
  return before === undefined || !before.startsWith("-") || PLAIN.test(before);
}

function stays(one: Consequence, { runsCode }: Rehearsal): boolean {
  switch (one.kind) {
    case "reads":
    case "contacts":
    case "unknown":
    case "output":
      return true;
    case "run":
    case "script":
      return runsCode === true;
    case "writes":
    case "deletes":
    case "signs":
    case "settles":
    case "remote":
    case "takes-branch":
      return false;
    case "effect":
      return one.effect.kind === "execute"
        ? runsCode === true || one.effect.reach === "modelled"
        : STAYS.has(one.effect.kind);
    default:
      return one satisfies never;
  }
}
