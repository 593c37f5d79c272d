// An explanation of one judged call for people and programs: short, whole with `--verbose`, or as JSON.
import { printable, printableJson } from "#base/printable.ts";
import { type CallClass, CLASS_WORDS } from "#guard/effects/call-class.ts";
import { describeEffect } from "#guard/effects/describe.ts";
import type { Effect } from "#guard/vocabulary/effect.ts";
import type { SessionLabel } from "#guard/facts/facts.ts";
import type { Decision, Reason, Verdict } from "#guard/policy/decision.ts";
import { HELD_BY_PROFILE } from "#guard/policy/authorize/contained.ts";
import type { Policy } from "#guard/policy/policy.ts";
import { boundaryLines, boundaryStops, RIGHTS } from "./boundary-side.ts";
import { type JudgedAs, judgedAsLine } from "./judged-as.ts";
import { answeredBy, combinedVerdict, type NativeSide, nativeLines } from "./native-side.ts";
import { type KernelSide, kernelLine } from "./layer-lines.ts";
import {
  field,
  LINE_CHARS_MAX,
  type Paint,
  painter,
} from "../../foundation/terminal/short-lines.ts";
import { labelsInWords, type InForceList, standingLines } from "./session-side.ts";

/** Effects and reasons of the whole text; `--json` has all. */
const LINES_MAX = 40;
/** Characters of one quoted piece of the command. */
const QUOTE_CHARS_MAX = 60;
/** Effects of the short text. */
const EFFECTS_MAX = 5;

/** An explanation, ready to print. `command` is undefined for tools other than Bash. */
export type Explanation = {
  readonly tool: string;
  readonly command: string | undefined;
  readonly cwd: string;
  readonly shell: { readonly dialect: "bash" | "zsh" | "unknown"; readonly known: boolean };
  /** Names of the variables that are known to be set; undefined where nothing is known: then any may be set. */
  readonly environment?: readonly string[];
  readonly policy: Pick<Policy, "id" | "version" | "digest">;
  /** Where the policy comes from, in words. */
  readonly policyFrom: string;
  /** The layers above the chosen policy, in words. */
  readonly layers?: readonly string[];
  /** The session that was judged in, and its labels; undefined labels cannot be told. */
  readonly session?: {
    readonly id: string | undefined;
    readonly labels: readonly SessionLabel[] | undefined;
  };
  /** What rules call the project. */
  readonly projectRoot?: string;
  /** In whose place was judged. */
  readonly judgedAs?: JudgedAs;
  /** Exceptions and statements that count there now. */
  readonly standing?: InForceList;
  readonly decision: Decision;
  /** The farthest that its effects go. */
  readonly class: CallClass;
  readonly rounds: number;
  /** What the client would do by its own settings. */
  readonly native?: NativeSide;
  /** What the kernel makes of the call. */
  readonly kernel?: KernelSide;
};

/**
 * The explanation in at most fifteen lines of 100 characters: the verdict and why, what the call does, the rule that decided,
 * what to do instead, in whose place was judged. Control characters of the input are shown escaped.
 */
export function formatShort(explanation: Explanation, colour: boolean): string {
  const { policy, policyFrom, cwd } = explanation;
  const decision = fromHere(explanation.decision, cwd);
  const paint = painter(colour);
  const [first] = decision.reasons;
  const others = otherRules(decision);
  const { verdict, client } = combinedVerdict(decision.verdict, explanation.native);
  const why =
    client === undefined
      ? decision.why
      : `${verdict}: ${VERDICT_WORDS[verdict]} by the client, whatever sallyport says (${decision.verdict}): ${answeredBy(client)}`;
  const rule =
    first === undefined
      ? "none"
      : `${first.rule}, policy ${policy.id} ${policy.version}${policyFrom === "" ? "" : ` (${policyFrom})`}${others === 0 ? "" : `, and ${others} more`}`;
  const lines = [
    ...field("verdict", why, { paint, linesMax: client === undefined ? 2 : 3, first: verdict }),
    ...effectLines(decision, paint),
    ...field("rule", rule, { paint, linesMax: 2 }),
    ...(decision.verdict === "allow" ? [] : insteadLines(decision, paint)),
    ...(explanation.projectRoot === undefined
      ? []
      : field("project", explanation.projectRoot, { paint, linesMax: 2 })),
    ...judgedLines(explanation, paint),
  ];
  return `${lines.join("\n")}\n`;
}

