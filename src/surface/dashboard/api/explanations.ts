// Endpoints that explain a recorded decision: what stood on record of it, and what the guard would say of the same call now.
import * as v from "valibot";
import { arrayOrEmpty, filledString, finiteNumber, isObject, isStringArray } from "#base/json.ts";
import { NAME_KINDS, namesIn, saidIn } from "#record/event/readable-part.ts";
import type { JsonObject } from "#record/log/leaf.ts";
import { shellWord } from "../../foundation/terminal/shell-word.ts";
import { readAnswer } from "../context/own-command.ts";
import type { DashboardParts } from "../context/parts.ts";
import { ApiFault, endpoint } from "./endpoint.ts";
import { command, wholeText } from "./fields.ts";
import { wordsOfRules } from "./rule-words.ts";
import { effectsOf } from "./session-record.ts";

const RULES_SHOWN = 64;
const NAMES_SHOWN = 100;

const word = v.nullable(v.string());
const ruleSaid = v.object({
  rule: v.string(),
  verdict: v.string(),
  reason: word,
  instead: word,
  /** Effects that it judged, by their place in the list; none where it judged the whole call. */
  effects: v.array(v.number()),
});

/** What `sallyport explain --json` prints, as far as a page shows it. */
const explained = v.object({
  verdict: v.string(),
  class: v.optional(v.string()),
  effects: v.array(v.object({ text: v.string(), kind: v.string() })),
  reasons: v.array(
    v.object({
      verdict: v.string(),
      rule: v.string(),
      text: v.string(),
      effect: v.optional(v.number()),
      instead: v.optional(v.string()),
    }),
  ),
  alternative: v.optional(v.object({ command: v.string(), verdict: v.string() })),
  policy: v.object({ id: v.string(), version: v.string(), from: v.optional(v.string()) }),
});

export const explanationEndpoints = [
  endpoint({
    method: "GET",
    path: "/events/:index/explanation",
    about:
      "Why a recorded call was let through, asked about or refused: its rules and its effects.",
    role: "viewer",
    isSensitive: true,
    input: v.strictObject({ index: wholeText }),
    answer: v.object({
      command,
      verdict: v.string(),
      isEnforced: v.boolean(),
      said: word,
      tool: word,
      class: word,
      policy: v.object({ id: v.string(), version: v.string(), layer: v.string() }),
      rules: v.array(ruleSaid),
      effects: v.array(v.string()),
      names: v.array(v.object({ kind: v.string(), names: v.array(v.string()) })),
      chains: v.array(v.string()),
      exceptions: v.array(v.string()),
      /** Whether what is sealed could be opened; else only kinds of effects are known. */
      isOpened: v.boolean(),
      /** Whether the same call can be judged again. */
      canJudgeNow: v.boolean(),
    }),
    async work(parts, { input: { index } }) {
      const { metadata, sealed } = await decisionAt(parts, index);
      const words = await wordsOfRules(parts, filledString(sealed?.["cwd"]));
      const policy = isObject(metadata["policy"]) ? metadata["policy"] : {};
      const said = commandOf(sealed);
      return {
        command: `sallyport log show ${index}`,
        verdict: filledString(metadata["verdict"]) ?? "unknown",
        isEnforced: metadata["enforced"] !== false,
        said: saidIn(sealed) ?? said ?? null,
        tool: filledString(sealed?.["tool"]) ?? filledString(metadata["tool"]) ?? null,
        class: filledString(metadata["class"]) ?? null,
        policy: {
          id: filledString(policy["id"]) ?? "unknown",
          version: filledString(policy["version"]) ?? "unknown",
          layer: filledString(policy["layer"]) ?? "unknown",
        },
        rules: rulesOf(metadata, sealed).map((one) => {
          const { reason = null, instead = null } = words.of([one.rule]) ?? {};
          return { ...one, reason, instead };
        }),
        effects: effectTexts(metadata, sealed),
        names: NAME_KINDS.flatMap((kind) => {
          const names = namesIn(sealed, kind).slice(0, NAMES_SHOWN);
          return names.length === 0 ? [] : [{ kind, names: [...names] }];
        }),
        chains: textsOf(metadata["chains"]),
        exceptions: textsOf(metadata["exceptions"]),
        isOpened: sealed !== undefined,
        canJudgeNow: said !== undefined && metadata["tool"] === "Bash",
      };
    },
  }),
  endpoint({
    method: "GET",
    path: "/events/:index/judged-now",
    about: "What the guard would say of a recorded command now, with alternatives. Nothing is run.",
    role: "viewer",
    isSensitive: true,
    input: v.strictObject({ index: wholeText }),
    answer: v.object({ command, ...explained.entries }),
    async work(parts, { input: { index }, signal }) {
      const { metadata, sealed } = await decisionAt(parts, index);
      const said = commandOf(sealed);
      if (said === undefined || metadata["tool"] !== "Bash")
        throw new ApiFault("input", "only a command whose words were kept can be judged again");
      const place = filledString(sealed?.["cwd"]);
      const where = place === undefined ? [] : [`--project=${place}`];
      const input = JSON.stringify({ command: said });
      const ran = await parts.run(
        ["explain", "--json", "--tool=Bash", `--input=${input}`, ...where],
        { signal },
      );
      const { reasons, effects, ...rest } = readAnswer(ran, explained);
      return {
        command: `sallyport explain${place === undefined ? "" : ` --project ${shellWord(place)}`} -- ${shellWord(said)}`,
        ...rest,
        effects: effects.slice(0, RULES_SHOWN),
        reasons: reasons.slice(0, RULES_SHOWN),
      };
    },
  }),
];

