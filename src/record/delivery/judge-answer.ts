// What an HTTP status says about a batch, where a target has no word of its own for it.
import type { Outcome } from "./outcome.ts";
import type { HttpAnswer } from "./target.ts";

/**
 * The outcome of an answer: 2xx delivered, 401, 403 and 404 closed until a person acts, 408, 429, 5xx and no answer again
 * (with `Retry-After`), 413 too large, and every other 4xx a fault of something in the batch.
 */
export function judgeStatus(answer: HttpAnswer): Outcome {
  if (answer.kind === "none") return { kind: "again", reason: answer.reason };
  const { status, retryAfterMs } = answer;
  const reason = `answers ${status}`;
  if (status >= 200 && status < 300) return { kind: "delivered" };
  if (status === 413) return { kind: "too-large", reason };
  if (status === 401 || status === 403 || status === 404 || status === 407)
    return { kind: "closed", reason };
  const isPassing = status === 408 || status === 425 || status === 429 || status >= 500;
  if (isPassing || status < 400) return { kind: "again", reason, afterMs: retryAfterMs };
  return { kind: "refused", reason };
}

/** JSON of an answer, or undefined. */
export function answerJson(answer: HttpAnswer): unknown {
  if (answer.kind === "none") return undefined;
  try {
    return JSON.parse(answer.text);
  } catch {
    return undefined;
  }
}

/** JSON texts of an answer that stand one after the other, up to the first that is cut or is none; objects only. */
export function concatenatedJson(text: string): readonly unknown[] {
  const values: unknown[] = [];
  let begin = 0;
  let depth = 0;
  for (const { index, 0: mark } of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}]/gs)) {
    if (mark === "{") {
      if (depth === 0) begin = index;
      depth += 1;
    }
    if (mark !== "}" || depth === 0) continue;
    depth -= 1;
    if (depth > 0) continue;
    try {
      values.push(JSON.parse(text.slice(begin, index + 1)));
    } catch {
      return values;
    }
  }
  return values;
}

/** A word of the other side in a reason: short, and nothing but plain characters. */
export function foreignReason(value: unknown): string {
  return typeof value === "string" ? value.replaceAll(/[^\w.-]/g, "?").slice(0, 100) : "unknown";
}
