// Policy packs: from declarative YAML to the compiled form that the guard judges by. Text in, policy out; no disk.
import { isScalar, isSeq, parseDocument } from "yaml";
import { Failure } from "#base/failure.ts";
import type { Layer, Policy, Rule } from "#guard/policy/policy.ts";
import { type PackSource, readPack } from "./pack-extends.ts";
import { askingBudget, compileBudget } from "./pack-budget.ts";
import { PACK_CHARS_MAX, PACK_KINDS, type PackKind } from "./pack-schema.ts";
import { policyDigest } from "../digest/policy-digest.ts";

/** A source of packs that has none: what a pack must do that extends nothing. */
export const NO_PACKS: PackSource = () => undefined;

/** A source of the packs in a list of texts by name; `place` says where a pack of it lies. */
export function packsIn(
  texts: Readonly<Record<string, string>>,
  place: (name: string) => string,
): PackSource {
  return (name) => {
    const text = Object.hasOwn(texts, name) ? texts[name] : undefined;
    return text === undefined ? undefined : { text, file: place(name) };
  };
}

/**
 * Compiles a pack; `source` gives those that it extends. Throws a Failure with the line and column of the fault:
 * `policy-syntax`, `policy-invalid`, `policy-unknown`, `policy-cycle` or `policy-conflict`.
 */
export function parsePolicyPack(
  text: string,
  file: string,
  { layer, source }: { readonly layer: Layer; readonly source: PackSource },
): Policy {
  const whole = readPack(text, file, source);
  const { pack, rules, automaticApproval, lowerMayAllow, otherwise, requires, exceptions } = whole;
  const sessionLabels = whole.sessionLabels.map(({ label, paths, remotes }) => ({
    label,
    layer,
    ...(paths === undefined ? {} : { paths }),
    ...(remotes === undefined ? {} : { remotes }),
  }));
  const { given } = exceptions;
  const budgets = whole.budgets.map((budget) => compileBudget(budget, { layer, policy: pack.id }));
  if (layer !== "managed" && given.length > 0)
    throw new Failure(
      "policy-invalid",
      "only a managed policy gives `exceptions`: a person grants one with `sallyport policy exception grant`",
      { at: exceptions.at },
    );
  const open = rules.find(({ approval }) => approval !== undefined && !approval.approvers);
  if (layer === "managed" && open !== undefined)
    throw new Failure(
      "policy-invalid",
      `the rule \`${open.id}\` needs another person, and nobody is named: add \`approvers\` to the policy that has it`,
      { at: { file } },
    );
  const { stage } = pack;
  if (layer !== "managed" && stage !== undefined && stage !== "enforce")
    throw new Failure(
      "policy-invalid",
      "only a managed policy has a `stage`: a person observes a project with `sallyport init --observe`",
      { at: { file } },
    );
  const compiled = {
    id: pack.id,
    layer,
    version: pack.version,
    automaticApproval,
    ...(lowerMayAllow ? {} : { lowerMayAllow }),
    ...(requires.length === 0 ? {} : { requires }),
    ...(otherwise === undefined ? {} : { otherwise }),
    ...(whole.hold === undefined ? {} : { hold: whole.hold }),
    ...(whole.machinePorts === undefined ? {} : { machinePorts: whole.machinePorts }),
    rules: stage === "ask" ? rules.map(askingRule) : rules,
    ...(budgets.length === 0
      ? {}
      : { budgets: stage === "ask" ? budgets.map(askingBudget) : budgets }),
    ...(stage === undefined || stage === "enforce" ? {} : { stage }),
    ...(given.length === 0 ? {} : { exceptions: given }),
    ...(sessionLabels.length === 0 ? {} : { sessionLabels }),
  };
  return { ...compiled, digest: policyDigest(compiled) };
}

/** WHY tampering is refused at every stage: what ends the guard would end the record that the stage is there for. */
function askingRule(rule: Rule): Rule {
  const isOfGuard = rule.when.effects.every((kind) => kind === "tamper");
  return rule.verdict === "deny" && !isOfGuard ? { ...rule, verdict: "ask" } : rule;
}

/** What a list of packs says of one. */
export type PackHead = {
  readonly title: string;
  readonly kind: PackKind;
  /** Other names under which it is taken. */
  readonly alsoCalled: readonly string[];
};

/** Title, kind and other names of a pack's text, as far as they can be read; what says nothing is a profile. */
export function packHead(text: string): PackHead {
  const document = parseDocument(text.slice(0, PACK_CHARS_MAX), { schema: "core" });
  const title: unknown = document.get("title");
  const said: unknown = document.get("kind");
  const kind = PACK_KINDS.find((one) => one === said) ?? "profile";
  const others: unknown = document.get("alsoCalled");
  const alsoCalled = isSeq(others)
    ? others.items.flatMap((item) => (isScalar(item) ? [String(item.value)] : []))
    : [];
  return { title: typeof title === "string" ? title : "", kind, alsoCalled };
}