/** A decision of the log. Throws an ApiFault where there is none. */
export async function decisionAt(
  parts: DashboardParts,
  index: number,
): Promise<{ readonly metadata: JsonObject; readonly sealed: JsonObject | undefined }> {
  const view = await parts.view();
  for await (const { leaf, sealed } of view.entries(index, index + 1)) {
    if (leaf.kind === "leaf" && leaf.metadata["kind"] === "decision")
      return { metadata: leaf.metadata, sealed };
    throw new ApiFault("input", `event ${index} is no decision: there is nothing to explain`);
  }
  throw new ApiFault("not-found", `the log has no event ${index}`);
}

/** The command as it was typed, without secrets; what stands there otherwise names no files and cannot be judged. */
function commandOf(sealed: JsonObject | undefined): string | undefined {
  return saidIn(sealed);
}

/** Each rule once with its verdict and the effects that it judged; without their key the rules' names alone. */
function rulesOf(metadata: JsonObject, sealed: JsonObject | undefined) {
  const found = new Map<string, { rule: string; verdict: string; effects: number[] }>();
  for (const one of arrayOrEmpty(sealed?.["reasons"]).slice(0, RULES_SHOWN)) {
    if (!isObject(one)) continue;
    const rule = filledString(one["rule"]) ?? "unknown";
    const verdict = filledString(one["verdict"]) ?? "unknown";
    const known = found.get(`${verdict} ${rule}`) ?? { rule, verdict, effects: [] };
    const effect = finiteNumber(one["effect"]);
    if (effect !== undefined) known.effects.push(effect);
    found.set(`${verdict} ${rule}`, known);
  }
  if (found.size > 0) return [...found.values()];
  const verdict = filledString(metadata["verdict"]) ?? "unknown";
  return textsOf(metadata["rules"]).map((rule) => ({ rule, verdict, effects: [] as number[] }));
}

/** By their places, so that rules can name them. */
function effectTexts(metadata: JsonObject, sealed: JsonObject | undefined): string[] {
  const details = sealed?.["effects"];
  if (!Array.isArray(details)) return effectsOf(metadata, sealed);
  return details.map((one) => effectsOf(metadata, { ...sealed, effects: [one] })[0] ?? "unknown");
}

function textsOf(value: unknown): string[] {
  return isStringArray(value) ? [...value] : [];
}
