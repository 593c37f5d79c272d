// What the client alone would do with a call, beside what sallyport says, and what each answer to its question would keep.
import { printable } from "#base/printable.ts";
import { type Offer, offersFor } from "#guard/native/offers.ts";
import { openSession } from "#guard/native/session.ts";
import { simulateNative } from "#guard/native/simulate.ts";
import type { NativeAnswer, NativeMode } from "#guard/native/stack.ts";
import type { Verdict } from "#guard/policy/decision.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";
import { DISK } from "../../services/containment/native-reading.ts";
import { nativeSettings } from "../../services/settings/native-settings.ts";

/** The client's side of an explanation, ready to print. */
export type NativeSide = {
  readonly mode: NativeMode;
  readonly isTrusted: boolean;
  readonly files: readonly string[];
  /** Files that the client passes over whole. */
  readonly broken: readonly string[];
  readonly answer: NativeAnswer;
  /** What stands beside a plain yes. */
  readonly offers: readonly Offer[];
  /** What happens with both. */
  readonly together: "runs" | "asks" | "refuses";
};

/** Simulates the client for one call in a directory. */
export async function nativeSide(
  call: { readonly tool: string; readonly input: { readonly [key: string]: Json } },
  {
    cwd,
    home,
    verdict,
  }: { readonly cwd: string; readonly home: string; readonly verdict: Verdict },
): Promise<NativeSide> {
  const { stack, broken } = await nativeSettings(cwd, home);
  const session = openSession(stack);
  const asked = { ...call, cwd: stack.project };
  const answer = simulateNative(session, asked, DISK);
  return {
    mode: session.mode,
    isTrusted: stack.isTrusted,
    files: stack.layers.map(({ file }) => file),
    broken,
    answer,
    offers:
      answer.verdict === "ask" && answer.rule === undefined ? offersFor(session, asked, DISK) : [],
    together: together(verdict, answer),
  };
}

/** Measured: a hook's deny and ask win; its allow answers a question, unless a rule asks or the client protects the file. */
function together(ours: Verdict, { verdict, rule, why }: NativeAnswer): NativeSide["together"] {
  if (ours === "deny" || (verdict === "deny" && rule !== undefined)) return "refuses";
  if (ours === "ask") return "asks";
  const isKept = rule !== undefined || /protect/.test(why);
  if (ours === "allow" && (verdict === "allow" || !isKept)) return "runs";
  return verdict === "allow" ? "runs" : verdict === "deny" ? "refuses" : "asks";
}

/**
 * What happens with both, as a verdict, and whether the client made it so. An abstention stays one where no rule of the client decides:
 * it goes by its mode then.
 */
export function combinedVerdict(
  own: Verdict,
  native: NativeSide | undefined,
): { readonly verdict: Verdict; readonly client: NativeAnswer | undefined } {
  const answer = native?.answer;
  if (native?.together === "refuses" && own !== "deny") return { verdict: "deny", client: answer };
  const isAsked =
    native?.together === "asks" &&
    (own === "allow" || (own === "abstain" && answer?.rule !== undefined));
  return isAsked ? { verdict: "ask", client: answer } : { verdict: own, client: undefined };
}

/** Which rule or protection of the client answered, in words. */
export function answeredBy({ rule, why }: NativeAnswer): string {
  return rule === undefined ? why : `${why}: ${rule.list} \`${rule.text}\` in ${rule.file}`;
}

const TOGETHER = {
  runs: "the call runs without a question",
  asks: "a person is asked",
  refuses: "the call is refused",
} as const;

/** The client's side as lines for people. */
export function nativeLines({
  answer,
  mode,
  isTrusted,
  files,
  broken,
  offers,
  together: outcome,
}: NativeSide): readonly string[] {
  const { verdict, rule } = answer;
  const by = answeredBy(answer);
  const settings = files.length === 0 ? "no settings" : `settings ${files.join(", ")}`;
  return [
    `${verdict}  ${by}`,
    `mode ${mode}${isTrusted ? "" : ", directory not trusted: allow rules of the project do not count"}; ${settings}`,
    ...broken.map((file) => `${file} cannot be read: the client passes over all of it`),
    ...(verdict === "ask" ? answerLines(offers, rule !== undefined) : []),
    `with both: ${TOGETHER[outcome]}`,
  ].map(printable);
}

/** What each answer to the client's question keeps (M1.34). */
function answerLines(offers: readonly Offer[], isByRule: boolean): readonly string[] {
  const always = offers.map((offer) => `"yes, and don't ask again" would keep ${inWords(offer)}`);
  const none = isByRule
    ? "a rule asks, so nothing is offered that would end the question"
    : "what the client offers beside it is not known for this form";
  return [
    'asked: "yes" runs this call and keeps nothing, "no" refuses it and keeps nothing',
    ...(always.length === 0 ? [none] : always),
  ];
}

function inWords(offer: Offer): string {
  switch (offer.kind) {
    case "rules": {
      const rules = offer.rules.map((rule) => `\`${rule}\``).join(" and ");
      const open = offer.rules.some((rule) => rule.endsWith("*)")) ? ", with whatever follows" : "";
      const place = offer.kept === "local" ? "in .claude/settings.local.json" : "for this session";
      return `${rules}${open}, ${place}`;
    }
    case "mode":
      return `the mode ${offer.mode} for this session: all edits in the working directories run unasked`;
    case "directories":
      return `${offer.directories.map((one) => `\`${one}\``).join(", ")} as a working directory for this session`;
    default:
      return offer satisfies never;
  }
}
