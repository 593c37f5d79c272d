// `sallyport secrets grant`, `grants` and `revoke`: a secret for one host, which calls use without seeing it.
import { createHash } from "node:crypto";
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { grantWords, secretGrant } from "#govern/secrets/secret-grant.ts";
import { namedDirectory } from "../../../foundation/files/named-directory.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { guardingOf } from "../../../services/projects/guarded-project.ts";
import { list, state, withdraw } from "../../operator/statements.ts";

/** `sallyport secrets grant`. */
export const grantCommand = defineCommand({
  meta: {
    name: "grant",
    description: `give a secret to one host: held calls that were judged to reach that host use it, and never see it; typed at a terminal, signed, on record

  sallyport secrets grant API_KEY=keychain:app/api --to api.example.com --for 8h --reason "import of the orders"
  sallyport secrets grant TOKEN=vault:secret/ci#token --to git.example.com --session 205f7a4e-396c-40eb-ad75-3ec2ea0369d6 --reason "release"

Calls find a made-up value in the variable. It becomes the true one outside of the call, over https and towards that host alone, where a request says who asks.`,
  },
  args: {
    secret: {
      type: "positional",
      required: true,
      valueHint: "NAME=REFERENCE",
      description: "the variable of the calls, and where the secret is kept",
    },
    to: { type: "string", valueHint: "HOST", description: "the one host, as in its addresses" },
    for: { type: "string", default: "8h", valueHint: "TIME", description: "how long: 30m, 8h, 7d" },
    project: {
      type: "string",
      valueHint: "DIR",
      description: "for calls in this project (default: here)",
    },
    session: {
      type: "string",
      valueHint: "ID",
      description: "for calls of this one session alone",
    },
    reason: { type: "string", valueHint: "TEXT", description: "why; kept sealed in the log" },
    owner: { type: "string", valueHint: "NAME", description: "who answers for it (default: you)" },
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const at = args.secret.indexOf("=");
    if (at < 1)
      throw new Failure(
        "usage",
        "a grant is written `NAME=REFERENCE`, as in `API_KEY=keychain:app/api`",
      );
    if (args.to === undefined) throw new Failure("usage", "`--to HOST` is missing");
    const grant = secretGrant({
      variable: args.secret.slice(0, at),
      reference: args.secret.slice(at + 1),
      host: args.to,
    });
    const about = grantWords(grant);
    const directories = directoriesIn(args.data ?? dataDirectory());
    const directory = namedDirectory(args.project ?? process.cwd());
    const path = guardingOf(directories, directory)?.project.root ?? directory;
    await state(
      {
        kind: "secret",
        about,
        scope:
          args.session === undefined
            ? { of: "project", path }
            : { of: "session", id: args.session },
        for: args.for,
        reason: args.reason,
        owner: args.owner,
        digest: createHash("sha256").update(about).digest("hex"),
      },
      args,
    );
  },
});

/** `sallyport secrets grants`. */
export const grantsCommand = defineCommand({
  meta: {
    name: "grants",
    description:
      "the secrets that people gave to hosts, for whom and until when; no value. Example: sallyport secrets grants --json",
  },
  args: { ...dataOption, ...jsonOption },
  run: ({ args }) => list(["secret"], args),
});

/** `sallyport secrets revoke`. */
export const revokeCommand = defineCommand({
  meta: {
    name: "revoke",
    description: `take a grant back; typed at a terminal. From the next request on the secret goes nowhere, also of calls that run

  sallyport secrets revoke 00112233445566aa`,
  },
  args: {
    id: { type: "positional", required: true, description: "its id, as `grants` shows it" },
    ...dataOption,
    ...jsonOption,
  },
  run: ({ args }) => withdraw(["secret"], args.id, args),
});
