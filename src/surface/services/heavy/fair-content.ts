// Looking through what may be large for many sessions in one thread: what is long is looked through by a thread of its own.
import { UNSCANNED } from "#guard/content/finding-class.ts";
import type { Finding } from "#guard/content/detection/finding.ts";
import type { Redacted } from "#guard/content/redact.ts";
import type { Requirement } from "#guard/policy/policy.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";
import {
  judgePrompt,
  leftInAnswers,
  redactResponse,
  uncheckedPrompt,
} from "../content/content-answers.ts";
import type { ContentPorts } from "../content/content-ports.ts";
import type { PromptVerdict } from "../content/prompt-verdict.ts";
import { isLightText } from "./fair-judging.ts";
import type { HeavyKind, HeavyWorks } from "./heavy-messages.ts";
import type { HeavyWork } from "./heavy-work.ts";

/** What handling content asks of the machine, and a thread for what takes long. */
export type FairContentPorts = ContentPorts & {
  /** Does what would hold up all other sessions; without it this thread does. */
  readonly heavy?: Pick<HeavyWork, "do">;
};

/** For whom, and under which requirements of the policy. */
export type ContentFor = {
  readonly ports: FairContentPorts;
  readonly requires: readonly Requirement[];
  readonly sessionId: string;
};

/** Stands in an answer for a text that nobody could look through in time. */
const UNCHECKED_TEXT =
  "[sallyport withheld this text: it took too long to check it for secrets. Read it in smaller parts.]";
/** Texts of an answer that stay when it could not be looked through: words of its form, too short for a key. */
const SHORT_CHARS = 12;

/** As `redactResponse`. What cannot be looked through in time is withheld where the policy withholds anything. */
export async function redactFairly(
  response: Json,
  path: string | undefined,
  how: ContentFor,
): Promise<Redacted<Json> | undefined> {
  const { ports, requires, sessionId } = how;
  if (ports.mark === undefined || ports.heavy === undefined || isLightText(response))
    return redactResponse(response, path, how);
  const given = { response, path, requires, sessionId };
  return inTime(how, "redact", given, () => ({
    value: requires.some((one) => one.startsWith("outputs-")) ? withoutTexts(response) : response,
    findings: [unscanned("output")],
    marks: requires.some((one) => one.startsWith("outputs-")) ? [UNSCANNED] : [],
    isTruncated: true,
  }));
}

/** As `judgePrompt`. */
export async function judgePromptFairly(text: string, how: ContentFor): Promise<PromptVerdict> {
  const { requires } = how;
  if (how.ports.heavy === undefined || isLightText(text)) return judgePrompt(text, requires);
  return inTime(how, "prompt", { text, requires }, () => uncheckedPrompt(requires));
}

/** As `leftInAnswers`. */
export async function leftInAnswersFairly(
  answers: readonly string[],
  how: ContentFor,
): Promise<readonly Finding[]> {
  const { requires } = how;
  const isNone = !requires.some((one) => one.startsWith("outputs-"));
  if (how.ports.heavy === undefined || isNone || isLightText(answers))
    return leftInAnswers(answers, requires);
  return inTime(how, "left", { answers, requires }, () => [unscanned("answer")]);
}

async function inTime<Kind extends HeavyKind>(
  { ports, sessionId }: ContentFor,
  kind: Kind,
  given: HeavyWorks[Kind]["given"],
  unchecked: () => HeavyWorks[Kind]["gives"],
): Promise<HeavyWorks[Kind]["gives"]> {
  try {
    const work = ports.heavy?.do({ session: sessionId, kind, given });
    return work === undefined ? unchecked() : await work;
  } catch {
    // WHY whatever it is: an error here would let a text pass that nobody has looked through.
    return unchecked();
  }
}

function unscanned(place: string): Finding {
  return { detector: UNSCANNED, family: "secret", tier: "low", place, start: 0, end: 0 };
}

function withoutTexts(value: Json): Json {
  if (typeof value === "string") return value.length > SHORT_CHARS ? UNCHECKED_TEXT : value;
  if (Array.isArray(value)) return value.map(withoutTexts);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, withoutTexts(item as Json)]),
  );
}
