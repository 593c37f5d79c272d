// Made-up secrets and personal data, each of another kind or value, and where in a session of the client each is planted.
import { chanceOf, fillPattern } from "../corpus/content/chance.ts";
import { withLuhn } from "../corpus/content/check-digits.ts";

/**
 * `file`: in a file of the project, which a tool or the client itself reads. `prompt`: typed by the person. `model`: in what the model
 * asks for, which it knows by then: it may not come back, be stored or land on disk.
 */
export type Canary = {
  readonly id: string;
  readonly from: "file" | "prompt" | "model";
  readonly value: string;
};

const chance = chanceOf("canaries of the client's sessions");

/** Each value is in an issuer's public form; patterns as `fillPattern` reads them. */
const FORMS = {
  bashOutput: ["file", "AKIA{b32:16}"],
  bashPassword: ["file", "postgres://app:{b62:20}@db.internal:5432/shop"],
  errorOutput: ["file", "ghp_{b62:30}{crc}"],
  readFile: ["file", "xoxb-{d:12}-{d:12}-{b62:24}"],
  source: ["file", "sk_live_{b62:24}"],
  base64Output: ["file", "glpat-{b62:20}"],
  hexOutput: ["file", "npm_{b62:30}{crc}"],
  readAgain: ["file", "ghp_{b62:30}{crc}"],
  shownAgain: ["file", "sk_live_{b62:24}"],
  page: ["file", "AKIA{b32:16}"],
  searched: ["file", "AIza{b62:35}"],
  piped: ["file", "SG.{b62:22}.{b62:43}"],
  gitContent: ["file", "shpat_{hex:32}"],
  gitMessage: ["file", "dop_v1_{hex:64}"],
  unstaged: ["file", "hf_{aZ:34}"],
  mcpText: ["file", "sk-ant-api03-{b62:93}AA"],
  mcpStructure: ["file", "AKIA{b32:16}"],
  mcpResource: ["file", "AKIA{b32:16}"],
  mcpList: ["file", "glpat-{b62:20}"],
  notebookSource: ["file", "ghp_{b62:30}{crc}"],
  notebookOutput: ["file", "sk_live_{b62:24}"],
  webPage: ["file", "xoxb-{d:12}-{d:12}-{b62:24}"],
  subAgentRead: ["file", "AKIA{b32:16}"],
  subAgentBash: ["file", "SG.{b62:22}.{b62:43}"],
  background: ["file", "AKIA{b32:16}"],
  monitor: ["file", "ghp_{b62:30}{crc}"],
  card: ["file", "card"],
  privateKey: ["file", "pem"],
  largeOutput: ["file", "AKIA{b32:16}"],
  skill: ["file", "AKIA{b32:16}"],
  skillTyped: ["file", "npm_{b62:30}{crc}"],
  command: ["file", "sk_live_{b62:24}"],
  mentioned: ["file", "glpat-{b62:20}"],
  agentFile: ["file", "AKIA{b32:16}"],
  nestedRead: ["file", "ghp_{b62:30}{crc}"],
  nestedBash: ["file", "shpat_{hex:32}"],
  instructions: ["file", "AKIA{b32:16}"],
  imported: ["file", "glpat-{b62:20}"],
  rules: ["file", "xoxb-{d:12}-{d:12}-{b62:24}"],
  memory: ["file", "sk_live_{b62:24}"],
  personInstructions: ["file", "ghp_{b62:30}{crc}"],
  failedBash: ["file", "AKIA{b32:16}"],
  failedMcp: ["file", "sk_live_{b62:24}"],
  promptAws: ["prompt", "AKIA{b32:16}"],
  promptGithub: ["prompt", "ghp_{b62:30}{crc}"],
  promptUrl: ["prompt", "mysql://root:{b62:20}@10.1.2.3/shop"],
  promptCard: ["prompt", "card"],
  written: ["model", "AKIA{b32:16}"],
  edited: ["model", "ghp_{b62:30}{crc}"],
  cell: ["model", "sk_live_{b62:24}"],
  hereDocument: ["model", "glpat-{b62:20}"],
  commitMessage: ["model", "xoxb-{d:12}-{d:12}-{b62:24}"],
  header: ["model", "SG.{b62:22}.{b62:43}"],
  fetched: ["model", "AKIA{b32:16}"],
  mcpArgument: ["model", "npm_{b62:30}{crc}"],
} as const satisfies Readonly<Record<string, readonly [Canary["from"], string]>>;

export type CanaryId = keyof typeof FORMS;

function valueOf(form: string): string {
  if (form === "card") return withLuhn(chance, "453914", 16);
  if (form === "pem")
    return chance.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", 64);
  return fillPattern(form, chance);
}

/** All of them, each with a value of its own. */
export const CANARIES: readonly (Canary & { readonly id: CanaryId })[] = Object.entries(FORMS).map(
  ([id, [from, form]]) => ({ id: id as CanaryId, from, value: valueOf(form) }),
);

const VALUES = new Map(CANARIES.map(({ id, value }) => [id, value]));

/** The value of one. */
export function canary(id: CanaryId): string {
  return VALUES.get(id) ?? "";
}

/** A line of a private key, in the form in which keys are kept. */
export function keyFile(line: string): string {
  const lines = [line, ...Array.from({ length: 12 }, () => valueOf("pem"))];
  const name = "RSA PRIVATE KEY";
  return `-----BEGIN ${name}-----\n${lines.join("\n")}\n-----END ${name}-----\n`;
}
