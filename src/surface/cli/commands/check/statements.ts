// `sallyport waiver` and `sallyport attestation`: what a person takes upon them for a while, about a control or a finding.
import { realpathSync } from "node:fs";
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import type { Statement } from "#govern/exceptions/statement.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { evidenceDigest, list, state, withdraw } from "../../operator/statements.ts";

const aboutOption = {
  about: {
    type: "positional",
    required: true,
    description: "id of the control or finding, such as soc2/cc6-1",
  },
} as const;
const stateOptions = {
  for: { type: "string", required: true, valueHint: "TIME", description: "how long: 30d, 90d" },
  reason: { type: "string", valueHint: "TEXT", description: "why; kept sealed in the log" },
  owner: { type: "string", valueHint: "NAME", description: "who answers for it (default: you)" },
  project: {
    type: "string",
    valueHint: "DIR",
    description: "in this project (default: everywhere)",
  },
  ...dataOption,
  ...jsonOption,
} as const;
const idOption = {
  id: { type: "positional", required: true, description: "its id, as `list` shows it" },
  ...dataOption,
  ...jsonOption,
} as const;

/** `sallyport waiver ...`. */
export const waiverCommands = {
  add: defineCommand({
    meta: {
      name: "add",
      description: `accept a finding for a while, with a reason and somebody who answers for it; typed at a terminal, signed, on record

  sallyport waiver add soc2/cc6-1 --for 90d --reason "accepted until the new gateway is in place" --owner "Ada"

A waiver that expired counts for nothing: \`sallyport status\` finds it until it is withdrawn.`,
    },
    args: { ...aboutOption, ...stateOptions },
    run: ({ args }) =>
      state({ ...args, kind: "waiver", scope: scopeOf(args.project), digest: null }, args),
  }),
  list: listCommand("waiver"),
  withdraw: withdrawCommand("waiver"),
} as const;

/** `sallyport attestation ...`. */
export const attestationCommands = {
  add: defineCommand({
    meta: {
      name: "add",
      description: `say that something is so after looking at it; typed at a terminal, signed, on record

  sallyport attestation add soc2/cc6-1 --evidence review.pdf --for 90d --reason "read all exceptions of the quarter"
  sallyport attestation add organisation/training --not-so --for 90d --reason "half of the team has not had it"

The digest of the file is part of what is signed; the file stays where it is. With \`--not-so\` you attest the contrary: what another
attestation says of it supports no control until one of the two is withdrawn.`,
    },
    args: {
      ...aboutOption,
      evidence: { type: "string", valueHint: "FILE", description: "what was looked at" },
      "not-so": { type: "boolean", description: "attest that it is not so" },
      ...stateOptions,
    },
    run: async ({ args }) => {
      const digest = await evidenceDigest(args.evidence);
      const scope = scopeOf(args.project);
      const kind = args["not-so"] === true ? "objection" : "attestation";
      await state({ ...args, kind, scope, digest }, args);
    },
  }),
  list: listCommand("attestation"),
  withdraw: withdrawCommand("attestation"),
} as const;

/** What each command lists and ends. */
const KINDS = { waiver: ["waiver"], attestation: ["attestation", "objection"] } as const;

function listCommand(kind: "waiver" | "attestation") {
  return defineCommand({
    meta: {
      name: "list",
      description: `All of them, and which count now and why not. Example: sallyport ${kind} list --json`,
    },
    args: { ...dataOption, ...jsonOption },
    run: ({ args }) => list(KINDS[kind], args),
  });
}

function withdrawCommand(kind: "waiver" | "attestation") {
  return defineCommand({
    meta: {
      name: "withdraw",
      description: `End one at once; typed at a terminal. Example: sallyport ${kind} withdraw 00112233445566aa`,
    },
    args: idOption,
    run: ({ args }) => withdraw(KINDS[kind], args.id, args),
  });
}

function scopeOf(project: string | undefined): Statement["scope"] {
  if (project === undefined) return { of: "all" };
  try {
    return { of: "project", path: realpathSync(project) };
  } catch (cause) {
    const there = `there is no folder \`${printable(project)}\`: name a project that exists`;
    throw new Failure("usage", there, { cause });
  }
}
