// aws, gcloud, az and their like: cloud accounts that are looked at or changed.
import {
  hole,
  literal,
  sourcesOf,
  type Text,
  type TextSet,
  textOf,
} from "../../shell/values/text.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  type ModelContext,
} from "../model/command-model.ts";
import { prints, reads, writes } from "../model/consequences.ts";
import { readSql } from "../languages/evaluation/sql.ts";
import { optionValues } from "../model/option-list.ts";
import { effect, namedFiles, toAccount } from "../model/verbs.ts";

/** Verbs that only ask, in the words of all of them. */
const ASKS =
  /^(describe|list|get|head|lookup|search|scan|query|batch-get|filter|preview|estimate|validate|check|test|ls|show|view|info|version|help|wait|tail|read|cat|du|stat|diff|status)(-|$)/;
const CHANGES =
  /^(delete|create|put|update|terminate|start|stop|run|remove|add|set|unset|deploy|apply|modify|attach|detach|rm|rb|mb|reset|restore|import|ssh|exec|invoke|submit|purge|disable|enable|promote|rollback|move|copy|upload|send|publish|register|deregister|cancel|kill|restart|scale|resize|revoke|grant|tag|untag|associate|disassociate|login|logout|mk|insert|cp|mv)(-|$)/;
/** Verbs that print what opens doors. */
const SECRETS =
  /^(get-secret-value|batch-get-secret-value|get-session-token|get-authorization-token|get-login-password|get-password-data|get-federation-token|assume-role.*|export-credentials|print-access-token|print-identity-token|get-access-token|decrypt|access|application-default)$/;
/** Options whose value stands in the next word; they may come before the verb. */
const VALUED =
  /^(--profile|--region|--output|-o|--query|--endpoint-url|--cli-read-timeout|--cli-connect-timeout|--ca-bundle|--color|--cli-binary-format|--project|--format|--account|--configuration|--verbosity|--filter|--limit|--subscription|--zone|--access-token|-t|--context|--config|--impersonate-service-account)$/;
/** The file that holds what opens the account, below the home directory. */
const CREDENTIALS: Readonly<Record<string, string>> = {
  gcloud: ".config/gcloud/credentials.db",
  gsutil: ".config/gcloud/credentials.db",
  bq: ".config/gcloud/credentials.db",
  az: ".azure/msal_token_cache.json",
};

const NOWHERE = { host: undefined, port: undefined, scheme: "https" } as const;

type CloudCall = {
  readonly name: string;
  readonly args: readonly Text[];
  /** Words in front of the first option, without the program's own options; `?` is one that is not known. */
  readonly verb: readonly string[];
  readonly words: readonly string[];
  readonly carries: Parameters<typeof toAccount>[0];
};

export const aws: CommandModel = command({
  names: [
    "aws",
    "awslocal",
    "gcloud",
    "az",
    "gsutil",
    "bq",
    "doctl",
    "eksctl",
    "linode-cli",
    "hcloud",
    "oci",
    "ibmcloud",
    "scw",
    "vultr-cli",
    "civo",
    "exo",
    "upctl",
    "ovhcloud",
    "aliyun",
    "tccli",
    "yc",
  ],
  own: "options are parameters of thousands of operations, which no list has, and any of them may name a file: `file://`",
  options: {},
  effects: ({ name, args, stdin }, context) => {
    const words = args.map((word) => textOf(word) ?? "?");
    if (/^(--version|version|help|--help|-h|-v)?$/.test(words.join(" "))) return [];
    const call: CloudCall = {
      name,
      args,
      words,
      verb: verbOf(words),
      carries: [{ kind: "argument" }, ...sourcesOf([...args, ...(stdin ?? [])])],
    };
    if (call.words.at(-1) === "help" || call.words.includes("--help")) return [];
    return [
      ...namedFiles(args, context),
      ...effectsOf(call, context),
      // WHY: what others put into a bucket is printed too, and may go to a shell.
      prints([[hole("dynamic-code", { sources: [{ kind: "network", destination: NOWHERE }] })]]),
    ];
  },
});

function verbOf(words: readonly string[]): readonly string[] {
  const found: string[] = [];
  for (let at = 0; at < words.length && found.length < 6; at += 1) {
    const word = words[at] ?? "";
    if (!word.startsWith("-")) found.push(word);
    else if (found.length > 1) break;
    else if (VALUED.test(word)) at += 1;
  }
  return found;
}

