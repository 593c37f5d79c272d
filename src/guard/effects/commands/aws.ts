// aws, gcloud and az: cloud accounts that are looked at or changed.
import { literal, sourcesOf, type Text, textOf } from "../../shell/text.ts";
import { type Consequence, command, reads, writes } from "../command-model.ts";
import { effect, egress, namedFiles } from "../verbs.ts";

/** Verbs that only ask, in the words of all three. */
const ASKS =
  /^(describe|list|get|head|lookup|search|scan|query|batch-get|preview|estimate|validate|check|test|ls|show|view|info|version|help|wait|filter-log-events|tail|sts-get|read|print)(-|$)/;
/** Verbs that print what opens doors. */
const SECRETS =
  /^(get-secret-value|get-session-token|get-authorization-token|get-login-password|get-password-data|get-federation-token|assume-role|export-credentials|print-access-token|print-identity-token|get-access-token|decrypt|get-parameters?|get-parameters-by-path|access|get-credentials|application-default)$/;

export const aws = command({
  names: [
    "aws",
    "gcloud",
    "az",
    "gsutil",
    "bq",
    "doctl",
    "flyctl",
    "fly",
    "heroku",
    "vercel",
    "netlify",
    "wrangler",
    "railway",
    "firebase",
    "eksctl",
    "linode-cli",
    "hcloud",
    "oci",
    "ibmcloud",
    "supabase",
  ],
  optionsEnd: "expression",
  options: {},
  effects: ({ name, args, stdin }, context) => {
    const words = args.map((word) => textOf(word) ?? "?");
    if (/^(--version|version|help|--help|-h|-v)$/.test(words.join(" "))) return [];
    const plain = words.filter((word) => !word.startsWith("-"));
    const found: Consequence[] = [
      ...namedFiles(args, context),
      egress(undefined, [{ kind: "argument" }, ...sourcesOf([...args, ...(stdin ?? [])])]),
    ];
    if (words.some((word) => SECRETS.test(word)) || (name === "aws" && plain[0] === "configure")) {
      found.push(reads(literal(`${context.home}/.aws/credentials`)));
    }
    // What is copied is named last.
    const copies = plain.findIndex((word) =>
      /^(cp|mv|sync|rsync|upload|download|scp|upload-batch|download-batch)$/.test(word),
    );
    if (copies >= 0)
      found.push(
        ...copied(
          args,
          plain.slice(copies + 1),
          words.includes("mv") || words.includes("--delete"),
        ),
      );
    const asks = plain.slice(1, 5).some((word) => ASKS.test(word)) && copies < 0;
    const changes = words.some((word) =>
      /^(delete|create|put|update|terminate|start|stop|run|remove|add|set|deploy|apply|modify|attach|detach|rm|rb|mb|reset|restore|import|ssh|exec|invoke)(-|$)/.test(
        word,
      ),
    );
    if (!asks || changes)
      found.push(
        effect<"deploy">({
          kind: "deploy",
          system: name,
          operation: plain.slice(0, 3).join(" ").slice(0, 80),
        }),
      );
    return found;
  },
});

function copied(
  _args: readonly Text[],
  paths: readonly string[],
  removes: boolean,
): readonly Consequence[] {
  const isRemote = (path: string): boolean => /^(s3|gs|https?|az):\/\//.test(path) || path === "-";
  const [from, to] = paths;
  return [
    ...(from === undefined || isRemote(from) ? [] : [reads(literal(from), "tree")]),
    ...(to === undefined || isRemote(to) ? [] : [writes(literal(to), "create", { reach: "tree" })]),
    ...(removes && from !== undefined && !isRemote(from)
      ? [{ kind: "deletes", path: literal(from), reach: "tree" } as const]
      : []),
  ];
}
