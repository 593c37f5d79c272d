// Every kind of credential that is declared by its form: found where it stands in code, settings and JSON, left alone where it is not one.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { Detector } from "#guard/content/detection/detector.ts";
import { DETECTORS_BY_FILE } from "#guard/content/detectors/index.ts";
import { fileNature } from "#guard/content/detection/file-nature.ts";
import { tableSigns } from "#guard/content/detection/table-column.ts";
import type { TokenDetector } from "#guard/content/detection/issued-token.ts";
import { scanText } from "#guard/content/scan.ts";
import { readDetectorFiles } from "../../scripts/detectors/detector-files.ts";
import { drawsOf, type Length, sampleOf } from "../../scripts/detectors/form-samples.ts";
import { withChecksum } from "../guard/content/token-samples.ts";

const isToken = (detector: Detector): detector is TokenDetector => "form" in detector;
const kinds = DETECTORS_BY_FILE.flat().filter(isToken);
const root = fileURLToPath(new URL("../../", import.meta.url));

/** What has to stand around some tokens, `@` for the token. */
const AROUND: Readonly<Record<string, string>> = {
  "discord-bot-token": 'discord_bot = "@"',
  "asana-personal-token": 'asana_token = "@"',
  "bitwarden-access-token": "BWS_ACCESS_TOKEN=@",
  "aws-secret-beside-id": 'access_key = AKIAFAKE0NOT1A2REAL3\nsecret_key = @',
  "sidekiq-credentials": "BUNDLE_ENTERPRISE__CONTRIBSYS__COM=@",
  "azure-storage-account-key": 'DefaultEndpointsProtocol=https;AccountName=a;AccountKey="@"',
  "azure-shared-access-signature": "https://a.blob.core.windows.net/c?sv=2024-11-04&se=2030-01-01&@",
  "azure-access-key-connection-string": "Endpoint=https://a.service.signalr.net;@;Version=1.0;",
  "putty-private-key": "@\nPrivate-MAC: 00",
  "json-web-key-private": '{"kty":"EC","crv":"P-256",@}',
  "json-web-key-secret": '{"kty":"oct",@}',
};
/** The end of some snippets: a form that ends in a quote or has its own address needs none. */
const CODE = (token: string) => `const client = connect("${token}");\n`;
const SETTING = (token: string) => `TOKEN=${token}\nOTHER=1\n`;
const JSON_TEXT = (token: string) => `{"a": 1, "token": "${token}", "b": [2]}`;

function tokenOf(kind: TokenDetector, length: Length, seed: string): string {
  const token = sampleOf(kind.form, length, drawsOf(`${kind.id} ${seed}`));
  return withChecksum(kind.id, token);
}

/** The texts that hold a token of a kind, as people write it down. */
function textsWith(kind: TokenDetector, token: string): readonly string[] {
  const around = AROUND[kind.id];
  if (around !== undefined) return [around.replace("@", () => token)];
  if (!kind.isNamed) return [CODE(token), SETTING(token), JSON_TEXT(token)];
  const name = (kind.keywords?.[0] ?? "").replaceAll(/[^a-z0-9]+/g, "_").replace(/_$/, "");
  const key = /key|token|secret|pass|auth|cred/.test(name) ? name : `${name}_api_key`;
  const upper = key.toUpperCase();
  return [
    `${upper}=${token}\n`,
    `{"${key}": "${token}"}`,
    `const ${key} = '${token}';`,
    `- name: ${upper}\n  value: ${token}\n`,
  ];
}

/** Kept, so that the search of each kind is built once. */
const alone = new Map(kinds.map((kind) => [kind, [kind]] as const));
const foundIn = (kind: TokenDetector, text: string): readonly string[] =>
  scanText(text, "corpus", { detectors: alone.get(kind) ?? [] }).findings.map(({ start, end }) =>
    text.slice(start, end),
  );
/** The value alone: forms may name it where a key or an address belongs to them. */
const valueOf = (kind: TokenDetector, token: string): string =>
  new RegExp(kind.form.source, kind.form.flags).exec(token)?.groups?.["value"] ?? token;

