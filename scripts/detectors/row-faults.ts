// What is wrong with a row that has the right fields: a form that does not compile, keywords that its tokens lack, a length that is too short.
import { labelsOf } from "../../src/guard/content/detection/labels.ts";
import type { DetectorRowData } from "./detector-schema.ts";
import { drawsOf, type Length, sampleOf } from "./form-samples.ts";

/** Made-up tokens of each form: enough that every alternative of a form is among them. */
const SAMPLES = 60;
const KEYWORD_CHARS_MIN = 3;

/** What is wrong with a row, in words. */
export function rowFaults(row: DetectorRowData): readonly string[] {
  const unfit = [row.form, "context" in row ? row.context : undefined].flatMap(compileFaults);
  if (unfit.length > 0) return unfit;
  return row.kind === "issued" || row.kind === "named" ? tokenFaults(row) : valueFaults(row);
}

function compileFaults(form: string | undefined): readonly string[] {
  try {
    if (form !== undefined) void new RegExp(`(?:${form})`, "g");
    return [];
  } catch (cause) {
    return [`the form does not compile: ${cause instanceof Error ? cause.message : ""}`];
  }
}

type TokenRow = Extract<DetectorRowData, { kind: "issued" | "named" }>;

function tokenFaults(row: TokenRow): readonly string[] {
  const keywords = row.keywords.flatMap((keyword) =>
    keyword === keyword.toLowerCase() && keyword.length >= KEYWORD_CHARS_MIN
      ? []
      : [`the keyword \`${keyword}\` is no three characters or more in lower case`],
  );
  let samples: readonly string[];
  try {
    samples = samplesOf(row);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : "";
    return [
      ...keywords,
      `no token can be made up from the form (${why}): groups are \`(?:\` or \`(?<value>\`, and every repeat has its bounds`,
    ];
  }
  const longest = samples.reduce((most, { length }) => Math.max(most, length), 0);
  return [
    ...keywords,
    ...(longest > row.longest
      ? [`a token may have ${longest} characters, \`longest\` says less`]
      : []),
    ...(row.kind === "issued" ? keywordFaults(row, samples) : []),
  ];
}

/** A token that a window does not reach is never looked at: it holds a keyword, at its beginning unless `isInside`, or stands behind one. */
function keywordFaults(
  { keywords, isInside, reach }: Extract<TokenRow, { kind: "issued" }>,
  samples: readonly string[],
): readonly string[] {
  if (reach !== undefined) return [];
  // A keyword may begin with the sign before a token, as `"sl.` does.
  const parts = keywords.flatMap((one) => [one, one.replace(/^[^a-z0-9]/, "")]);
  const without = samples.find((sample) => {
    const lower = sample.toLowerCase();
    return !parts.some((one) => (isInside === true ? lower.includes(one) : lower.startsWith(one)));
  });
  if (without === undefined) return [];
  return [
    `a token may hold no keyword${isInside === true ? "" : " at its beginning"}, such as \`${without.slice(0, 40)}\`: say \`isInside\` or how far behind one it stands (\`reach\`)`,
  ];
}

function samplesOf({ id, form, flags }: TokenRow): readonly string[] {
  const pattern = new RegExp(form, flags);
  const whole = new RegExp(`^(?:${form})$`, flags);
  const lengths: readonly Length[] = ["shortest", "longest"];
  const samples = [
    ...lengths.map((length) => sampleOf(pattern, length, drawsOf(id))),
    ...Array.from({ length: SAMPLES }, (_, at) => sampleOf(pattern, "any", drawsOf(`${id} ${at}`))),
  ];
  const other = samples.find((sample) => !whole.test(sample));
  if (other !== undefined) throw new Error(`\`${other.slice(0, 40)}\` would be one`);
  return samples;
}

function valueFaults(row: Exclude<DetectorRowData, TokenRow>): readonly string[] {
  const { form, digits, written, labels, keywords, alone } = row;
  const opening = labelsOf(labels, keywords).keywords;
  return [
    ...([form, digits, written].filter((one) => one !== undefined).length === 1
      ? []
      : ["a row has one of `form`, `digits` and `written`"]),
    ...(opening.length === 0 && alone === undefined
      ? ["no keyword of three characters or more opens a window"]
      : []),
    ...[...opening, ...(alone ?? [])]
      .filter((one) => /[A-Z]/.test(one))
      .map((one) => `\`${one}\` is not in lower case`),
  ];
}