function effectsOf(call: CloudCall, context: ModelContext): readonly Consequence[] {
  const { name, verb, words } = call;
  const [group = "", action = ""] = verb;
  if (/^configure$|^config$/.test(group)) return settings(call, context);
  if (
    /^(?:get-credentials|update-kubeconfig|kubeconfig)$/.test(
      verb.find((word) => /kubeconfig|get-credentials/.test(word)) ?? "",
    )
  )
    return [toAccount(), writes(literal(`${context.home}/.kube/config`), "change")];
  const found: Consequence[] = reaches(call, context);
  const isSecret =
    verb.some((word) => SECRETS.test(word)) ||
    (/^get-parameters?(-by-path)?$/.test(action) && words.includes("--with-decryption")) ||
    (name === "az" &&
      group === "keyvault" &&
      verb[1] === "secret" &&
      /^(show|download)$/.test(verb[2] ?? "")) ||
    (/keys?$/.test(action) && name === "az" && verb[2] === "list" && group === "storage");
  if (isSecret) found.push(reads(credentials(name, context)));
  const copy = verb.findIndex(
    (word, at) =>
      at > 0 && /^(cp|mv|sync|rsync|upload|download|scp|upload-batch|download-batch)$/.test(word),
  );
  const isTool = name === "gsutil";
  if (copy > 0 || (isTool && /^(cp|mv|rsync)$/.test(group)))
    return [...found, ...copied(call, isTool && copy < 0 ? 0 : copy, context)];
  if (!asks(call) || queriesWithChange(call)) found.push(changes(call));
  return found;
}

function asks({ name, verb, words }: CloudCall): boolean {
  const [group = "", action = ""] = verb;
  if (verb.length === 0) return false;
  if (verb.slice(0, 2).includes("?")) return false;
  if (words.some((word) => /^--(query-)?dry-run$/.test(word)) && name === "aws") return true;
  // One word after the service says it; further words are names.
  if (name === "aws" || name === "awslocal")
    return ASKS.test(action) || (group === "sts" && action === "get-caller-identity");
  if (name === "gsutil" || name === "bq") return ASKS.test(group) && !CHANGES.test(group);
  const rest = verb.slice(1);
  const at = rest.findIndex((word) => ASKS.test(word));
  const isChange = rest.some(
    (word, index) => CHANGES.test(word) && (at < 0 || index < at) && index > 0,
  );
  return ASKS.test(group) || (at >= 0 && !isChange && !CHANGES.test(rest[0] ?? ""));
}

/** `bq query` runs whatever statement it is given. */
function queriesWithChange({ name, verb, words }: CloudCall): boolean {
  if (name !== "bq" || verb[0] !== "query") return false;
  return words
    .filter((word) => /\s/.test(word))
    .some((word) => readSql(word, "mysql").data !== "looks");
}

function changes({ name, verb }: CloudCall): Consequence {
  return effect<"deploy">({
    kind: "deploy",
    system: name,
    operation: verb.slice(0, 3).join(" ").slice(0, 80),
  });
}

/** Where the call goes: the person's account, or the address that it names. */
function reaches(call: CloudCall, context: ModelContext): Consequence[] {
  const { args, words } = call;
  const named = words.flatMap((word, at) => {
    if (word === "--endpoint-url") return [args[at + 1] ?? []];
    return word.startsWith("--endpoint-url=") ? [literal(word.slice(15))] : [];
  });
  const set = ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"].flatMap(
    (one) => context.variable(one) ?? [],
  );
  const local = call.name === "awslocal" ? [literal("localhost:4566")] : [];
  const urls = [...named, ...(named.length > 0 ? [] : set), ...local];
  return urls.length > 0
    ? urls.map((url) => ({ kind: "contacts", url, scheme: "https", carries: call.carries ?? [] }))
    : [toAccount(call.carries)];
}