describe("kinds of credentials", () => {
  it("are at least 230, each from a document of its issuer", () => {
    expect(kinds.length).toBeGreaterThanOrEqual(230);
    const { files } = readDetectorFiles(root);
    const rows = files.flatMap(({ file }) => file.detectors);
    const told = new Map(rows.map((row) => [row.id, "source" in row ? row : undefined]));
    for (const { id } of kinds) {
      expect(told.get(id)?.source, id).toMatch(/^https:\/\/[a-z0-9.-]+\.[a-z]{2,}\//);
      expect(told.get(id)?.issuer, id).toMatch(/\S/);
    }
  });
  it("have selective keywords: three characters or more, in lower case", () => {
    for (const { id, keywords = [] } of kinds) {
      expect(keywords.length, id).toBeGreaterThan(0);
      for (const keyword of keywords) {
        expect(keyword, id).toBe(keyword.toLowerCase());
        expect(keyword.length, `${id}: ${keyword}`).toBeGreaterThanOrEqual(3);
      }
    }
  });
  it("without a mark of their own are of tier medium, save those whose key's name is their issuer's own", () => {
    const high = kinds.filter(({ isNamed, tier }) => isNamed && tier === "high").map(({ id }) => id);
    expect(high.sort()).toEqual(["aws-secret-access-key", "yandex-static-key-secret"]);
  });
});

describe("all kinds together", () => {
  it("find nearly every token that is made up by its form", () => {
    const missed: string[] = [];
    const byKind = 15;
    for (const kind of kinds) {
      for (let at = 0; at < byKind; at += 1) {
        const token = tokenOf(kind, "any", String(at));
        const text = textsWith(kind, token).at(-1) ?? "";
        if (foundIn(kind, text).length === 0) missed.push(kind.id);
      }
    }
    expect(missed.length / (kinds.length * byKind), missed.join(" ")).toBeLessThan(0.002);
  });
  it("take time in step with the text, whatever it is", () => {
    for (const kind of kinds) {
      const token = tokenOf(kind, "longest", "time");
      const name = kind.keywords?.[0] ?? "";
      const pieces = [
        token.slice(0, Math.ceil(token.length / 2)),
        token.slice(0, -1),
        `${name}_key: ${"a1-".repeat(40)} `,
      ];
      for (const piece of pieces) expect(growth(kind, piece), `${kind.id}: ${name}`).toBeLessThan(9);
    }
  });
  it("find nothing of tier high in this repository's own code", () => {
    const high: string[] = [];
    for (const path of ownSources()) {
      const text = readFileSync(path, "utf8");
      for (const { detector, tier } of scanText(text, "file", { detectors: kinds, path }).findings) {
        if (tier === "high") high.push(`${path}: ${detector}`);
      }
    }
    expect(high).toEqual([]);
  });
});

/** How much longer four times the text takes: 4 where time is in step, 16 where it is not. Short times say nothing. */
function growth(kind: TokenDetector, piece: string): number {
  const [small, large] = [20_000, 80_000].map((chars) => {
    const text = piece.repeat(Math.ceil(chars / piece.length)).slice(0, chars);
    return Math.min(...Array.from({ length: 2 }, () => spent(kind, text)));
  });
  return (large ?? 0) < TELLING_MS ? 0 : (large ?? 0) / (small ?? 1);
}
const TELLING_MS = 15;

function spent(kind: TokenDetector, text: string): number {
  const file = fileNature(undefined);
  // Time of this process alone: the machine may be busy with others.
  const start = process.cpuUsage();
  let found = 0;
  const tables = tableSigns(text);
  for (const { end } of kind.find(text, { text, start: 0, isFirst: true, file, tables })) found += end > 0 ? 1 : 0;
  expect(found).toBeGreaterThanOrEqual(0);
  return process.cpuUsage(start).user / 1000;
}

function ownSources(): readonly string[] {
  return ["src", "test", "docs", "scripts"].flatMap((folder) =>
    readdirSync(`${root}${folder}`, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(?:ts|md|json|ya?ml)$/.test(entry.name))
      .map((entry) => `${entry.parentPath}/${entry.name}`)
      .filter((path) => !/\/test\/corpus\/(?:graded|detectors|content)\//.test(path)),
  );
}

describe.each(kinds)("$id", (kind) => {
  it("is found as people write it down, shortest and longest", () => {
    for (const length of ["shortest", "longest", "any"] as const) {
      const token = tokenOf(kind, length, "written");
      for (const text of textsWith(kind, token)) {
        expect(foundIn(kind, text), text).toEqual([valueOf(kind, token)]);
      }
    }
  });
  it("is left alone where it is too short, broken off, or a placeholder", () => {
    const token = tokenOf(kind, "shortest", "other");
    const middle = token.length - 3;
    const others = [
      token.slice(0, -1),
      `${token.slice(0, middle)}é${token.slice(middle + 1)}`,
      filled(token, kind),
    ];
    for (const other of others) {
      for (const text of textsWith(kind, other)) expect(foundIn(kind, text), text).toEqual([]);
    }
  });
});

/** A token of the same form whose end is a row of one letter: what documentation shows. */
const filled = (token: string, kind: TokenDetector): string => {
  const keyword = kind.keywords?.find((one) => token.toLowerCase().startsWith(one));
  return (keyword === undefined ? "" : token.slice(0, keyword.length)) + "x".repeat(token.length);
};
