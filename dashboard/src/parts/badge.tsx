// A word with its colour: verdicts, levels, states. The word always stands there; colour alone says nothing.
import { Text } from "./text.tsx";

export type Tone = "good" | "warn" | "bad" | "held" | "quiet" | "plain";

const TONES: Readonly<Record<string, Tone>> = {
  allow: "good",
  allowed: "good",
  success: "good",
  passed: "good",
  "in force": "good",
  ok: "good",
  approved: "good",
  done: "good",
  met: "good",
  ask: "warn",
  asked: "warn",
  medium: "warn",
  warning: "warn",
  partial: "warn",
  pending: "warn",
  overdue: "bad",
  open: "warn",
  drift: "warn",
  deny: "bad",
  denied: "bad",
  failure: "bad",
  blocked: "bad",
  high: "bad",
  critical: "bad",
  refused: "bad",
  failed: "bad",
  "not in force": "bad",
  gap: "bad",
  held: "held",
  abstain: "quiet",
  low: "quiet",
  informational: "quiet",
  closed: "quiet",
};

/** Tone of a word of ours: a verdict, a level, an outcome. */
export function toneOf(word: string): Tone {
  return TONES[word.toLowerCase()] ?? "plain";
}

export function Badge(props: {
  readonly word: string;
  readonly tone?: Tone;
  readonly title?: string;
}) {
  const { word, tone = toneOf(word), title } = props;
  return (
    <span class={`badge badge-${tone}`} {...(title === undefined ? {} : { title })}>
      <Text value={word} limit={40} isBrief />
    </span>
  );
}
