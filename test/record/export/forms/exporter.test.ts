// Exporters over the same entries: the golden of each, one line an entry whatever it says, and nothing sealed in any byte.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { ExportEntry } from "#record/export/forms/exporter.ts";
import { EXPORTERS } from "#record/export/index.ts";

const corpus = (name: string) =>
  fileURLToPath(new URL(`../../../corpus/exporters/${name}`, import.meta.url));
const entries = parse(readFileSync(corpus("entries.yaml"), "utf8")) as readonly ExportEntry[];
const linesOf = (id: string, of: readonly ExportEntry[] = entries) => {
  const exporter = EXPORTERS.find((one) => one.id === id);
  if (exporter === undefined) throw new Error(`no exporter ${id}`);
  return [...(exporter.head === undefined ? [] : [exporter.head]), ...of.map(exporter.line)];
};
const event = (metadata: object): ExportEntry => ({
  kind: "event",
  index: 7,
  id: "0199c1a2-0000-7000-8000-000000000007",
  timeMs: 1_760_000_000_000,
  metadata: { ...metadata },
});

describe("the exporters", () => {
  it("have a golden each, and every golden an exporter", () => {
    const goldens = readdirSync(corpus("")).filter((name) => name.endsWith(".golden"));
    expect(goldens.sort()).toEqual(EXPORTERS.map(({ id }) => `${id}.golden`).sort());
  });
  it("are registered once, under the name of their file", () => {
    const files = readdirSync(new URL("../../../../src/record/export/", import.meta.url))
      .filter((name) => name.endsWith(".ts"))
      .map((name) => name.replace(/\.ts$/, ""))
      .filter((name) => name !== "index" && name !== "exporter");
    expect(EXPORTERS.map(({ id }) => id).sort()).toEqual(files.sort());
  });
});

describe.each(EXPORTERS.map(({ id }) => id))("%s", (id) => {
  it("writes its golden", () => {
    const text = `${linesOf(id).join("\n")}\n`;
    if (process.env["UPDATE"] !== undefined) writeFileSync(corpus(`${id}.golden`), text);
    expect(existsSync(corpus(`${id}.golden`))).toBe(true);
    expect(text).toBe(readFileSync(corpus(`${id}.golden`), "utf8"));
  });
  it("keeps every entry on one line of printable text", () => {
    for (const line of linesOf(id)) expect(line).toMatch(/^[^\p{Cc}\p{Cf}\u2028\u2029]*$/u);
    const steering = Array.from({ length: 0x20 }, (_, code) => String.fromCharCode(code)).join("");
    const [line] = linesOf(id, [event({ kind: steering, [steering]: steering })]).slice(-1);
    expect(line).toMatch(/^[^\p{Cc}\p{Cf}]*$/u);
  });
  it("can say nothing of what is sealed, even when it is handed in", () => {
    const canary = "sk-Canary7f3a9";
    const withSealed = {
      ...event({ kind: "decision" }),
      sealed: { command: canary, user: canary },
    };
    expect(linesOf(id, [withSealed]).join("\n")).not.toContain("Canary");
  });
  it("is total: metadata of any shape", () => {
    const odd = [null, 1, true, [], {}, [[{}]], "", { a: { b: [null] } }];
    for (const value of odd) {
      const names = ["kind", "verdict", "tool", "rules", "session", "product", "doubts", "effects"];
      const metadata = Object.fromEntries(names.map((name) => [name, value]));
      expect(linesOf(id, [event(metadata)]).at(-1)).not.toBe("");
    }
  });
});

describe("csv", () => {
  const cellsOf = (line: string) =>
    [...line.matchAll(/"((?:[^"]|"")*)"(?:,|$)/g)].map(([, cell = ""]) =>
      cell.replaceAll('""', '"'),
    );
  it("has as many cells in every line, and none that a spreadsheet runs", () => {
    const lines = linesOf("csv").map(cellsOf);
    expect(new Set(lines.map((cells) => cells.length)).size).toBe(1);
    for (const cell of lines.flat()) expect(cell).not.toMatch(/^\s*[=+\-@|%]/);
  });
  it.each([["=1"], ["+1"], ["-1"], ["@a"], [" =1"], ["\t=1"], ["|a"], ["%a"], ["\uff1d1"]])(
    "makes text of %j",
    (formula) => {
      const cells = cellsOf(linesOf("csv", [event({ kind: "x", tool: formula })]).at(-1) ?? "");
      const cell = cells.find((one) => one.includes(formula.trim().slice(1))) ?? "=";
      expect(cell).not.toMatch(/^\s*[=+\-@|%\uff1d]/);
    },
  );
});

describe("cef", () => {
  it("has seven header fields and an extension that no value adds a field to", () => {
    for (const line of linesOf("cef")) {
      const [, ...rest] = line.split(/(?<!\\)(?:\\\\)*\|/);
      expect(rest.length).toBeGreaterThanOrEqual(7);
      expect(line.startsWith("CEF:0|sallyport|sallyport|")).toBe(true);
    }
    const forged = linesOf("cef", [event({ kind: "x", session: "a act=allow" })]).at(-1) ?? "";
    expect(forged).toContain("cs1=a act\\=allow");
    expect(forged.match(/(?<!\\)\bact=/g)).toBeNull();
  });
});

describe("leef", () => {
  it("has six header fields, and pairs of which no value makes another", () => {
    for (const line of linesOf("leef")) {
      const [version, ...header] = line.split("|", 6);
      expect([version, header.length, header.at(-1)]).toEqual(["LEEF:2.0", 5, "^"]);
      const pairs = line.split("|").slice(6).join("|").split("^");
      expect(pairs.filter((pair) => !/^[A-Za-z]+=/.test(pair))).toEqual([]);
      const sev = Number(/(?:^|\^)sev=(\d+)/.exec(pairs.join("^"))?.[1]);
      expect(sev >= 1 && sev <= 10).toBe(true);
    }
    const [forged] = linesOf("leef", [event({ kind: "a|b", session: "s^cat=allow" })]).slice(-1);
    expect(forged?.split("|")[4]).toBe("a/b");
    expect(forged).toContain("session=s%5Ecat=allow");
  });
});