/** The program's own settings; some of them are keys. */
function settings(
  { name, args, verb, words, carries }: CloudCall,
  context: ModelContext,
): readonly Consequence[] {
  const action =
    name === "gcloud" && verb[1] === "configurations" ? (verb[2] ?? "") : (verb[1] ?? "");
  if (/^(list|list-profiles|get-value|describe|list-properties|get)$/.test(action)) {
    const isKey =
      action === "get" &&
      !/^(?:profile\.[\w-]+\.|default\.)?(?:region|output|cli_pager|sso_[\w]+)$/.test(
        verb[2] ?? "?",
      );
    return isKey && name === "aws" ? [reads(credentials(name, context))] : [];
  }
  if (action === "export-credentials") return [reads(credentials(name, context))];
  const place =
    { gcloud: ".config/gcloud/configurations/config_default", az: ".azure/config" }[name] ??
    ".aws/config";
  return [
    writes(literal(`${context.home}/${place}`), "change"),
    ...(words.some((word) => /secret|token|access_key/.test(word)) ||
    (name === "aws" && action === "")
      ? [
          writes(
            literal(
              credentials(name, context)
                .map((piece) => (piece.kind === "text" ? piece.text : ""))
                .join(""),
            ),
            "change",
          ),
        ]
      : []),
    ...(args.length > 0 && /sso|login/.test(action) ? [toAccount(carries)] : []),
  ];
}

function credentials(name: string, { home }: ModelContext): Text {
  return literal(`${home}/${CREDENTIALS[name] ?? ".aws/credentials"}`);
}

/** What is copied is named last: here to there is an upload, there to here a download. */
function copied(call: CloudCall, verbAt: number, context: ModelContext): readonly Consequence[] {
  const { args, words, verb } = call;
  const start = words.indexOf(verb[verbAt] ?? "") + 1;
  const paths = args.slice(start).filter((word) => !/^-./.test(textOf(word) ?? "?"));
  const isRemote = (path: Text): boolean =>
    /^(s3|gs|https?|az):\/\//.test(textOf(path) ?? "") || /^[\w-]+:/.test(textOf(path) ?? "");
  const [from, to] = paths;
  const moves = verb[verbAt] === "mv";
  // What is missing at the source goes at the other end.
  const mirrors = words.some((word) => /^--delete(?:-destination(?:=true)?)?$|^-d$/.test(word));
  const isDownload =
    from !== undefined &&
    to !== undefined &&
    isRemote(from) &&
    !isRemote(to) &&
    textOf(to) !== undefined;
  const isStream = (path: Text): boolean => textOf(path) === "-";
  const files =
    call.name === "az" && (verb[verbAt] ?? "").startsWith("download")
      ? optionValues(args, "-f", "--file", "-d", "--destination", "--dest")
      : [];
  return [
    ...files.map((path) => brought(path, literal("az://it"), verb[verbAt] !== "download", context)),
    ...(from === undefined || isRemote(from) || isStream(from) ? [] : [reads(from, "tree")]),
    ...(to === undefined || isRemote(to) || isStream(to)
      ? []
      : [brought(to, from, verb[verbAt] !== "cp" || isRecursive(words), context)]),
    ...(moves && from !== undefined && !isRemote(from)
      ? [{ kind: "deletes", path: from, reach: "tree" } as const]
      : []),
    ...(mirrors && isDownload ? [{ kind: "deletes", path: to, reach: "tree" } as const] : []),
    ...(isDownload && verb[verbAt] !== "mv" ? [] : [changes(call)]),
  ];
}

function isRecursive(words: readonly string[]): boolean {
  return words.some((word) => /^(?:--recursive|-[rR])$/.test(word));
}

/** What a download puts there: one file of the name it had, or a tree. */
function brought(
  to: Text,
  from: Text | undefined,
  isTree: boolean,
  context: ModelContext,
): Consequence {
  const content: TextSet = [
    [hole("dynamic-code", { sources: [{ kind: "network", destination: NOWHERE }] })],
  ];
  const name = /[^/]+$/.exec(textOf(from ?? []) ?? "")?.[0];
  if (isTree || name === undefined || /[*?[]/.test(name))
    return writes(to, "create", { reach: "tree", content });
  const path = textOf(to) ?? "";
  const isFolder = /(?:^|\/)\.{0,2}$/.test(path) || context.isDirectory(to);
  return writes(isFolder ? literal(`${path.replace(/\/$/, "")}/${name}`) : to, "create", {
    content,
  });
}
