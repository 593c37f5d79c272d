// Calls that take long to judge: short texts that multiply, and large ones that somebody may well write.
import { createHash } from "node:crypto";

const MEBIBYTE = 1024 * 1024;

export type HeavyPayload = readonly [
  name: string,
  call: { readonly tool_name: string; readonly tool_input: object },
];

/** Each call with what it is, for a session in this project. */
export function heavyPayloads(project: string): readonly HeavyPayload[] {
  const bash = (command: string): HeavyPayload[1] => ({
    tool_name: "Bash",
    tool_input: { command },
  });
  const write = (content: string): HeavyPayload[1] => ({
    tool_name: "Write",
    tool_input: { file_path: `${project}/data.txt`, content: content.slice(0, MEBIBYTE) },
  });
  return [
    ["a fork bomb", bash(FORK_BOMB)],
    ["aliases that double", bash(doublingAliases())],
    ["braces and pipes", bash(`echo ${"{a,b}".repeat(5)} "$(cat x | grep y)"; `.repeat(600))],
    ["1 MiB of digits", write(digits())],
    ["1 MiB of IP addresses", write(addresses())],
    ["1 MiB of base64", write(base64())],
  ];
}

export const FORK_BOMB = "f(){ f; f; }; f";

/** 37 KB: each alias stands for two of the next. */
export function doublingAliases(): string {
  const names = Array.from({ length: 1_450 }, (_, at) => `alias a${at}='a${at + 1}; a${at + 1}'`);
  return `shopt -s expand_aliases\n${names.join("\n")}\na0\n`;
}

/** As `text` it is 1 MiB of lines of digits. */
export function digits(): string {
  return inLines(Array.from(noise(MEBIBYTE), (byte) => byte % 10).join(""));
}

export function addresses(): string {
  const bytes = noise(4 * 80_000);
  const lines = Array.from({ length: 80_000 }, (_, at) =>
    bytes.subarray(4 * at, 4 * at + 4).join("."),
  );
  return lines.join("\n").slice(0, MEBIBYTE);
}

export function base64(): string {
  return inLines(noise(MEBIBYTE).toString("base64"));
}

function inLines(text: string): string {
  return text.replaceAll(/.{76}/g, "$&\n").slice(0, MEBIBYTE);
}

/** The same bytes every time. */
function noise(length: number): Buffer {
  const blocks: Buffer[] = [];
  for (let at = 0; at * 32 < length; at += 1)
    blocks.push(createHash("sha256").update(`noise ${at}`).digest());
  return Buffer.concat(blocks).subarray(0, length);
}