/** The same with places below a directory written as seen from there: absolute ones would not fit a line. */
function fromHere(decision: Decision, cwd: string): Shown {
  const near = (text: string): string =>
    cwd === "/" ? text : text.replaceAll(`\`${cwd}/`, "`./").replaceAll(`\`${cwd}\``, "`.`");
  return {
    ...decision,
    words: decision.effects.map((effect) => near(inWords(effect))),
    why: verdictInWords(decision, near),
  };
}

/** A decision with its effects and its verdict in words. */
type Shown = Decision & { readonly words: readonly string[]; readonly why: string };

/** The verdict as a sentence: "deny: the call is refused, because it reads `/p/.env`: it holds secrets". */
function verdictInWords(
  { verdict, reasons, effects }: Decision,
  near: (text: string) => string,
): string {
  const what = `${verdict}: ${VERDICT_WORDS[verdict]}`;
  const [first] = reasons;
  if (first === undefined) return what;
  if (verdict === "allow") return isHeld(reasons) ? `${what}, ${HELD_WORDS}` : what;
  const effect = first.effect === undefined ? undefined : effects[first.effect];
  const isOfEffect = effect !== undefined && first.text.startsWith(describeEffect(effect));
  return `${what}, because ${isOfEffect ? "it " : ""}${near(first.text)}`;
}

const HELD_WORDS =
  "in a sandbox made for it: it changes its project and nothing else, and reaches no host";

/** Whether a call is allowed because the kernel holds it. */
function isHeld(reasons: readonly Reason[]): boolean {
  return reasons.some(({ text }) => text.includes(HELD_BY_PROFILE));
}

/** Rules that say as much as the one that decided. */
function otherRules({ verdict, reasons }: Decision): number {
  return new Set(reasons.filter((one) => one.verdict === verdict).map(({ rule }) => rule)).size - 1;
}

/** What decides comes before what is only listed, and starting a program whose effects are listed comes last. */
function effectLines({ effects, reasons, words }: Shown, paint: Paint): readonly string[] {
  if (effects.length === 0) return field("effects", "nothing that counts as an effect", { paint });
  const judged = new Set(
    reasons.flatMap(({ verdict, effect }) =>
      effect !== undefined && (verdict === "deny" || verdict === "ask") ? [effect] : [],
    ),
  );
  const rank = (effect: Effect, index: number): number => {
    if (index === reasons[0]?.effect) return 0;
    if (judged.has(index)) return 1;
    return effect.kind === "execute" && effect.reach === "modelled" ? 3 : 2;
  };
  const shown = effects
    .map((effect, index) => ({ effect, index, rank: rank(effect, index) }))
    .toSorted((one, other) => one.rank - other.rank || one.index - other.index)
    .slice(0, EFFECTS_MAX)
    .toSorted((one, other) => one.index - other.index);
  const lines = shown.flatMap(({ index }, at) =>
    field(at === 0 ? "effects" : "", `${index + 1}. ${words[index] ?? ""}`, { paint }),
  );
  const rest = effects.length - shown.length;
  return rest === 0
    ? lines
    : [...lines, ...field("", `and ${rest} more (\`--verbose\` lists them)`, { paint })];
}

function insteadLines({ alternative, reasons }: Decision, paint: Paint): readonly string[] {
  const words = reasons.find(({ instead }) => instead !== undefined)?.instead;
  const lines: string[] = [];
  if (alternative !== undefined) {
    const outcome = alternative.verdict === "allow" ? "runs unasked" : "is asked about";
    const form = alternative.command.split("\n").join("; ");
    const room = LINE_CHARS_MAX - outcome.length - 16;
    const shown = form.length > room ? `${form.slice(0, room - 1)}…` : form;
    lines.push(...field("instead", `${shown}  (${outcome})`, { paint }));
  }
  if (words === undefined) return lines;
  const label = lines.length === 0 ? "instead" : "";
  return [...lines, ...field(label, words, { paint, linesMax: 2 })];
}

