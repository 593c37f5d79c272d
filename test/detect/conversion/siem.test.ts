// Detections for SIEMs, whose engines are not here: exact texts, and what has to hold for any text of the language.
import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Failure } from "#base/failure.ts";
import { convertRule, type Target, TARGETS } from "#detect/conversion/conversion.ts";
import { shapeOf } from "#detect/conversion/shapes.ts";
import { parseRule, type Rule } from "#detect/correlation/rule-file.ts";
import { FIELDS } from "#detect/detection/fields.ts";
import { extendLists } from "#detect/detection/lists.ts";
import type { JsonObject } from "#record/log/leaf.ts";
import { loadLists, loadRules } from "#surface/foundation/product/shipped-data.ts";
import { META } from "../correlation/sample-rules.ts";
import { mixedEvents } from "./corpus.ts";
import { correlationSamples, HOSTILE } from "./samples.ts";

const SIEMS = ["splunk", "elastic", "sentinel"] as const;
const rules = loadRules(
  extendLists(loadLists(), "lists:\n  migration_programs: [moveit]\n", "lists.yml"),
).map(({ rule }) => rule);

/** The text of a rule, or why there is none, without the folder that the file is in. */
function said(rule: Rule, target: Target, all: readonly Rule[] = rules): string {
  try {
    return convertRule(rule, all, target).queries.join("\n\n");
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    const { line, column } = failure.at ?? { line: undefined, column: undefined };
    return `impossible at ${line}:${column}: ${failure.message}`;
  }
}

const isImpossible = (text: string): boolean => text.startsWith("impossible at ");

describe.each(SIEMS)("for %s", (target) => {
  const texts = rules.map((rule) => [rule.meta.name, said(rule, target)] as const);

  it("says each detection as the golden file has it", () => {
    const file = new URL(`golden/${target}.txt`, import.meta.url);
    const text = texts.map(([name, query]) => `=== ${name}\n${query}\n`).join("\n");
    if (process.env["UPDATE"] === "1") writeFileSync(file, text);
    expect(text).toBe(readFileSync(file, "utf8"));
  });

  it("is in the guide with how many it can say", () => {
    const guide = new URL("../../../docs/guide/converting-detections.md", import.meta.url);
    const text = readFileSync(guide, "utf8");
    const count = texts.filter(([, query]) => !isImpossible(query)).length;
    expect(text).toMatch(new RegExp(`^\\| .*\`${target}\` .*\\| ${count} \\|$`, "m"));
    expect(text).toContain(`| converted of ${rules.length} |`);
  });

  it("names the line of what it cannot say", () => {
    const impossible = texts.filter(([, text]) => isImpossible(text));
    for (const [name, text] of impossible) {
      expect(text).toMatch(/^impossible at \d+:\d+: /);
      expect(text).toContain(`\`${name}\``);
    }
    const keyed = rules.filter(({ meta }) => meta.requiresKey).map(({ meta }) => meta.name);
    expect(impossible.map(([name]) => name)).toEqual(expect.arrayContaining(keyed));
  });

  it("leaves no quote, bracket or comment open, and every name known", () => {
    const all = [
      ...rules.map((rule) => said(rule, target)),
      ...correlationSamples.map((rule) => said(rule, target, correlationSamples)),
    ].filter((text) => !isImpossible(text));
    expect(all.length).toBeGreaterThan(70);
    for (const text of all) {
      expect(brackets(text, target), text).toBe("");
      for (const field of fieldsIn(text, target)) expect(FIELDS, text).toContain(field);
    }
  });

  it("keeps a hostile value within its quotes, or refuses it", () => {
    let kept = 0;
    for (const value of HOSTILE) {
      for (const how of ["tool", "tool|contains", "programs|startswith", "effects|endswith"]) {
        const search = JSON.stringify(value);
        const source = `${META}logsource: { product: sallyport }\ndetection: { s: { ${how}: ${search} }, condition: s }\n`;
        const text = said(parseRule(source, "x.yml", "impact/x"), target, []);
        if (isImpossible(text)) continue;
        kept += 1;
        expect(brackets(text, target), text).toBe("");
        if (how === "tool") expect(literalsIn(text)).toContain(value.toLowerCase());
        // oxlint-disable-next-line no-control-regex
        expect(text).toMatch(/^[\n -~]*$/);
      }
    }
    expect(kept).toBeGreaterThan(100);
  });
});

describe("what is said for every target", () => {
  it.each(Object.keys(TARGETS) as Target[])("%s refuses what is sealed, at its line", (target) => {
    const source = `name: a\nlogsource: { product: sallyport }\ndetection: { s: { tool: x }, condition: s }\n---\n${META}requires: key\ncorrelation:\n  type: event_count\n  rules: [a]\n  group-by: [sealed.user]\n  timespan: 1m\n  condition: { gte: 2 }\n`;
    const text = said(parseRule(source, "x.yml", "impact/x"), target, []);
    expect(text).toMatch(/^impossible at 17:14: .*`sealed\.user` is sealed/);
  });

  it("knows how the fields of real events stand", () => {
    const wrong = new Set<string>();
    for (const { metadata } of mixedEvents([5]))
      for (const field of FIELDS) {
        const shape = actualShape(metadata, field);
        if (shape !== undefined && shape !== shapeOf(field)) wrong.add(`${field} is ${shape}`);
      }
    expect([...wrong]).toEqual([]);
  });
});

function actualShape(metadata: JsonObject, field: string): string | undefined {
  const [first = "", second] = field.split(".");
  const value = metadata[first];
  if (value === undefined || value === null) return undefined;
  if (second !== undefined) {
    if (Array.isArray(value)) return "maps";
    return typeof value === "object" && Object.hasOwn(value, second) ? "one" : undefined;
  }
  if (Array.isArray(value)) return "list";
  return typeof value === "object" ? "map" : "one";
}

/** What is open at the end: quotes and brackets outside of quotes. */
function brackets(text: string, target: Target): string {
  const open: string[] = [];
  const bare = text
    .replaceAll(/```[^`]*```/g, "")
    .replaceAll(/"(?:[^"\\\n]|\\.)*"/g, target === "splunk" ? "S" : "0");
  for (const sign of bare) {
    if ("([{".includes(sign)) open.push(sign);
    if (")]}".includes(sign)) {
      const other = open.pop();
      if (`${other ?? ""}${sign}` !== { ")": "()", "]": "[]", "}": "{}" }[sign]) return bare;
    }
  }
  return /["']/.test(bare) ? bare : open.join("");
}

function literalsIn(text: string): readonly string[] {
  return [...text.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, inner = ""]) =>
    inner.replaceAll(/\\(.)/g, "$1"),
  );
}

function fieldsIn(text: string, target: Target): readonly string[] {
  switch (target) {
    case "splunk":
      return [...text.matchAll(/json_extract\(_raw,"metadata\.([\w.{}]+)"\)/g)].map(
        ([, name = ""]) => name.replace("{}", ""),
      );
    case "elastic":
      return [...text.matchAll(/sallyport_fields\.([\w.]+)/g)].map(([, name = ""]) => name);
    default:
      return [...text.matchAll(/Metadata\["(\w+)"\](?:\["(\w+)"\])?/g)]
        .map(([, first = "", second]) => (second === undefined ? first : `${first}.${second}`))
        .filter((name) => !["mods", "extensions", "suggestions"].includes(name));
  }
}
