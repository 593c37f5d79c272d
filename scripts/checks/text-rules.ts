// Rules over the text of any file of the repository: encoding, line ends, places and names that do not belong here.
import { createHash } from "node:crypto";
import { READING_REGISTRIES } from "../../src/base/registry-hosts.ts";
import { isMade } from "./made-files.ts";
import type { RepositoryFile } from "./repository-files.ts";
import { blank } from "./source-text.ts";

/** `line` counts from 1. */
export type TextFault = { readonly path: string; readonly line: number; readonly message: string };
/** A file known to be text. */
export type TextFile = { readonly path: string; readonly text: string };

/** Bytes past which a file does not belong into the repository. */
const fileBytesMax = 512 * 1024;
/** Lines past which a source file is listed for a second look. */
const linesWorthALook = 400;

const namesThatSayNothing =
  /^(?:utils?|helpers?|common|misc|managers?|handlers?|processors?|data|info)$/i;

/** Product names of X.62, as the first 16 hex digits of the SHA-256 of the name in lower case without spaces. */
const unnamedProducts = ["cfce53c0f2ead0e5", "7e197c1e1e675fbd", "a8739ce790a32ce4"];

const digest = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 16);

/** Carriage returns, byte order marks, replacement characters and UTF-8 that was decoded as something else. */
export function encodingFaults(file: TextFile): readonly TextFault[] {
  return perLine(file, (line) => {
    const faults: string[] = [];
    if (line.includes("\r")) faults.push("carriage return: use plain newlines");
    if (line.includes("\uFEFF"))
      faults.push("byte order mark: write it as \\uFEFF where it is meant");
    if (line.includes("\uFFFD"))
      faults.push("replacement character: write it as \\uFFFD where it is meant");
    const damaged = doublyEncoded(line);
    if (damaged !== undefined)
      faults.push(`\`${damaged}\` is UTF-8 that was decoded as something else`);
    return faults;
  });
}

/**
 * The first run of characters that, written in a one-byte encoding, is UTF-8 again. Two bytes are proof enough in
 * Western encodings; Greek and Cyrillic text needs three.
 */
function doublyEncoded(line: string): string | undefined {
  const runs = line.match(/[\u0080-\u{10FFFF}]{2,}/gu) ?? [];
  for (const run of runs) {
    for (const { toByte, shortest } of oneByteEncodings) {
      const bytes = [...run].map((character) => toByte.get(character) ?? 0);
      const found = utf8Sequence(bytes, shortest);
      if (found !== undefined) return [...run].slice(found.start, found.end).join("");
    }
  }
  return undefined;
}

const oneByteEncodings = [
  { label: "windows-1252", shortest: 2 },
  { label: "windows-1251", shortest: 3 },
  { label: "windows-1253", shortest: 3 },
].map(({ label, shortest }) => {
  const decoder = new TextDecoder(label);
  const toByte = new Map<string, number>();
  for (let byte = 0x80; byte <= 0xff; byte += 1) {
    toByte.set(decoder.decode(Uint8Array.of(byte)), byte);
  }
  return { toByte, shortest };
});

function utf8Sequence(bytes: readonly number[], shortest: number) {
  for (let start = 0; start < bytes.length; start += 1) {
    const lead = bytes[start] ?? 0;
    const length = lead >= 0xf0 && lead < 0xf5 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 0;
    if (length < shortest || lead >= 0xf5 || start + length > bytes.length) continue;
    const tail = bytes.slice(start + 1, start + length);
    if (tail.every((byte) => byte >= 0x80 && byte <= 0xbf)) return { start, end: start + length };
  }
  return undefined;
}

/** The one list of registries: what a gateway lets be read has to be named somewhere. */
const REGISTRY_LIST = /^src\/base\/registry-hosts\.ts$/;