function judgedLines(explanation: Explanation, paint: Paint): readonly string[] {
  const { judgedAs, shell, session, decision } = explanation;
  if (judgedAs === undefined) return [];
  const isTold = session !== undefined && tellsLabels(session.labels, decision);
  const labels = isTold ? `; labels: ${labelsInWords(session.labels)}` : "";
  return field("judged", `${judgedAsLine(judgedAs, shell)}${labels}`, { paint, linesMax: 2 });
}

/** The whole explanation as text for people. */
export function formatExplanation(explanation: Explanation, colour: boolean): string {
  const { decision, command } = explanation;
  const paint = painter(colour);
  const { verdict, client } = combinedVerdict(decision.verdict, explanation.native);
  const lines = [
    `${paint("dim", "verdict ")} ${paint(verdict, verdict)}  ${paint("dim", VERDICT_WORDS[verdict])}`,
    ...(client === undefined
      ? []
      : [
          `         ${printable(`by the client, whatever sallyport says (${decision.verdict}): ${answeredBy(client)}`)}`,
        ]),
    `${paint("dim", "call    ")} ${(command ?? explanation.tool)
      .split("\n")
      .map(printable)
      .join("\n       | ")}`,
    `${paint("dim", "in      ")} ${printable(explanation.cwd)}`,
    // WHY not how packs judge a class: the verdict above is about this call, and may be another.
    `${paint("dim", "class   ")} ${explanation.class}  ${paint("dim", CLASS_WORDS[explanation.class])}`,
  ];
  lines.push("", paint("bold", "what it does"));
  if (decision.effects.length === 0) lines.push("  nothing that counts as an effect");
  const pieces = new Set(decision.effects.map((effect) => pieceOf(effect, command)));
  let last: string | undefined;
  for (const [index, effect] of decision.effects.slice(0, LINES_MAX).entries()) {
    const piece = pieceOf(effect, command);
    if (pieces.size > 1 && piece !== last) lines.push(paint("dim", `  ${piece ?? "the call"}`));
    last = piece;
    lines.push(`  ${pieces.size > 1 ? "  " : ""}${index + 1}. ${printable(inWords(effect))}`);
  }
  pushRest(lines, decision.effects.length);
  lines.push("", paint("bold", "rules"));
  for (const { reason, judged, words } of rulesInWords(decision).slice(0, LINES_MAX)) {
    const head = `${paint(reason.verdict, reason.verdict)} ${printable(reason.rule)}`;
    lines.push(`  ${head} ${paint("dim", `(${judged})`)}: ${printable(words)}`);
  }
  pushRest(lines, decision.reasons.length);
  const instead = new Set(decision.reasons.flatMap((reason) => reason.instead ?? []));
  const { alternative } = decision;
  if (instead.size > 0 || alternative !== undefined) {
    lines.push("", paint("bold", "instead"));
    if (alternative !== undefined) {
      const { command: form, verdict: outcome } = alternative;
      lines.push(`  ${paint(outcome, outcome)}  ${printable(form)}`);
    }
    for (const text of [...instead].slice(0, LINES_MAX)) lines.push(`  ${printable(text)}`);
  }
  lines.push("", paint("bold", "boundaries"));
  const { kernel } = explanation;
  if (kernel !== undefined) lines.push(`  kernel     ${printable(kernelLine(kernel))}`);
  lines.push(...boundaryLines(decision, explanation.native).map((line) => `  ${line}`));
  if (explanation.native !== undefined) {
    lines.push("", paint("bold", "the client alone"));
    lines.push(...nativeLines(explanation.native).map((line) => `  ${line}`));
  }
  const { policy, policyFrom, shell, environment, layers = [], session, standing } = explanation;
  const { judgedAs } = explanation;
  const given = environment === undefined ? "" : `, environment ${environment.join(" ")}`;
  lines.push(
    "",
    ...layers.map((layer) => paint("dim", `layer ${printable(layer)}`)),
    ...(session === undefined || !tellsLabels(session.labels, decision)
      ? []
      : [paint("dim", `labels ${labelsInWords(session.labels)}`)]),
    ...standingLines(standing ?? { all: [] }).map((line) => paint("dim", line)),
    ...(explanation.projectRoot === undefined
      ? []
      : [paint("dim", `project ${printable(explanation.projectRoot)}`)]),
    ...(judgedAs === undefined ? [] : [paint("dim", `judged ${judgedAsLine(judgedAs, shell)}`)]),
    paint(
      "dim",
      `policy ${printable(policy.id)} ${printable(policy.version)} ${policy.digest.slice(0, 12)} (${printable(policyFrom)}), ` +
        `shell ${shell.dialect}${shell.known ? "" : " (no snapshot: its functions and aliases are not known)"}${printable(given)}, ` +
        `${decision.steps} steps, facts asked for ${explanation.rounds} times`,
    ),
  );
  return `${lines.join("\n")}\n`;
}

