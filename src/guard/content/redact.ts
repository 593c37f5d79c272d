// Redaction: a text, or a tool's answer in its own shape, with what must not be seen replaced by placeholders.
import { SCAN_FINDINGS_MAX } from "#base/limits.ts";
import type { Json } from "../toolcall/tool-call.ts";
import type { Finding } from "./detection/finding.ts";
import { scanText } from "./scan.ts";
import { nameStrength } from "./detection/secret-names.ts";
import { type Mark, placeholderText } from "./detection/withheld.ts";

/** What is withheld, how it is marked, and the file that the text is of. */
export type RedactOptions = {
  readonly isWithheld: (finding: Finding) => boolean;
  readonly mark: Mark;
  readonly path?: string;
};

/** `findings` are all that was found; `marks` are those of what was replaced. The value is the given one where nothing was. */
export type Redacted<Value> = {
  readonly value: Value;
  readonly findings: readonly Finding[];
  readonly marks: readonly string[];
  readonly isTruncated: boolean;
};

/** The text with each withheld value replaced; of the same value always by the same placeholder. */
export function redactText(text: string, place: string, options: RedactOptions): Redacted<string> {
  const { isWithheld, path } = options;
  const scanned = scanText(text, place, {
    max: SCAN_FINDINGS_MAX,
    ...(path === undefined ? {} : { path }),
  });
  const marks: string[] = [];
  let value = "";
  let copied = 0;
  for (const finding of scanned.findings) {
    if (!isWithheld(finding) || finding.start < copied) continue;
    const mark = options.mark(text.slice(finding.start, finding.end));
    marks.push(mark);
    value += text.slice(copied, finding.start) + placeholderText(finding.detector, mark);
    copied = finding.end;
  }
  const { findings, isTruncated } = scanned;
  return { value: copied === 0 ? text : value + text.slice(copied), findings, marks, isTruncated };
}

/**
 * A tool's answer with each withheld value replaced, in the same shape: every text in it is looked through, lists of lines as one text,
 * and a text under a name such as `password` together with its name. Nesting is bounded by whoever parsed it.
 */
export function redactJson(given: Json, options: RedactOptions): Redacted<Json> {
  const findings: Finding[] = [];
  const marks: string[] = [];
  let isTruncated = false;
  const take = <Value>(part: Redacted<Value>): Value => {
    findings.push(...part.findings);
    marks.push(...part.marks);
    isTruncated ||= part.isTruncated;
    return part.value;
  };
  const walk = (value: Json, name: string): Json => {
    if (typeof value === "string")
      return nameStrength(name) === "none"
        ? take(redactText(value, name, options))
        : take(redactNamed(name, value, options));
    if (Array.isArray(value)) {
      if (value.length > 1 && value.every((item) => typeof item === "string"))
        return take(redactLines(value, name, options));
      return value.map((item: Json) => walk(item, name));
    }
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item, key)]));
  };
  const value = walk(given, "output");
  return { value: marks.length === 0 ? given : value, findings, marks, isTruncated };
}

/** Lines as one text, so that a key over many of them is seen. What is replaced over several lines leaves the later ones empty. */
function redactLines(
  lines: readonly string[],
  place: string,
  options: RedactOptions,
): Redacted<readonly string[]> {
  const whole = lines.join("\n");
  const isOneEach = !lines.some((line) => line.includes("\n"));
  if (!isOneEach) {
    const parts = lines.map((line) => redactText(line, place, options));
    return {
      value: parts.map(({ value }) => value),
      findings: parts.flatMap(({ findings }) => findings),
      marks: parts.flatMap(({ marks }) => marks),
      isTruncated: parts.some(({ isTruncated }) => isTruncated),
    };
  }
  const kept = new Map<string, string>();
  const mark: Mark = (value) => {
    const own = options.mark(value);
    kept.set(own, "\n".repeat(value.split("\n").length - 1));
    return own;
  };
  const redacted = redactText(whole, place, { ...options, mark });
  let text = redacted.value;
  for (const [own, breaks] of kept)
    if (breaks !== "") text = text.replaceAll(`:${own}]]`, `:${own}]]${breaks}`);
  return { ...redacted, value: text.split("\n") };
}

/** A text under a name that may say what it is: it is looked through as an assignment. */
function redactNamed(name: string, value: string, options: RedactOptions): Redacted<string> {
  const head = `${name}="`;
  const whole = `${head}${value}"`;
  const { value: redacted, findings, ...rest } = redactText(whole, name, options);
  const inside = findings.map((finding) => ({
    ...finding,
    start: Math.max(0, finding.start - head.length),
    end: Math.min(value.length, finding.end - head.length),
  }));
  return { ...rest, value: redacted.slice(head.length, -1), findings: inside };
}