/** Paths of one machine and hosts of package registries. */
export function placeFaults(file: TextFile): readonly TextFault[] {
  const machinePath = new RegExp(`(?<![\\w.*>-])/${"(?:root/(?!\\.ssh/)|work/)"}`);
  // What a bracket follows is a call of something that is named so.
  const registryHost =
    /\bregistry\.(?!example\b)[a-z0-9-]+\.[a-z]{2,}\b(?!\()|"resolved":\s*"https?:/;
  return perLine(file, (line) => [
    ...(machinePath.test(line) ? ["a path of one machine: use a made-up home or project"] : []),
    ...(!REGISTRY_LIST.test(file.path) && registryHost.test(withoutListed(file, line))
      ? ["a package registry's host: leave it to the user's settings"]
      : []),
  ]);
}

/** A line without the hosts of that list, where the list was built into a program. */
function withoutListed({ path }: TextFile, line: string): string {
  if (!/^dist\/parts\/[\w-]+\.cjs$/.test(path)) return line;
  return READING_REGISTRIES.reduce((text, host) => text.replaceAll(host, ""), line);
}

/**
 * Products that are never named: their digests are compared, so that this file does not name them either. `seen`: words that
 * were looked at in other files and are none, because nine of ten come again.
 */
export function productFaults(
  file: TextFile,
  digests = unnamedProducts,
  seen = new Set<string>(),
): readonly TextFault[] {
  const isProduct = (word: string): boolean => {
    if (seen.has(word)) return false;
    if (digests.includes(digest(word))) return true;
    seen.add(word);
    return false;
  };
  return perLine(file, (line) => {
    const words = line.toLowerCase().match(/[a-z0-9]+/g) ?? [];
    const isNamed = words.some(
      (word, index) => isProduct(word) || isProduct(`${word}${words[index + 1] ?? ""}`),
    );
    return isNamed ? ["names a product that X.62 keeps out"] : [];
  });
}

/** Marks of unfinished work without the issue that will finish it: write `TODO(#12): ...`. */
export function unfinishedFaults(file: TextFile): readonly TextFault[] {
  const mark = new RegExp(
    `\\b(?:${["TO" + "DO", "FIX" + "ME", "X" + "XX"].join("|")})\\b(?!\\(#\\d+\\))`,
  );
  return perLine(file, (line) => (mark.test(line) ? ["unfinished work without its issue"] : []));
}

/** Source and test files begin with one sentence on what lives in them. */
export function firstLineFaults(file: TextFile): readonly TextFault[] {
  const lines = file.text.split("\n");
  const first = lines[0]?.startsWith("#!") ? lines[1] : lines[0];
  const isSentence = /^(?:\/\/|#) \S.{18,}[.!?:]$/.test(first ?? "");
  return isSentence
    ? []
    : [{ path: file.path, line: 1, message: "line 1 is not a sentence on what lives here" }];
}

const bannedCalls: readonly { pattern: RegExp; where: RegExp; advice: string }[] = [
  { pattern: /\beval\s*\(/, where: /./, advice: "there is no use for it" },
  { pattern: /\bnew\s+Function\s*\(/, where: /./, advice: "there is no use for it" },
  {
    pattern: /(?<!\.)\bexec(?:Sync)?\s*\(\s*[`"']/,
    where: /./,
    advice: "execFile with an argument list",
  },
  { pattern: /\bshell:\s*true\b/, where: /./, advice: "execFile with an argument list" },
  {
    pattern: /\bMath\.random\b/,
    where: /^(?:src|scripts)\//,
    advice: "randomBytes of node:crypto",
  },
  {
    pattern: /\bprocess\.exit\s*\(/,
    where: /^src\/(?!surface\/(?:cli\/(?:program|bundled)|hook\/fail-closed)\.ts)/,
    advice: "set process.exitCode and return",
  },
  { pattern: /\bconsole\./, where: /^src\//, advice: "process.stdout.write in surface/cli" },
  { pattern: /\bprocess\.chdir\b/, where: /./, advice: "pass a directory as an argument" },
  { pattern: /\.substr\s*\(/, where: /./, advice: "slice" },
  { pattern: /\bJSON\.parse\(\s*JSON\.stringify\b/, where: /./, advice: "structuredClone" },
  {
    pattern: /(?<!["'])\b(?:it|test|describe)\.only\b/,
    where: /^test\//,
    advice: "run the file alone",
  },
  {
    pattern: /\b(?:it|test|describe)\.(?:skip|todo)\s*\(/,
    where: /^test\//,
    advice: "ctx.skip(reason) inside the test",
  },
  {
    pattern: /\b(?:it|test|describe)\.(?:skipIf|runIf)\s*\(/,
    where: /^test\/.*\.test\.ts$/,
    advice: "ctx.skip(reason): who reads the run is to see what is missing",
  },
  {
    pattern: /\bexpect\(\s*(?:performance\.now|Date\.now)\(\)\s*-/,
    where: /^test\/.*\.test\.ts$/,
    advice:
      "counted steps, an order of events or a clock of the test: elapsed time is the machine's",
  },
  {
    pattern:
      /\bexpect\(.*\b(?:(?:took|elapsed|duration|shown)(?:Ms|Seconds)|p9[59])\b.*\)\.toBe(?:Less|Greater)/i,
    where: /^test\/.*\.test\.ts$/,
    advice:
      "counted steps, an order of events or a clock of the test: elapsed time is the machine's",
  },
  {
    pattern: /\bcpuUsage\(|\bhrtime\b/,
    // Two compare a detector's time on a text with its time on a longer one: counting steps of all of them takes minutes.
    where: /^test\/(?!guard\/content\/scan\.|corpus\/credentials\.).*\.test\.ts$/,
    advice: "counted steps: processor time depends on the processor and on what runs beside",
  },
  {
    pattern: /\bas\s+any\b|:\s*any\b(?!\s*\w)/,
    where: /^src\//,
    advice: "unknown, then narrow it",
  },
  {
    pattern: /(?:^|\s)(?:const\s+)?enum\s+\w+\s*\{/,
    where: /^src\//,
    advice: "a union of strings",
  },
  { pattern: /\.\.\.\(?\{/, where: /./, advice: "the properties themselves" },
  { pattern: /@ts-(?:ignore|nocheck)/, where: /./, advice: "@ts-expect-error with the reason" },
];

/** Calls that have a better replacement, which the message names. */
export function bannedCallFaults(file: TextFile): readonly TextFault[] {
  const code = { path: file.path, text: blank(file.text, "comments and strings") };
  // WHY: the content of strings is blank here, so a call with a quoted argument still shows its quotes.
  return perLine(code, (line) =>
    bannedCalls
      .filter(({ pattern, where }) => where.test(file.path) && pattern.test(line))
      .map(({ pattern, advice }) => `\`${pattern.exec(line)?.[0].trim() ?? ""}\`: use ${advice}`),
  );
}

/** File and folder names: kebab-case, and none that says nothing. */
export function nameFaults(path: string): readonly TextFault[] {
  const fault = (message: string) => [{ path, line: 1, message }];
  for (const part of path.split("/").slice(1)) {
    if (part === "README.md" || path === "test/data.test.ts") continue;
    const stem = part.replace(/\..*$/, "");
    if (namesThatSayNothing.test(stem))
      return fault(`\`${part}\` says nothing: name what lives in it`);
    if (!/^[a-z0-9_]+(?:[.-][a-z0-9_]+)*$/.test(part))
      return fault(`\`${part}\` is not kebab-case`);
  }
  return [];
}

/** Files too large for the repository. */
export function sizeFaults(file: Pick<RepositoryFile, "path" | "bytes">): readonly TextFault[] {
  if (file.bytes <= fileBytesMax) return [];
  const message = `${file.bytes} bytes, more than ${fileBytesMax}: fetch it in the test set-up`;
  return [{ path: file.path, line: 1, message }];
}

/** Source files that a reviewer should look at again, longest first, without those that a script made. A report, not a fault. */
export function longFiles(files: readonly TextFile[]): readonly { path: string; lines: number }[] {
  return files
    .filter(({ text }) => !isMade(text))
    .map(({ path, text }) => ({ path, lines: text.split("\n").length }))
    .filter(({ lines }) => lines > linesWorthALook)
    .sort((a, b) => b.lines - a.lines);
}

function perLine(file: TextFile, check: (line: string) => readonly string[]): TextFault[] {
  return file.text
    .split("\n")
    .flatMap((line, index) =>
      check(line).map((message) => ({ path: file.path, line: index + 1, message })),
    );
}