/** WHY not always: few sessions have any, and a line about none says nothing. */
function tellsLabels(
  labels: readonly SessionLabel[] | undefined,
  { reasons }: Pick<Decision, "reasons">,
): boolean {
  return (labels === undefined && reasons.length > 0) || (labels ?? []).length > 0;
}

/** The explanation as one JSON document: `verdict` is what happens, `ownVerdict` what sallyport alone says. */
export function explanationJson(explanation: Explanation): string {
  const { decision, policy, policyFrom, layers = [], ...rest } = explanation;
  const effects = decision.effects.map((effect) => ({ text: describeEffect(effect), ...effect }));
  const { id, version, digest } = policy;
  const whole = {
    ...rest,
    policy: { id, version, digest, from: policyFrom, layers },
    ...decision,
    verdict: combinedVerdict(decision.verdict, explanation.native).verdict,
    ownVerdict: decision.verdict,
    effects,
    boundaries: boundaryStops(decision),
    rights: RIGHTS,
  };
  return `${printableJson(whole, 2)}\n`;
}

const VERDICT_WORDS: Readonly<Record<Verdict, string>> = {
  deny: "the call is refused",
  ask: "a person is asked",
  allow: "the call runs without a question",
  abstain: "the client decides as it would alone",
};

/** WHY no way of one program: it stands in the piece of the command itself. */
function inWords(effect: Effect): string {
  const via = effect.via.length < 2 ? "" : ` (through ${effect.via.join(", ")})`;
  return `${describeEffect(effect)}${via}`;
}

/** Each rule once, with the effects that it judged, and its words without those that describe the effect again. */
function rulesInWords({ reasons, effects }: Decision) {
  const found = new Map<string, { reason: Reason; words: string; effects: number[] }>();
  for (const reason of reasons) {
    const effect = reason.effect === undefined ? undefined : effects[reason.effect];
    const described = effect === undefined ? "" : `${describeEffect(effect)}: `;
    const words = reason.text.startsWith(described)
      ? reason.text.slice(described.length)
      : reason.text;
    const key = [reason.verdict, reason.rule, words].join("\0");
    const known = found.get(key) ?? { reason, words, effects: [] };
    if (reason.effect !== undefined) known.effects.push(reason.effect + 1);
    found.set(key, known);
  }
  return [...found.values()].map(({ reason, words, effects: numbers }) => {
    const several = numbers.length > 1 ? "effects" : "effect";
    const judged = numbers.length === 0 ? "the whole call" : `${several} ${numbers.join(", ")}`;
    return { reason, judged, words };
  });
}

/** The piece of the command that an effect comes from, on one line, cut where it is long. */
function pieceOf(effect: Effect, command: string | undefined): string | undefined {
  if (effect.at === undefined || command === undefined) return undefined;
  const piece = command.slice(effect.at.start, effect.at.end);
  const short = piece.length > QUOTE_CHARS_MAX ? `${piece.slice(0, QUOTE_CHARS_MAX)}…` : piece;
  return printable(short);
}

function pushRest(lines: string[], count: number): void {
  if (count > LINES_MAX) lines.push(`  and ${count - LINES_MAX} more (\`--json\` lists all)`);
}
