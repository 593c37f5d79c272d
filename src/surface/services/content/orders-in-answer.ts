// Orders to the model in what a session read: harm that an answer of a tool tells it to do, and text that no person sees.
import { harmfulSentences } from "#assure/posture/inputs/harmful-instructions.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";

/** Characters of an answer that are looked through: hooks wait for it. */
const CHARS_MAX = 64 * 1024;
/** Lines of them that are looked at closely. */
const LINES_MAX = 200;
/** Fences, headings and beginnings of lists say whether what follows is only shown. */
const FRAME = /^\s{0,3}(?:```|~~~|#)|:\s*$/;
/** A word that stands in every such order; most answers have none, and are passed over. */
const MAYBE =
  /\b(?:ignore|disregard|forget|override|discard|instructions?|rules|tell|mention|inform|secrets?|tokens?|credentials?|passwords?|keys?|\.?env|\.ssh|\.aws|history|cron\w*|bashrc|zshrc|profile|authorized_keys|obey|curl|wget|permissions?|sandbox|approve|accept|unrestricted|comply|mode|shell)\b/i;
/** Letters of the block of tags but those of flags, and many characters of no width in a row: only a model reads them. */
const UNSEEN =
  /(?<!\u{1f3f4}[\u{e0020}-\u{e007f}]{0,6})[\u{e0020}-\u{e007e}]{4}|[\u200b\u200c\u2060\ufeff]{12}/u;

/** What the orders in an answer would do, as words of ours, each once: `override`, `send-secret`, `unseen`. Total, bounded. */
export function ordersInAnswer(answer: Json): readonly string[] {
  const found = new Set<string>();
  let left = CHARS_MAX;
  const waiting: Json[] = [answer];
  for (let one = waiting.pop(); one !== undefined && left > 0; one = waiting.pop()) {
    if (typeof one === "string") {
      const text = one.slice(0, left);
      left -= text.length;
      if (UNSEEN.test(text)) found.add("unseen");
      if (!MAYBE.test(text)) continue;
      for (const { harm } of harmfulSentences(closely(text))) found.add(harm);
    } else if (typeof one === "object" && one !== null)
      waiting.push(...Object.values(one).toReversed());
  }
  return [...found].toSorted();
}

/** The lines of a text that may hold an order, and what frames them. */
function closely(text: string): string {
  let lines = 0;
  return text
    .split("\n")
    .filter((line) => FRAME.test(line) || (MAYBE.test(line) && ++lines <= LINES_MAX))
    .join("\n");
}
